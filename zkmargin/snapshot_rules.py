# SPDX-License-Identifier: Apache-2.0
"""What makes a snapshot valid, and how its derived fields follow from its data.

A signer runs `validate` before signing. It recomputes everything the circuit takes on trust and
holds the market within the bounds from which docs/numerics.md derives the numeric reserve, so that
every admitted book has a witness.
"""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath

from zkmargin import units
from zkmargin.errors import SnapshotError
from zkmargin.option import Svi
from zkmargin.params import RiskParams, ln_of_ratio
from zkmargin.presets import ROWS
from zkmargin.snapshot import UNLISTED, Header, Row, Snapshot
from zkmargin.units import BPS, PRICE_BOUND, QUOTE, RATE_ONE, SECONDS_PER_YEAR

SETTLED_LISTING = 30 * 86_400  # how long an expired row stays listed       [s]
LONGEST_EXPIRY = 4 * SECONDS_PER_YEAR  # sqrt(years) at most 2               [s]
STEEPEST_VOL = 2  # bound on abs(ds/dk), the total vol's slope
STEEPEST_SAMPLE = 1.98  # the samples miss less than a hundredth of it
HIGHEST_BASIS_FACTOR = 4 * BPS
_WIDEST_LOG = 8
_SLOPE_SAMPLES = 1_000


def live_row(expiry: int, forward: int, svi: Svi, params: RiskParams, timestamp: int) -> Row:
    """A row that trades, every derived field computed; forward [1e-6 quote], times [s]."""
    seconds = expiry - timestamp
    return Row(
        expiry=expiry,
        forward=forward,
        ln_forward=ln_of_ratio(forward, 1, units.LOG_BITS),
        svi=svi,
        root_time=root_time(seconds),
        vol_up=params.vol_up(seconds),
        vol_down=params.vol_down(seconds),
        vol_floor=vol_floor(params, seconds),
        basis_factor=params.basis_factor(seconds),
    )


def settled_row(expiry: int, settlement: int) -> Row:
    """A row that has expired at a settlement price [1e-6 quote]."""
    ln_forward = ln_of_ratio(settlement, 1, units.LOG_BITS)
    return replace(UNLISTED, expiry=expiry, forward=settlement, ln_forward=ln_forward, settled=True)


def root_time(seconds: int) -> int:
    """sqrt(years) [2^-24], nearest."""
    with mpmath.workdps(40):
        years = mpmath.mpf(seconds) / SECONDS_PER_YEAR
        return int(mpmath.nint(mpmath.sqrt(years) * 2**units.ROOT_TIME_BITS))


def vol_floor(params: RiskParams, seconds: int) -> int:
    """The law's lowest annual vol as a total vol [2^-24], up."""
    with mpmath.workdps(40):
        years = mpmath.mpf(seconds) / SECONDS_PER_YEAR
        total = mpmath.sqrt(years) * params.vol_law.min_vol / BPS
        return int(mpmath.ceil(total * 2**units.VOL_TICK_BITS))


def svi_from_real(
    a: mpmath.mpf, b: mpmath.mpf, rho: mpmath.mpf, m: mpmath.mpf, sigma: mpmath.mpf
) -> Svi:
    """Raw SVI in integers, every number to its nearest."""
    with mpmath.workdps(50):

        def scaled(x: mpmath.mpf, bits: int) -> int:
            return int(mpmath.nint(mpmath.mpf(x) * mpmath.mpf(2) ** bits))

        return Svi(
            a=scaled(a, units.VARIANCE_BITS),
            b=scaled(b, units.SVI_SLOPE_BITS),
            b_rho=scaled(mpmath.mpf(b) * mpmath.mpf(rho), units.SVI_SLOPE_BITS),
            m=scaled(m, units.LOG_BITS),
            sigma_sq=scaled(mpmath.mpf(sigma) ** 2, units.SIGMA_SQUARED_BITS),
        )


def validate(snapshot: Snapshot) -> None:
    """Refuses a snapshot that breaks a rule.

    raises   SnapshotError, naming the row, the field, the value and the bound
    """
    _check_header(snapshot.header)
    if len(snapshot.rows) > ROWS:
        raise SnapshotError("rows", len(snapshot.rows), f"at most {ROWS} expiries can be listed")
    last = 0
    for row in snapshot.rows:
        if row.expiry <= last:
            rule = f"must come once, after the expiry before it ({last})"
            raise SnapshotError(f"row {row.expiry} expiry", row.expiry, rule)
        last = row.expiry
        _check_row(row, snapshot)


