# SPDX-License-Identifier: Apache-2.0
"""What makes a snapshot valid, and how its derived fields follow from its data.

A signer runs `validate` before signing. It recomputes everything the circuit takes on trust and
holds the market within the bounds from which docs/numerics.md derives the numeric reserve, so that
every admitted book has a witness.
"""

from __future__ import annotations

from dataclasses import replace

import mpmath

from zkmargin import units
from zkmargin.errors import SnapshotError
from zkmargin.fixed import root_down
from zkmargin.option import Svi, total_variance
from zkmargin.params import RiskParams, ln_of_ratio
from zkmargin.presets import ROWS
from zkmargin.snapshot import UNLISTED, Header, Row, Snapshot
from zkmargin.units import BPS, PRICE_BOUND, QUOTE, RATE_ONE, SECONDS_PER_YEAR

SETTLED_LISTING = 30 * 86_400  # how long an expired row stays listed       [s]
LONGEST_EXPIRY = 4 * SECONDS_PER_YEAR  # sqrt(years) at most 2               [s]
STEEPEST_WING = 4  # (b + abs(b rho)) / s at most, so that abs(ds/dk) is at most 2
LOWEST_ANNUAL_VOL = 1_024  # sqrt(years) / s at most: vol is at least 1 / 1024 a year
HIGHEST_BASIS_FACTOR = 4 * BPS


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
    svi, one = row.svi, 1 << units.VOL_MULTIPLIER_BITS
    lowest, highest = vol_range(svi)
    drop = units.FINE_VOL_BITS + units.VOL_MULTIPLIER_BITS - units.VOL_TICK_BITS
    shown = f"a lowest total vol of {lowest / 2**units.FINE_VOL_BITS:.6g}"
    if lowest * min(one, row.vol_up, row.vol_down) >> drop <= units.MIN_TOTAL_VOL:
        rule = "must keep total vol times the lowest vol multiplier above 2^-16 at every strike"
        raise SnapshotError(f"{at} svi", shown, rule)
    if highest * max(one, row.vol_up, row.vol_down) >> drop >= units.MAX_TOTAL_VOL:
        rule = "must keep total vol times the highest vol multiplier below 56 at every strike"
        found = f"a highest total vol of {highest / 2**units.FINE_VOL_BITS:.6g}"
        raise SnapshotError(f"{at} svi", found, rule)
    wing = svi.b + abs(svi.b_rho) >> units.SVI_SLOPE_BITS - units.FINE_VOL_BITS
    if wing >= STEEPEST_WING * lowest:
        rule = f"must keep b + abs(b rho) below {STEEPEST_WING} times the lowest total vol"
        raise SnapshotError(f"{at} svi", shown, rule)
    if row.root_time << units.FINE_VOL_BITS - units.ROOT_TIME_BITS > LOWEST_ANNUAL_VOL * lowest:
        rule = f"must keep annual vol at least 1 / {LOWEST_ANNUAL_VOL} at every strike"
        raise SnapshotError(f"{at} svi", shown, rule)


def vol_range(svi: Svi) -> tuple[int, int]:
    """At most the lowest and at least the highest total vol of the admitted strikes [2^-36].

    The lowest is that of the vertex, a + sigma sqrt(b^2 - (b rho)^2), wherever it lies; w is
    convex, so an end has the highest. The root inside w is floored: w moves by less than b 2^-32.
    """
    vertex = svi.a + root_down(svi.sigma_sq * (svi.b**2 - svi.b_rho**2))
    ends = max(total_variance(svi, -units.LOG_BOUND), total_variance(svi, units.LOG_BOUND))
    return root_down(max(0, vertex - svi.b)), root_down(max(0, ends + svi.b)) + 1


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise SnapshotError(name, value, f"must be between {low} and {high}")
