# SPDX-License-Identifier: Apache-2.0
"""Every account's margin at every point of a path, valued once and shared by all policies.

NAV and MMR are homogeneous: an account that sold a slice f keeps 1 - f of both, plus cash. So the
whole path is screened for the books as they were at the start; a policy only scales the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from zkmargin.book import Book
from zkmargin.engine.account_margins import AccountMargins
from zkmargin.engine.holdings import holdings
from zkmargin.engine.screen import screen
from zkmargin.params import RiskParams
from zkmargin.simulation.market import PathMarket
from zkmargin.simulation.market_path import Floats, MarketPath
from zkmargin.units import QUOTE


@dataclass(frozen=True)
class Exposure:
    """Books along a path; arrays have shape [points, accounts] and are in quote units.

    nav, mmr   MMR under the static params; `dynamic_mmr` under the rung of each point
    delta      net, times the index
    vega       gross, per vol point
    """

    path: MarketPath
    nav: Floats
    mmr: Floats
    dynamic_mmr: Floats
    delta: Floats
    vega: Floats

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return int(self.nav.shape[1])


def expose(
    books: Sequence[Book],
    path: MarketPath,
    params: RiskParams,
    rungs: Sequence[RiskParams],
    on_point: Callable[[int], None] | None = None,
) -> Exposure:
    """Screens all books at every point.

    params     of the static grid
    rungs      the dynamic grid of each point
    on_point   told each point when it is done
    """
    columns = holdings(books)
    static, moving = PathMarket(path, params), []
    margins: list[AccountMargins] = []
    for point in range(path.steps + 1):
        now = static.snapshot(point)
        margins.append(screen(columns, now).margins)
        if rungs[point] is params:
            moving.append(margins[-1].mmr)
        else:
            moving.append(screen(columns, static.under(point, rungs[point])).margins.mmr)
        if on_point:
            on_point(point)
    index = path.spot[:, None]
    return Exposure(
        path=path,
        nav=np.array([m.nav for m in margins]) / QUOTE,
        mmr=np.array([m.mmr for m in margins]) / QUOTE,
        dynamic_mmr=np.array(moving) / QUOTE,
        delta=np.array([m.delta for m in margins]) * index,
        vega=np.array([m.gross_vega for m in margins]) / QUOTE / 100,
    )
