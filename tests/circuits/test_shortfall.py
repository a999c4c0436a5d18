# SPDX-License-Identifier: Apache-2.0
"""The whole shortfall circuit: what its constraints refuse, whoever computes the witness.

What it shares with margin, OpenAccount, has its reject tables in test_margin.
"""

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
    PRICE,
    SOON,
    altered,
    inputs_of,
    inputs_of_forged,
    value_of,
)
from circuits.shortfall_cases import (
    BENEFICIARY,
    SHORT,
    SHORT_PUBLIC,
    SHORTFALL,
    in_shortfall,
    short_inputs_of,
)
from circuits.test_margin import with_excess
from zkmargin.book import Book, Slot
from zkmargin.commitment import commitment
from zkmargin.field import HALF, MODULUS
from zkmargin.margin import healthy, margin
from zkmargin.presets import TINY
from zkmargin.statement import header
from zkmargin.units import ADDRESS_BOUND, BPS, LEVEL_MAX, QUOTE, SIZE_BOUND

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]


@pytest.mark.parametrize("book", [NOTHING, LINEAR, MIXED], ids=["nothing", "linear", "mixed"])
@pytest.mark.parametrize("level", [0, BPS, LEVEL_MAX])
def test_an_honest_witness_satisfies_every_constraint(book: Book, level: int) -> None:
    assert accepts(SHORTFALL, short_inputs_of(in_shortfall(book, level=level), level=level)) == {}


def test_the_public_signals_come_first_and_in_order() -> None:
    for build in (SHORTFALL.proven, SHORTFALL.plain):
        assert build.system.names[1:6] == list(SHORT_PUBLIC)
        assert build.system.r1cs.public_signals == 5


@pytest.mark.parametrize("signal", SHORT_PUBLIC)
@pytest.mark.parametrize("change", [1, -1, 1 << 32, 1 << 96, 1 << 200])
def test_a_public_signal_cannot_change_in_a_finished_witness(signal: str, change: int) -> None:
    witness = SHORTFALL.proven.run(short_inputs_of())
    wire = SHORTFALL.proven.system.wires[signal]
    witness[wire] = (witness[wire] + change) % MODULUS

    assert SHORTFALL.proven.system.broken(witness)
    assert rejects(SHORTFALL, short_inputs_of(), wires={signal: witness[wire]})


@pytest.mark.parametrize("beneficiary", [0, 1, ADDRESS_BOUND - 1])
def test_every_address_may_be_the_beneficiary(beneficiary: int) -> None:
    accepts(SHORTFALL, short_inputs_of(by=beneficiary))


@pytest.mark.parametrize("value", [-1, ADDRESS_BOUND, BENEFICIARY + ADDRESS_BOUND, HALF])
def test_what_is_no_address_is_rejected(value: int) -> None:
    inputs = altered(short_inputs_of(), {"beneficiary": value})

    assert "AssertRange" in rejects(SHORTFALL, inputs)


@pytest.mark.parametrize(
    ("account", "version", "level"),
    [(8, 3, BPS), (7, 4, BPS), (7, 3, BPS - 1), (7, 3, BPS + 1), (7, 3, 0), (3, 7, BPS)],
)
def test_the_header_of_another_account_version_or_level_is_rejected(
    account: int, version: int, level: int
) -> None:
    other = {"header": header(account, version, level)}

    assert "header" in rejects(SHORTFALL, altered(short_inputs_of(), other))


@pytest.mark.parametrize("level", [LEVEL_MAX + 1, 1 << 15, (1 << 15) - 1, -1, -BPS, 1 << 32])
def test_a_level_out_of_range_is_rejected(level: int) -> None:
    # Else a level could be chosen so high that any book is short.
    inputs = short_inputs_of(level=0)
    head = value_of(inputs, "header") + level

    assert "AssertRange" in rejects(SHORTFALL, altered(inputs, {"level": level, "header": head}))


@pytest.mark.parametrize("level", [0, 1, 12_345])
@pytest.mark.parametrize("excess", [-1, -2, -(1 << 200), -(1 << 236)])
def test_an_excess_below_zero_is_accepted(excess: int, level: int) -> None:
    accepts(SHORTFALL, short_inputs_of(*with_excess(excess, level), level=level))


@pytest.mark.parametrize("level", [0, 1, 12_345])
@pytest.mark.parametrize("excess", [0, 1, 2, 1 << 200, (1 << 236) - 1, -(1 << 236) - 1, HALF])
def test_an_excess_of_zero_or_more_is_rejected(excess: int, level: int) -> None:
    inputs = short_inputs_of(*with_excess(excess, level), level=level)

    assert "AssertRange" in rejects(SHORTFALL, inputs)


@pytest.mark.parametrize("level", [0, BPS, LEVEL_MAX])
def test_a_book_that_is_not_one_unit_short_is_rejected(level: int) -> None:
    for book in (NOTHING, LINEAR, MIXED):
        rejects(SHORTFALL, short_inputs_of(in_shortfall(book, level=level, by=0), level=level))


@pytest.mark.parametrize("excess", [-2, -1, 0, 1])
def test_exactly_one_of_margin_and_shortfall_holds_about_zero(excess: int) -> None:
    book, snapshot = with_excess(excess, BPS)  # [1e-20 quote, 2^-120]
    well = forge(MARGIN, inputs_of(book, snapshot))
    short = forge(SHORTFALL, short_inputs_of(book, snapshot))

    assert (MARGIN.plain.system.broken(well) is None) == (excess >= 0)
    assert (SHORTFALL.plain.system.broken(short) is None) == (excess < 0)


def test_the_constraints_alone_tell_short_random_books_from_the_others() -> None:
    rng, verdicts = random.Random(12), []
    for _ in range(24):
        book, snapshot = random_case(rng, TINY)
        level = rng.choice([0, 5_000, BPS, LEVEL_MAX])
        verdicts.append(healthy(margin(book, snapshot), level))
        witness = forge(SHORTFALL, short_inputs_of(book, snapshot, level))

        assert (SHORTFALL.plain.system.broken(witness) is not None) == verdicts[-1]

    assert set(verdicts) == {True, False}


@pytest.mark.parametrize(
    "change",
    [{"version": 4}, {"cash": SHORT.cash - 1}, {"perp": -1}, {"slots": MIXED.slots[:1]}],
    ids=lambda change: next(iter(change)),
)
def test_the_commitment_to_another_book_is_rejected(change: Mapping[str, object]) -> None:
    other = commitment(replace(SHORT, **change))

    assert "commitment" in rejects(SHORTFALL, altered(short_inputs_of(), {"commitment": other}))


def test_the_hash_of_another_snapshot_is_rejected() -> None:
    other = replace(MARKET, header=replace(MARKET.header, epoch=2)).hash

    assert "snapshotHash" in rejects(SHORTFALL, altered(short_inputs_of(), {"snapshotHash": other}))


@pytest.mark.parametrize(
    "change",
    [
        {"cash": -(1 << 63) - 1},
        {"base": -1},
        {"perp": SIZE_BOUND},
        {"slots": (Slot(SOON, PRICE, 0, -SIZE_BOUND - 1),)},
        {"slots": (Slot(0, PRICE, -QUOTE, 0),)},
    ],
    ids=str,
)
def test_a_number_out_of_range_is_rejected_though_committed_to(
    change: Mapping[str, object],
) -> None:
    forged = inputs_of_forged(replace(NOTHING, cash=-1), **change)

    rejects(SHORTFALL, forged | {"beneficiary": [BENEFICIARY]})
