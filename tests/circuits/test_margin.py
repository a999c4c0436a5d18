# SPDX-License-Identifier: Apache-2.0
"""The whole margin circuit: what its constraints refuse, whoever computes the witness."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise

import pytest
from random_market import random_case

from circuits.harness import accepts, forge, rejects
from circuits.margin_cases import (
    LATER,
    LINEAR,
    MARGIN,
    MARKET,
    MIXED,
    NOTHING,
    PARAMS,
    PRICE,
    PUBLIC,
    SETTLED,
    SOON,
    altered,
    inputs_of,
    inputs_of_forged,
    value_of,
)
from zkmargin.book import Book, Slot
from zkmargin.commitment import commitment
from zkmargin.field import HALF, MODULUS
from zkmargin.margin import healthy, margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import validate
from zkmargin.statement import header
from zkmargin.units import (
    BPS,
    CASH_BOUND,
    LEVEL_MAX,
    ONE,
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


def highest_level(book: Book) -> int:
    """The highest level at which a book is healthy [bps]."""
    report = margin(book, MARKET)
    at_zero = report.excess_unreduced(0)
    return at_zero // (at_zero - report.excess_unreduced(1))


def with_excess(excess: int, level: int) -> tuple[Book, Snapshot]:
    """A book whose unreduced excess is exactly this in the field.

    No admitted number is that fine; the funding is, as a field element: it is never ranged.
    """
    book = replace(NOTHING, perp=1)
    head = replace(MARKET.header, cumulative_funding=0)
    free = margin(book, replace(MARKET, header=head)).excess_unreduced(level)
    funding = (free - excess) * pow(ONE * BPS * BPS, -1, MODULUS) % MODULUS
    signed = funding if funding <= HALF else funding - MODULUS
    return book, replace(MARKET, header=replace(head, cumulative_funding=signed))


@pytest.mark.parametrize("book", [NOTHING, LINEAR, MIXED], ids=["nothing", "linear", "mixed"])
@pytest.mark.parametrize("level", [0, BPS])
def test_an_honest_witness_satisfies_every_constraint(book: Book, level: int) -> None:
    assert accepts(MARGIN, inputs_of(book, level=level)) == {}


def test_the_public_signals_come_first_and_in_order() -> None:
    for build in (MARGIN.proven, MARGIN.plain):
        assert build.system.names[1:5] == list(PUBLIC)
        assert build.system.r1cs.public_signals == 4


@pytest.mark.parametrize("signal", PUBLIC)
@pytest.mark.parametrize("change", [1, -1, 1 << 32, 1 << 96, 1 << 200])
def test_a_public_signal_cannot_change_in_a_finished_witness(signal: str, change: int) -> None:
    witness = MARGIN.proven.run(inputs_of())
    wire = MARGIN.proven.system.wires[signal]
    witness[wire] = (witness[wire] + change) % MODULUS

    assert MARGIN.proven.system.broken(witness)
    assert rejects(MARGIN, inputs_of(), wires={signal: witness[wire]})


@pytest.mark.parametrize(
    ("account", "version", "level"),
    [
        (8, 3, BPS),
        (6, 3, BPS),
        (7, 4, BPS),
        (7, 2, BPS),
        (7, 3, BPS - 1),
        (7, 3, BPS + 1),
        (7, 3, 0),
        (3, 7, BPS),
    ],
)
def test_the_header_of_another_account_version_or_level_is_rejected(
    account: int, version: int, level: int
) -> None:
    other = {"header": header(account, version, level)}

    assert "header" in rejects(MARGIN, altered(inputs_of(), other))


@pytest.mark.parametrize("level", [LEVEL_MAX + 1, 1 << 15, (1 << 15) - 1, -1, -BPS, 1 << 32])
def test_a_level_out_of_range_is_rejected(level: int) -> None:
    inputs = inputs_of(NOTHING, level=0)
    head = value_of(inputs, "header") + level

    assert "AssertRange" in rejects(MARGIN, altered(inputs, {"level": level, "header": head}))


def test_the_highest_level_is_accepted() -> None:
    accepts(MARGIN, inputs_of(NOTHING, level=LEVEL_MAX))


@pytest.mark.parametrize("ratio", [BPS // 2, BPS, 15_000])
def test_a_level_above_the_ratio_is_rejected(ratio: int) -> None:
    report = margin(MIXED, MARKET)
    book = replace(MIXED, cash=MIXED.cash - report.excess(ratio))
    level = highest_level(book)

    assert level == ratio
    accepts(MARGIN, inputs_of(book, level=level))
    rejects(MARGIN, inputs_of(book, level=level + 1))


@pytest.mark.parametrize("level", [0, 1, 12_345])
@pytest.mark.parametrize("excess", [0, 1, (1 << 236) - 1])
def test_an_excess_of_zero_or_more_is_accepted(excess: int, level: int) -> None:
    accepts(MARGIN, inputs_of(*with_excess(excess, level), level=level))


@pytest.mark.parametrize("level", [0, 1, 12_345])
@pytest.mark.parametrize("excess", [-1, -2, -(1 << 200), 1 << 236, -(1 << 236), HALF, HALF + 1])
def test_an_excess_below_zero_is_rejected(excess: int, level: int) -> None:
    inputs = inputs_of(*with_excess(excess, level), level=level)

    assert "AssertRange" in rejects(MARGIN, inputs)


def test_debt_of_one_unit_is_rejected() -> None:
    accepts(MARGIN, inputs_of(replace(NOTHING, cash=0)))
    rejects(MARGIN, inputs_of(replace(NOTHING, cash=-1)))


def test_the_constraints_alone_tell_healthy_random_books_from_the_others() -> None:
    rng, verdicts = random.Random(11), []
    for _ in range(24):
        book, snapshot = random_case(rng, TINY)
        level = rng.choice([0, 5_000, BPS, LEVEL_MAX])
        verdicts.append(healthy(margin(book, snapshot), level))
        witness = forge(MARGIN, inputs_of(book, snapshot, level))

        assert (MARGIN.plain.system.broken(witness) is None) == verdicts[-1]

    assert set(verdicts) == {True, False}


@pytest.mark.parametrize(
    "change",
    [
        {"account": 8},
        {"version": 4},
        {"cash": NOTHING.cash + 1},
        {"base": 1},
        {"perp": -1},
        {"perp_entry": 1},
        {"slots": (Slot(SOON, PRICE, 1, 0),)},
        {"slots": MIXED.slots[::-1]},
        {"slots": MIXED.slots[:1]},
        {"blinding": MIXED.blinding + 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_commitment_to_another_book_is_rejected(change: Mapping[str, object]) -> None:
    other = commitment(replace(MIXED, **change))

    assert "commitment" in rejects(MARGIN, altered(inputs_of(), {"commitment": other}))


@pytest.mark.parametrize(
    "other",
    [
        replace(MARKET, header=replace(MARKET.header, epoch=2)),
        replace(MARKET, header=replace(MARKET.header, timestamp=MARKET.header.timestamp + 1)),
        replace(MARKET, header=replace(MARKET.header, index=PRICE + 1)),
        replace(MARKET, header=replace(MARKET.header, perp_mark=PRICE)),
        replace(MARKET, rows=MARKET.rows[:2]),
        replace(MARKET, params=replace(PARAMS, phi=1)),
    ],
    ids=["epoch", "time", "index", "perp mark", "rows", "params"],
)
def test_the_hash_of_another_snapshot_is_rejected(other: Snapshot) -> None:
    assert "snapshotHash" in rejects(MARGIN, altered(inputs_of(), {"snapshotHash": other.hash}))


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