def _check_header(head: Header) -> None:
    _within("feed", head.feed, 0, units.ID_BOUND - 1)
    _within("contract_size", head.contract_size, 1, units.ID_BOUND - 1)
    _within("epoch", head.epoch, 0, units.ID_BOUND - 1)
    _within("timestamp", head.timestamp, 1, units.TIME_BOUND - 1)
    _within("index", head.index, QUOTE, PRICE_BOUND - 1)
    _within("perp_mark", head.perp_mark, head.index // 2, min(2 * head.index, PRICE_BOUND - 1))
    _within("cumulative_funding", head.cumulative_funding, 1 - PRICE_BOUND, PRICE_BOUND - 1)
    _within("credit", head.credit, 0, RATE_ONE)
    _within("debit", head.debit, RATE_ONE, 2 * RATE_ONE - 1)


def _check_row(row: Row, snapshot: Snapshot) -> None:
    at, clock = f"row {row.expiry}", snapshot.header.timestamp
    _within(f"{at} expiry", row.expiry, 1, units.TIME_BOUND - 1)
    _within(f"{at} forward", row.forward, QUOTE, PRICE_BOUND - 1)
    if row.settled:
        _within(f"{at} expiry (settled)", row.expiry, clock - SETTLED_LISTING, clock)
        expected = settled_row(row.expiry, row.forward)
    else:
        _within(f"{at} expiry", row.expiry, clock + 1, clock + LONGEST_EXPIRY)
        index = snapshot.header.index
        _within(f"{at} forward", row.forward, index // 2, 2 * index)
        expected = live_row(row.expiry, row.forward, row.svi, snapshot.params, clock)
        _check_bounds(at, row)
        _check_svi(at, row)
    for name in Row.__dataclass_fields__:
        have, due = getattr(row, name), getattr(expected, name)
        if have != due:
            raise SnapshotError(f"{at} {name}", have, f"must be {due}, which the data gives")


def _check_bounds(at: str, row: Row) -> None:
    _within(f"{at} vol_up", row.vol_up, 1, (1 << 18) - 1)
    _within(f"{at} vol_down", row.vol_down, 1, 1 << units.VOL_MULTIPLIER_BITS)
    _within(f"{at} vol_floor", row.vol_floor, 0, units.MAX_TOTAL_VOL - 1)
    _within(f"{at} basis_factor", row.basis_factor, 0, HIGHEST_BASIS_FACTOR)


def _check_svi(at: str, row: Row) -> None:
    svi = row.svi
    _within(f"{at} svi.b", svi.b, 0, (1 << 50) - 1)
    _within(f"{at} svi.b_rho", svi.b_rho, -svi.b, svi.b)
    _within(f"{at} svi.m", svi.m, 1 - units.LOG_BOUND, units.LOG_BOUND - 1)
    _within(f"{at} svi.sigma_sq", svi.sigma_sq, 0, (1 << 70) - 1)
    _check_total_vol(at, row)


def _check_total_vol(at: str, row: Row) -> None:
    curve = _Curve(row.svi)
    one = 1 << units.VOL_MULTIPLIER_BITS
    lowest = math.sqrt(max(0.0, curve.minimum())) * min(one, row.vol_up, row.vol_down) / one
    if lowest * 2**units.VOL_TICK_BITS < units.MIN_TOTAL_VOL + 2:
        rule = "must keep total vol times the lowest vol multiplier above 2^-16 at every strike"
        raise SnapshotError(f"{at} svi", f"a lowest total vol of {lowest:.6g}", rule)
    ends = max(curve.variance(-_WIDEST_LOG), curve.variance(_WIDEST_LOG))
    highest = math.sqrt(ends) * max(one, row.vol_up, row.vol_down) / one
    if highest * 2**units.VOL_TICK_BITS > units.MAX_TOTAL_VOL - 2:
        rule = "must keep total vol times the highest vol multiplier below 56 at every strike"
        raise SnapshotError(f"{at} svi", f"a highest total vol of {highest:.6g}", rule)
    steepest = curve.steepest()
    if steepest > STEEPEST_SAMPLE:
        rule = f"total vol may change by at most {STEEPEST_SAMPLE} per unit of log-strike"
        raise SnapshotError(f"{at} svi", f"a slope of {steepest:.6g}", rule)


class _Curve:
    """A raw SVI slice in floating point, which the margins of the rules allow for."""

    def __init__(self, svi: Svi) -> None:
        self.a: float = svi.a / 2**units.VARIANCE_BITS
        self.b: float = svi.b / 2**units.SVI_SLOPE_BITS
        self.b_rho: float = svi.b_rho / 2**units.SVI_SLOPE_BITS
        self.m: float = svi.m / 2**units.LOG_BITS
        self.sigma = math.sqrt(svi.sigma_sq / 2**units.SIGMA_SQUARED_BITS)

    def variance(self, k: float) -> float:
        y = k - self.m
        return self.a + self.b_rho * y + self.b * math.hypot(y, self.sigma)

    def minimum(self) -> float:
        """a + b sigma sqrt(1 - rho^2), the vertex, wherever it lies."""
        return self.a + self.sigma * math.sqrt(max(0.0, self.b**2 - self.b_rho**2))

    def steepest(self) -> float:
        """Largest abs(ds/dk) over the admitted strikes, sampled in asinh((k - m) / sigma)."""
        if self.b == 0:
            return 0.0
        scale = max(self.sigma, 2.0**-32)
        low = math.asinh((-_WIDEST_LOG - self.m) / scale)
        step = (math.asinh((_WIDEST_LOG - self.m) / scale) - low) / _SLOPE_SAMPLES
        return max(self._slope(scale, low + i * step) for i in range(_SLOPE_SAMPLES + 1))

    def _slope(self, scale: float, u: float) -> float:
        w = self.variance(self.m + scale * math.sinh(u))
        return abs(self.b_rho + self.b * math.tanh(u)) / (2 * math.sqrt(w))


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise SnapshotError(name, value, f"must be between {low} and {high}")
