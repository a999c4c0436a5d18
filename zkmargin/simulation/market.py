# SPDX-License-Identifier: Apache-2.0
"""Snapshots along a path: three expiries whose smile keeps its shape while the vol level moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zkmargin.params import RiskParams
from zkmargin.simulation.market_path import SECONDS_PER_YEAR, MarketPath
from zkmargin.snapshot import Header, Snapshot
from zkmargin.snapshot_rules import live_row, svi_from_real
from zkmargin.units import QUOTE

START = 1_740_000_000  # unix time of the first point [s]
DAYS = (4, 18, 60)  # to expiry, at the first point
CURVATURE, SKEW = 0.35, -0.35  # share of variance that is wing, and rho
SHORTEST = 3_600  # an expiry is priced no nearer than this [s]


@dataclass(frozen=True)
class PathMarket:
    """The snapshots of one path under one set of risk parameters."""

    path: MarketPath
    params: RiskParams

    def snapshot(self, step: int) -> Snapshot:
        """The market at one point of the path."""
        return self.under(step, self.params)

    def under(self, step: int, params: RiskParams) -> Snapshot:
        """The market at one point under other risk parameters."""
        timestamp = START + step * self.path.seconds
        price = round(float(self.path.spot[step]) * QUOTE)
        header = Header(
            feed=1,
            contract_size=10**6,
            epoch=step + 1,
            timestamp=timestamp,
            index=price,
            perp_mark=price,
        )
        rows = []
        for days in DAYS:
            expiry = START + days * 86_400
            years = max(SHORTEST, expiry - timestamp) / SECONDS_PER_YEAR
            smile = svi_from_real(*self._smile(step, years))
            rows.append(live_row(expiry, price, smile, params, timestamp))
        return Snapshot(header, params, tuple(rows))

    def _smile(self, step: int, years: float) -> tuple[float, float, float, float, float]:
        variance = float(self.path.vol[step]) ** 2 * years
        sigma = max(0.05, math.sqrt(years))
        b = min(CURVATURE * variance / sigma, 1.2 * math.sqrt(variance))
        return variance - b * sigma, b, SKEW, 0.0, sigma
