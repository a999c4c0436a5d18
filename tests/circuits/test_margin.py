# SPDX-License-Identifier: Apache-2.0
"""The whole margin circuit: what its constraints refuse, whoever computes the witness."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from random_market import random_case

from circuits.harness import accepts, forge, rejects
from circuits.margin_cases import (
    LINEAR,
    MARGIN,
    MARKET,
    MIXED,
    NOTHING,
    PARAMS,
    PRICE,
    PUBLIC,
    SOON,
    altered,
    inputs_of,
    value_of,
)
from zkmargin.book import Book, Slot
from zkmargin.commitment import commitment
from zkmargin.field import HALF, MODULUS
from zkmargin.margin import healthy, margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Snapshot
from zkmargin.statement import header
from zkmargin.units import (
    BPS,
    LEVEL_MAX,
    ONE,
)

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]


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
