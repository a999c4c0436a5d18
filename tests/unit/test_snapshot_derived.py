# SPDX-License-Identifier: Apache-2.0
"""Derived fields follow from the data; a smile stays within what the numeric reserve is for."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from unit.integer_markets import (
    BARE,
    CLOCK,
    DAY,
    EXPIRED,
    HEADER,
    MONTH,
    PARAMS,
    flat,
    live,
    quote,
    skewed,
    snapshot,
)

from zkmargin.errors import SnapshotError
from zkmargin.option import Svi
from zkmargin.oracle import REAL
from zkmargin.params import RiskParams, ln_of_ratio
from zkmargin.snapshot import UNLISTED, Row
from zkmargin.snapshot_rules import (
    LONGEST_EXPIRY,
    live_row,
    settled_row,
    svi_from_real,
    validate,
)
from zkmargin.units import LOG_BITS, LOG_BOUND, MAX_TOTAL_VOL, SECONDS_PER_YEAR

DERIVED = ("ln_forward", "root_time", "vol_up", "vol_down", "vol_floor", "basis_factor")
FLOORED = replace(PARAMS, vol_law=replace(PARAMS.vol_law, min_vol=5_000))
ROW = live(MONTH, "100", "0.6", FLOORED)
WILD = live_row(MONTH, HEADER.index, flat("4", MONTH - CLOCK), FLOORED, CLOCK)
GONE = settled_row(EXPIRED, quote("90"))
STILL = replace(BARE, vol_law=replace(BARE.vol_law, up=0, down=0))
HALVED = replace(STILL, vol_law=replace(STILL.vol_law, down=5_000, power_short=0))
DOUBLED = replace(STILL, vol_law=replace(STILL.vol_law, up=10_000, power_short=0))
ONE = 1 << 72  # total variance 1
SLOPE = 1 << 40


def accepted(row: Row, params: RiskParams) -> None:
    validate(snapshot(row, params=params))


def refused(row: Row, message: str, params: RiskParams = FLOORED) -> None:
    with pytest.raises(SnapshotError, match=f"^{re.escape(message)}"):
        validate(snapshot(row, params=params))


def smile(svi: Svi, params: RiskParams = STILL, expiry: int = MONTH) -> Row:
    return live_row(expiry, HEADER.index, svi, params, CLOCK)


@pytest.mark.parametrize("step", [-1, 1])
@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_field_wrong_by_one_is_refused(name: str, step: int) -> None:
    due = getattr(ROW, name)
    wrong = replace(ROW, **{name: due + step})
    message = f"row {MONTH} {name}: got {due + step}, must be {due}, which the data gives"

    refused(wrong, message)


@pytest.mark.parametrize("name", [*DERIVED, "svi"])
def test_a_settled_row_with_a_field_of_its_own_is_refused(name: str) -> None:
    due = getattr(GONE, name)
    wrong = replace(due, a=due.a + 1) if isinstance(due, Svi) else due + 1

    refused(replace(GONE, **{name: wrong}), f"row {EXPIRED} {name}: got ")


def test_a_settled_row_is_the_unlisted_row_at_its_settlement_price() -> None:
    own = {"expiry": EXPIRED, "forward": quote("90"), "settled": True}
    ln_forward = ln_of_ratio(quote("90"), 1, LOG_BITS)

    assert replace(UNLISTED, ln_forward=ln_forward, **own) == GONE


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("vol_up", (1, (1 << 18) - 1)),
        ("vol_down", (1, 1 << 16)),
        ("vol_floor", (0, (56 << 24) - 1)),
        ("basis_factor", (0, 40_000)),
    ],
)
def test_a_derived_field_beyond_what_the_circuit_takes_is_refused(
    name: str, bounds: tuple[int, int]
) -> None:
    at, due = f"row {MONTH} {name}", getattr(WILD, name)
    for value in (bounds[0] - 1, bounds[1] + 1):
        rule = f"must be between {bounds[0]} and {bounds[1]}"
        refused(replace(WILD, **{name: value}), f"{at}: got {value}, {rule}")
    for value in bounds:
        refused(replace(WILD, **{name: value}), f"{at}: got {value}, must be {due}, which")


def test_sqrt_of_time_is_nearest() -> None:
    for seconds in (1, 60, DAY, SECONDS_PER_YEAR, LONGEST_EXPIRY):
        row = live_row(CLOCK + seconds, HEADER.index, skewed("0.6", seconds), FLOORED, CLOCK)
        exact = REAL.sqrt(REAL.mpf(seconds) / SECONDS_PER_YEAR) * 2**24

        assert abs(row.root_time - exact) <= REAL.mpf("0.5")
        assert 0 <= row.vol_floor - exact / 2 < 1


@pytest.mark.parametrize("down", [0, 9_999])
def test_a_vol_law_at_the_edge_of_the_multipliers_is_valid(down: int) -> None:
    law = replace(BARE.vol_law, up=29_999, down=down, power_short=0)
    params = replace(BARE, vol_law=law, basis_add=40_000)
    row = live_row(MONTH, HEADER.index, flat("4", MONTH - CLOCK), params, CLOCK)

    assert row.vol_up == 262_137
    accepted(row, params)


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [({"down": 10_000}, "vol_down", 0), ({"up": 30_000}, "vol_up", 1 << 18)],
)
def test_a_vol_law_beyond_the_multipliers_admits_no_live_row(
    changes: dict[str, int], name: str, value: int
) -> None:
    params = replace(BARE, vol_law=replace(BARE.vol_law, **changes, power_short=0))
    row = live_row(MONTH, HEADER.index, flat("4", MONTH - CLOCK), params, CLOCK)

    refused(row, f"row {MONTH} {name}: got {value}, must be between", params)


SVI_BOUNDS = {
    "b": (0, (1 << 50) - 1),
    "b_rho": (-SLOPE, SLOPE),
    "m": (1 - LOG_BOUND, LOG_BOUND - 1),
    "sigma_sq": (0, (1 << 70) - 1),
}


@pytest.mark.parametrize(
    "svi",
    [
        Svi(ONE, SLOPE, SLOPE, 0, 1 << 64),
        Svi(ONE, SLOPE, -SLOPE, 0, 1 << 64),
        Svi(ONE, SLOPE, 0, LOG_BOUND - 1, 1 << 64),
        Svi(ONE, SLOPE, 0, 1 - LOG_BOUND, 1 << 64),
        Svi(ONE, SLOPE, 0, 0, 0),
        Svi(ONE, SLOPE, 0, 0, (1 << 70) - 1),
        Svi(-7 * ONE, SLOPE, 0, 0, (1 << 70) - 1),
    ],
)
def test_a_smile_at_its_bound_is_valid(svi: Svi) -> None:
    accepted(smile(svi), STILL)


@pytest.mark.parametrize(("name", "bounds"), SVI_BOUNDS.items())
def test_a_smile_beyond_its_bound_is_refused(name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    for value in (low - 1, high + 1):
        svi = replace(Svi(ONE, SLOPE, 0, 0, 1 << 64), **{name: value})
        message = f"row {MONTH} svi.{name}: got {value}, must be between {low} and {high}"

        refused(smile(svi), message, STILL)


@pytest.mark.parametrize(("params", "ticks"), [(STILL, 257), (HALVED, 514), (DOUBLED, 257)])
def test_the_lowest_total_vol_counts_the_lowest_multiplier(params: RiskParams, ticks: int) -> None:
    bound, minute = (ticks << 12) ** 2, CLOCK + 60
    name = f"row {minute} svi: got 'a lowest total vol of "

    accepted(smile(Svi(bound, 0, 0, 0, 0), params, minute), params)
    refused(smile(Svi(bound - 1, 0, 0, 0, 0), params, minute), name, params)


@pytest.mark.parametrize(("params", "share"), [(STILL, 1), (HALVED, 1), (DOUBLED, 2)])
def test_the_highest_total_vol_counts_the_highest_multiplier(
    params: RiskParams, share: int
) -> None:
    highest = MAX_TOTAL_VOL - 1
    name = f"row {MONTH} svi: got 'a highest total vol of "

    accepted(smile(Svi((highest // share << 12) ** 2, 0, 0, 0, 0), params), params)
    refused(smile(Svi((highest // share + 1 << 12) ** 2, 0, 0, 0, 0), params), name, params)


@pytest.mark.parametrize("rho", [-1, 1])
def test_the_highest_total_vol_is_that_of_either_wing(rho: int) -> None:
    """With b = 180 and its whole slope on one side, w reaches 1 + 2 * 8 * 196 = 3137 > 56^2."""
    svi = Svi(ONE, 196 * SLOPE, rho * 196 * SLOPE, 0, 0)

    refused(smile(svi), f"row {MONTH} svi: got 'a highest total vol of 56.0", STILL)


def test_a_negative_variance_at_the_vertex_is_refused() -> None:
    """a + b sigma sqrt(1 - rho^2) = -0.7 + 1 * 1 * 0.6 < 0, though w(0) = 0.3."""
    svi = svi_from_real(-0.7, 1, 0.8, 0, 1)

    refused(smile(svi), f"row {MONTH} svi: got 'a lowest total vol of 0'", STILL)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_kink_may_be_as_steep_as_two(side: int) -> None:
    """At a kink of variance 1 the slope of total vol is (b + abs(b rho)) / 2."""
    steep = f"row {MONTH} svi: got 'a lowest total vol of 1', must keep b + abs(b rho) below 4"
    svi = svi_from_real(1, 2.5, 0.58 * side, 0, 0)

    accepted(smile(svi), STILL)
    refused(smile(replace(svi, b_rho=svi.b_rho + side * SLOPE // 10)), steep, STILL)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.001, 1),
    st.floats(0.01, 1),
    st.floats(-0.999, 0.999),
    st.floats(-7.9, 7.9),
    st.floats(2**-16, 2),
)
def test_no_smile_steeper_than_two_is_valid(
    low: float, b: float, rho: float, m: float, sigma: float
) -> None:
    """Any shape, scaled until its slope is 2.0001 where it is steepest."""
    a = low - b * sigma * (1 - rho * rho) ** 0.5
    y = np.clip(sigma * np.sinh(np.linspace(-20, 20, 100_001)), -8 - m, 8 - m)
    variance = a + b * (rho * y + np.hypot(y, sigma))
    slope = np.abs(b * (rho + y / np.hypot(y, sigma))) / (2 * np.sqrt(variance))
    scale = (2.0001 / slope.max()) ** 2
    assume(low * scale > 2e-9)
    assume(variance.max() * scale < 3_100)
    svi = svi_from_real(a * scale, b * scale, rho, m, sigma)

    refused(smile(svi), f"row {MONTH} svi: got 'a lowest total vol of ", STILL)
