# SPDX-License-Identifier: Apache-2.0
"""The whole margin circuit: what is committed to cannot be opened, packed or placed otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise

import pytest

from circuits.harness import accepts, rejects
from circuits.margin_cases import (
    LATER,
    LINEAR,
    MARGIN,
    MARKET,
    NOTHING,
    PARAMS,
    PRICE,
    SETTLED,
    SOON,
    altered,
    inputs_of,
    inputs_of_forged,
    value_of,
)
from zkmargin.book import Slot
from zkmargin.margin import healthy, margin
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import validate
from zkmargin.statement import header
from zkmargin.units import (
    BPS,
    CASH_BOUND,
    PRICE_BOUND,
    QUOTE,
    SIZE,
    SIZE_BOUND,
)

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

ROW = [
    "expiry",
    "settled",
    "volDown",
    "volUp",
    "volFloor",
    "forward",
    "lnForward",
    "rootTime",
    "a",
    "b",
    "bRho",
    "m",
    "sigmaSq",
]
# Fields that share a field element, low one first, with the bits between them: the pair can be
# split otherwise without a change of the hash, so the ranges alone hold it.
PACKED = [
    ("book.version", 64, "book.account"),
    ("book.cash", 64, "book.version"),
    ("book.base", 40, "book.perp"),
    ("book.perp", 41, "book.perpEntry"),
    ("book.slots[1].put", 41, "book.slots[1].call"),
    ("book.slots[1].call", 41, "book.slots[1].strike"),
    ("book.slots[1].strike", 48, "book.slots[1].expiry"),
    ("market.rows[0].settled", 1, "market.basisFactor[0]"),
    ("market.basisFactor[1]", 16, "market.rows[1].volDown"),
    ("market.rows[1].volDown", 18, "market.rows[1].volUp"),
    ("market.rows[1].volUp", 46, "market.rows[1].expiry"),
    ("market.params.phi", 14, "market.params.perpPct"),
    ("market.params.perpPct", 14, "market.params.basePct"),
    ("market.params.basePct", 14, "market.params.nakedPct"),
    ("market.params.nakedPct", 14, "market.params.hedgeSpread"),
    ("market.params.hedgeSpread", 14, "market.params.vegaSpread"),
    ("market.params.vegaSpread", 14, "market.params.maxMultiplier"),
    ("market.params.maxMultiplier", 16, "market.params.maxGross"),
    ("market.params.weight[0]", 14, "market.params.multiplier[0]"),
    ("market.params.multiplier[7]", 16, "market.params.lnMultiplier[7]"),
    ("market.params.lnMultiplier[2]", 23, "market.params.weight[3]"),
]


@pytest.mark.parametrize("signal", ["feed", "clock", "index", "perpMark", "funding", "credit"])
@pytest.mark.parametrize("change", [1, -1])
def test_a_header_field_of_the_market_cannot_change(signal: str, change: int) -> None:
    name, honest = f"market.header.{signal}", inputs_of()

    rejects(MARGIN, altered(honest, {name: value_of(honest, name) + change}))


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("field", ROW)
@pytest.mark.parametrize("change", [1, -1])
def test_a_field_of_an_opened_row_cannot_change(row: int, field: str, change: int) -> None:
    name, honest = f"market.rows[{row}].{field}", inputs_of()

    rejects(MARGIN, altered(honest, {name: value_of(honest, name) + change}))


def test_the_row_fields_listed_here_are_all() -> None:
    wires = MARGIN.plain.system.wires

    assert [w for w in wires if w.startswith("market.rows[0].")] == [
        f"market.rows[0].{field}" for field in ROW
    ]
    assert len(ROW) == len(fields(Row)) - 1 + 4  # basis_factor apart, five numbers in svi


@pytest.mark.parametrize("row", [0, 1])
def test_the_settled_flag_cannot_be_flipped(row: int) -> None:
    name, honest = f"market.rows[{row}].settled", inputs_of()

    rejects(MARGIN, altered(honest, {name: 1 - value_of(honest, name)}))


@pytest.mark.parametrize(("low", "bits", "high"), PACKED, ids=[f"{p[0]}" for p in PACKED])
@pytest.mark.parametrize("carry", [1, -1])
def test_packed_numbers_cannot_be_split_otherwise(
    low: str, bits: int, high: str, carry: int
) -> None:
    honest = inputs_of()
    moved = {
        low: value_of(honest, low) + (carry << bits),
        high: value_of(honest, high) - carry,
    }
    if low == "book.cash":
        moved["header"] = value_of(honest, "header") - (carry << 32)  # the other version's

    rejects(MARGIN, altered(honest, moved))


@pytest.mark.parametrize(("slot", "place"), [(0, 1), (0, 2), (0, -1), (1, 0), (1, 2), (1, -1)])
def test_a_slot_cannot_take_the_row_of_another_expiry(slot: int, place: int) -> None:
    rejects(MARGIN, altered(inputs_of(), {f"book.slots[{slot}].place": place}))


@pytest.mark.parametrize("place", [1, 2, -1])
def test_an_unused_slot_takes_the_first_row(place: int) -> None:
    rejects(MARGIN, altered(inputs_of(LINEAR), {"book.slots[1].place": place}))


def test_a_slot_cannot_take_the_expiry_of_another_row() -> None:
    inputs = inputs_of_forged(NOTHING, slots=(Slot(LATER, PRICE, SIZE, 0),))
    for expiry in (SETTLED, SOON):
        other = inputs_of_forged(NOTHING, slots=(Slot(expiry, PRICE, SIZE, 0),))
        moved = {s: value_of(other, s) for s in ("commitment", "book.slots[0].expiry")}

        rejects(MARGIN, altered(inputs, moved))


def test_rows_cannot_be_opened_in_another_order() -> None:
    honest = inputs_of()
    swapped = {}
    for signal in [*(f"rows[*].{field}" for field in ROW), "basisFactor[*]", "places[*]"]:
        first, second = (f"market.{signal.replace('*', index)}" for index in "01")
        swapped |= {first: value_of(honest, second), second: value_of(honest, first)}
    swapped |= {"book.slots[0].place": 1, "book.slots[1].place": 0}

    assert "AssertRange" in rejects(MARGIN, altered(honest, swapped))


def test_a_row_cannot_be_opened_twice() -> None:
    two = (Slot(SETTLED, PRICE, SIZE, 0), Slot(SETTLED, PRICE // 2, -SIZE, 0))
    honest = inputs_of(replace(NOTHING, slots=two))
    copied = {}
    for signal in [*(f"rows[*].{field}" for field in ROW), "basisFactor[*]", "places[*]"]:
        first, second = (f"market.{signal.replace('*', index)}" for index in "01")
        copied[second] = value_of(honest, first)
    copied["book.slots[1].place"] = 1

    assert "AssertRange" in rejects(MARGIN, altered(honest, copied))


@pytest.mark.parametrize("places", [(0, 1), (1, 16), (1, -1), (1, 3), (2, 3)])
def test_rows_are_opened_where_they_are_listed(places: tuple[int, int]) -> None:
    assert [value_of(inputs_of(), f"market.places[{j}]") for j in (0, 1)] == [1, 2]
    moved = {f"market.places[{j}]": place for j, place in enumerate(places)}

    rejects(MARGIN, altered(inputs_of(), moved))


@pytest.mark.parametrize("place", range(15))
def test_no_row_digest_can_change(place: int) -> None:
    rejects(MARGIN, altered(inputs_of(), {f"market.digests[{place}]": 1}))


@pytest.mark.parametrize(
    "slot",
    [
        Slot(0, 1_000, SIZE_BOUND - 1, 0),
        Slot(0, PRICE, SIZE, 0),
        Slot(0, 0, SIZE, 0),
        Slot(0, 0, 0, -SIZE),
        Slot(0, 0, SIZE, -SIZE),
        Slot(0, 1, 0, 0),
    ],
    ids=str,
)
def test_a_slot_without_an_expiry_is_all_zero(slot: Slot) -> None:
    # An unlisted row has expiry 0 and a forward of one quote, a price nobody published.
    for book in (NOTHING, replace(NOTHING, cash=-100_000 * QUOTE)):
        rejects(MARGIN, inputs_of_forged(book, slots=(slot,)))


@pytest.mark.parametrize("place", [0, 1])
def test_no_slot_is_priced_by_an_unlisted_row(place: int) -> None:
    empty = Snapshot(replace(MARKET.header, cumulative_funding=0), PARAMS, ())
    honest = inputs_of(NOTHING, empty)
    slot = Slot(0, 1_000, SIZE_BOUND - 1, 0)
    forged = inputs_of_forged(NOTHING, slots=(slot,))
    taken = {s: value_of(forged, s) for s in forged_signals()} | {"book.slots[0].place": place}

    accepts(MARGIN, honest)
    rejects(MARGIN, altered(honest, taken))


def forged_signals() -> list[str]:
    return ["commitment", *(f"book.slots[0].{f}" for f in ("expiry", "strike", "call", "put"))]


@pytest.mark.parametrize(
    "change",
    [
        {"account": 1 << 64},
        {"version": 1 << 64},
        {"cash": CASH_BOUND},
        {"cash": -CASH_BOUND - 1},
        {"base": -1},
        {"base": SIZE_BOUND},
        {"perp": SIZE_BOUND},
        {"perp": -SIZE_BOUND - 1},
        {"perp_entry": CASH_BOUND},
        {"slots": (Slot(SOON, 0, 0, 0),)},
        {"slots": (Slot(SOON, -PRICE, 0, 0),)},
        {"slots": (Slot(SOON, PRICE_BOUND, 0, 0),)},
        {"slots": (Slot(SOON, PRICE, SIZE_BOUND, 1 - SIZE_BOUND),)},
        {"slots": (Slot(SOON, PRICE, 0, -SIZE_BOUND - 1),)},
        {"slots": (Slot(SOON, PRICE // 2_982, 0, 0),)},
        {"slots": (Slot(SOON, PRICE * 2_982, 0, 0),)},
    ],
    ids=str,
)
def test_a_number_out_of_range_is_rejected_though_committed_to(
    change: Mapping[str, object],
) -> None:
    rejects(MARGIN, inputs_of_forged(NOTHING, **change))


def test_a_gross_above_the_bound_is_rejected() -> None:
    params = replace(PARAMS, max_gross=MARKET.header.perp_mark)
    market = replace(MARKET, params=params)
    at_bound = replace(NOTHING, perp=SIZE, perp_entry=MARKET.header.perp_mark)

    accepts(MARGIN, inputs_of(at_bound, market))
    for more in (
        {"perp": SIZE + 1},
        {"perp": -SIZE - 1},
        {"base": 1},
        {"slots": (Slot(SOON, PRICE, 1, -1),)},
    ):
        book = replace(at_bound, **more)

        assert margin(book, MARKET).excess(BPS) > 0
        assert "AssertRange" in rejects(MARGIN, inputs_of(book, market))


def test_the_largest_funding_has_a_witness() -> None:
    head = Header(1, SIZE, 2, MARKET.header.timestamp, QUOTE, QUOTE, 1 - PRICE_BOUND)
    snapshot = Snapshot(head, PARAMS, ())
    book = replace(NOTHING, perp=SIZE_BOUND - 1)
    validate(snapshot)

    assert healthy(margin(book, snapshot), BPS)
    assert margin(book, snapshot).excess_unreduced(BPS).bit_length() > 233
    accepts(MARGIN, inputs_of(book, snapshot))


def test_the_public_header_fields_do_not_overlap() -> None:
    parts = [header(0, 0, 1), header(0, 1, 0), header(1, 0, 0)]

    assert all(high // low >= 1 << 32 for low, high in pairwise(parts))
