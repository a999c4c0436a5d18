# SPDX-License-Identifier: Apache-2.0
"""Every rule of a valid snapshot, at its bound as well as one beyond."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from unit.integer_markets import (
    BARE,
    CLOCK,
    DAY,
    EXPIRED,
    HEADER,
    MONTH,
    PARAMS,
    YEAR,
    flat,
    live,
    market,
    quote,
    snapshot,
)

from zkmargin.errors import SnapshotError
from zkmargin.params import RiskParams
from zkmargin.presets import ROWS
from zkmargin.snapshot import Row, Snapshot
from zkmargin.snapshot_rules import (
    LONGEST_EXPIRY,
    SETTLED_LISTING,
    live_row,
    settled_row,
    validate,
)
from zkmargin.units import (
    ID_BOUND,
    PRICE_BOUND,
    QUOTE,
    RATE_ONE,
    TIME_BOUND,
)

INDEX = HEADER.index
HEADER_BOUNDS = {
    "feed": (0, ID_BOUND - 1),
    "contract_size": (1, ID_BOUND - 1),
    "epoch": (0, ID_BOUND - 1),
    "timestamp": (1, TIME_BOUND - 1),
    "perp_mark": (INDEX // 2, 2 * INDEX),
    "cumulative_funding": (1 - PRICE_BOUND, PRICE_BOUND - 1),
    "credit": (0, RATE_ONE),
    "debit": (RATE_ONE, 2 * RATE_ONE - 1),
}
DERIVED = ("ln_forward", "root_time", "vol_up", "vol_down", "vol_floor", "basis_factor")
FLOORED = replace(PARAMS, vol_law=replace(PARAMS.vol_law, min_vol=5_000))
ROW = live(MONTH, "100", "0.6", FLOORED)
GONE = settled_row(EXPIRED, quote("90"))


def refused(case: Snapshot, message: str) -> None:
    with pytest.raises(SnapshotError, match=f"^{re.escape(message)}"):
        validate(case)


def beyond(name: str, value: int, bounds: tuple[int, int]) -> str:
    return f"{name}: got {value}, must be between {bounds[0]} and {bounds[1]}"


def one_row(row: Row, params: RiskParams = FLOORED, **header: Any) -> Snapshot:
    return snapshot(row, params=params, **header)


def at_forward(forward: int, **header: Any) -> Snapshot:
    return one_row(live_row(MONTH, forward, ROW.svi, FLOORED, CLOCK), **header)


def test_a_market_of_live_expiries_beside_a_settled_one_is_valid() -> None:
    validate(market())


def test_a_market_without_expiries_is_valid() -> None:
    validate(snapshot())


@pytest.mark.parametrize(("name", "bounds"), HEADER_BOUNDS.items())
def test_a_header_at_its_bound_is_valid(name: str, bounds: tuple[int, int]) -> None:
    for value in bounds:
        validate(snapshot(**{name: value}))


@pytest.mark.parametrize(("name", "bounds"), HEADER_BOUNDS.items())
def test_a_header_beyond_its_bound_is_refused(name: str, bounds: tuple[int, int]) -> None:
    for value in (bounds[0] - 1, bounds[1] + 1):
        refused(snapshot(**{name: value}), beyond(name, value, bounds))


@pytest.mark.parametrize("index", [QUOTE, PRICE_BOUND - 1])
def test_an_index_at_its_bound_is_valid(index: int) -> None:
    validate(snapshot(index=index, perp_mark=index))


@pytest.mark.parametrize("index", [QUOTE - 1, PRICE_BOUND])
def test_an_index_beyond_its_bound_is_refused(index: int) -> None:
    message = beyond("index", index, (QUOTE, PRICE_BOUND - 1))

    refused(snapshot(index=index, perp_mark=index), message)


def test_a_perp_mark_is_a_price_however_high_the_index() -> None:
    index = PRICE_BOUND - 1

    refused(
        snapshot(index=index, perp_mark=PRICE_BOUND),
        beyond("perp_mark", PRICE_BOUND, (index // 2, index)),
    )


def test_fifteen_expiries_are_valid() -> None:
    validate(snapshot(*(live(MONTH + i, "100", "0.6") for i in range(ROWS))))


def test_a_sixteenth_expiry_is_refused() -> None:
    crowded = snapshot(*(live(MONTH + i, "100", "0.6") for i in range(ROWS + 1)))

    refused(crowded, "rows: got 16, at most 15 expiries can be listed")


@pytest.mark.parametrize(("first", "second"), [(MONTH, MONTH), (YEAR, MONTH)])
def test_expiries_out_of_order_are_refused(first: int, second: int) -> None:
    rows = (live(first, "100", "0.6"), live(second, "100", "0.6"))
    rule = f"must come once, after the expiry before it ({first})"

    refused(snapshot(*rows), f"row {second} expiry: got {second}, {rule}")


@pytest.mark.parametrize("expiry", [0, -1])
def test_an_expiry_before_1970_is_refused(expiry: int) -> None:
    refused(one_row(replace(GONE, expiry=expiry)), f"row {expiry} expiry: got {expiry}, must come")


@pytest.mark.parametrize("seconds", [1, LONGEST_EXPIRY])
def test_a_live_expiry_at_its_bound_is_valid(seconds: int) -> None:
    row = live_row(CLOCK + seconds, QUOTE * 100, flat("1.5", seconds), BARE, CLOCK)

    validate(one_row(row, BARE))


@pytest.mark.parametrize("seconds", [0, -1, LONGEST_EXPIRY + 1])
def test_a_live_expiry_beyond_its_bound_is_refused(seconds: int) -> None:
    expiry = CLOCK + seconds
    row = replace(live(MONTH, "100", "0.6"), expiry=expiry)
    name = f"row {expiry} expiry"

    refused(one_row(row), beyond(name, expiry, (CLOCK + 1, CLOCK + LONGEST_EXPIRY)))


def test_an_expiry_beyond_forty_bits_is_refused() -> None:
    row = replace(ROW, expiry=TIME_BOUND)
    name = f"row {TIME_BOUND} expiry"

    refused(one_row(row, timestamp=TIME_BOUND - 1), beyond(name, TIME_BOUND, (1, TIME_BOUND - 1)))


@pytest.mark.parametrize("age", [0, SETTLED_LISTING])
def test_a_settled_expiry_at_its_bound_is_valid(age: int) -> None:
    validate(one_row(settled_row(CLOCK - age, quote("90"))))


@pytest.mark.parametrize("age", [-1, SETTLED_LISTING + 1])
def test_a_settled_expiry_beyond_its_bound_is_refused(age: int) -> None:
    expiry = CLOCK - age
    name = f"row {expiry} expiry (settled)"

    refused(
        one_row(settled_row(expiry, quote("90"))),
        beyond(name, expiry, (CLOCK - SETTLED_LISTING, CLOCK)),
    )


def test_an_expired_row_stays_listed_for_thirty_days() -> None:
    assert SETTLED_LISTING == 30 * DAY


@pytest.mark.parametrize("forward", [INDEX // 2, 2 * INDEX])
def test_a_forward_at_its_bound_is_valid(forward: int) -> None:
    validate(at_forward(forward))


@pytest.mark.parametrize("forward", [INDEX // 2 - 1, 2 * INDEX + 1])
def test_a_forward_far_from_the_index_is_refused(forward: int) -> None:
    bounds = (INDEX // 2, 2 * INDEX)

    refused(at_forward(forward), beyond(f"row {MONTH} forward", forward, bounds))


@pytest.mark.parametrize("settlement", [QUOTE, PRICE_BOUND - 1])
def test_a_settlement_price_may_be_far_from_the_index(settlement: int) -> None:
    validate(one_row(settled_row(EXPIRED, settlement)))


@pytest.mark.parametrize("forward", [0, QUOTE - 1, PRICE_BOUND])
@pytest.mark.parametrize("row", [ROW, GONE], ids=["live", "settled"])
def test_a_forward_that_is_no_price_is_refused(row: Row, forward: int) -> None:
    at = f"row {row.expiry} forward"

    refused(one_row(replace(row, forward=forward)), beyond(at, forward, (QUOTE, PRICE_BOUND - 1)))
