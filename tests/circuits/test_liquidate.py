# SPDX-License-Identifier: Apache-2.0
"""The whole liquidate circuit: what its constraints refuse, whoever computes the witness.

A forged slice commits to its own numbers: lot and remainder open, and only the rules can refuse.
What it shares with margin, OpenAccount, has its reject tables in test_margin.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from circuits.forged_slices import FORGERIES, Dearer, PartsOfMore
from circuits.harness import accepts, rejects
from circuits.liquidation_cases import (
    INSOLVENT,
    LIQUIDATE,
    LIQUIDATE_PUBLIC,
    LOT_BLINDING,
    PARTLY,
    RESERVED,
    SLICES,
    TERMS,
    TOP_UP,
    WORTHLESS,
    sale_inputs,
    slice_of,
    worth,
)
from circuits.margin_cases import LINEAR, MARKET, MIXED, altered, value_of
from zkmargin.commitment import commitment
from zkmargin.field import HALF, MODULUS
from zkmargin.liquidation import Slice, Terms
from zkmargin.margin import margin
from zkmargin.statement import header
from zkmargin.units import ADDRESS_BOUND, BPS, FRACTION_ONE

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

every_slice = pytest.mark.parametrize("taken", SLICES.values(), ids=SLICES)


@every_slice
def test_an_honest_witness_satisfies_every_constraint(taken: Slice) -> None:
    assert taken.valid
    assert accepts(LIQUIDATE, sale_inputs(taken)) == {}


def test_a_book_without_options_is_sliced_too() -> None:
    for thousandths in (1, 500, 999):
        accepts(LIQUIDATE, sale_inputs(slice_of(worth(LINEAR, thousandths))))


def test_the_public_signals_come_first_and_in_order() -> None:
    for build in (LIQUIDATE.proven, LIQUIDATE.plain):
        assert build.system.names[1:15] == list(LIQUIDATE_PUBLIC)
        assert build.system.r1cs.public_signals == 14


@cache
def finished() -> tuple[int, ...]:
    """An honest witness."""
    return tuple(LIQUIDATE.proven.run(sale_inputs(PARTLY)))


@pytest.mark.parametrize("signal", LIQUIDATE_PUBLIC)
@pytest.mark.parametrize("change", [1, -1, 1 << 32, 1 << 200])
def test_a_public_signal_cannot_change_in_a_finished_witness(signal: str, change: int) -> None:
    witness = list(finished())
    wire = LIQUIDATE.proven.system.wires[signal]
    witness[wire] = (witness[wire] + change) % MODULUS

    assert LIQUIDATE.proven.system.broken(witness)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
@pytest.mark.parametrize("honest", [PARTLY, RESERVED], ids=["partly", "reserved"])
def test_a_forged_slice_is_rejected_though_its_books_open(
    forgery: type[Slice], honest: Slice
) -> None:
    rejects(LIQUIDATE, sale_inputs(forgery(honest.old, honest.terms, honest.fraction)))


def test_the_parts_of_another_slice_are_rejected_though_its_books_open() -> None:
    # A witness of the larger slice is there: what it divided is taken for what this one divides.
    discounts = (replace(TERMS, discount=TERMS.discount - d) for d in range(1, 10_000))
    sold = (slice_of(PARTLY.old.book, terms) for terms in discounts)
    larger = next(taken for taken in sold if taken.fraction == PARTLY.fraction + 1)
    mixed = PartsOfMore(PARTLY.old, TERMS, PARTLY.fraction)
    lots = [taken.lot(8, 1, LOT_BLINDING) for taken in (mixed, larger, PARTLY)]
    assert lots[0] == lots[1] != lots[2]
    accepts(LIQUIDATE, sale_inputs(larger))

    rejects(LIQUIDATE, sale_inputs(mixed))


def test_the_lot_of_another_slice_is_rejected() -> None:
    other = sale_inputs(RESERVED)
    accepts(LIQUIDATE, other)

    assert "cmLot" in rejects(LIQUIDATE, sale_inputs(PARTLY) | {"cmLot": other["cmLot"]})


def test_the_price_of_another_slice_in_the_remainder_is_rejected() -> None:
    dearer, cheaper = sorted((PARTLY, RESERVED), key=lambda taken: -taken.price)
    kept = replace(cheaper.remainder, cash=cheaper.remainder.cash + dearer.price - cheaper.price)
    accepts(LIQUIDATE, sale_inputs(dearer))

    changed = altered(sale_inputs(cheaper), {"cmNew": commitment(kept)})
    assert "cmNew" in rejects(LIQUIDATE, changed)


@pytest.mark.parametrize("level", [0, BPS - 1, BPS + 1])
def test_the_level_is_1_whatever_the_header_says(level: int) -> None:
    inputs = altered(sale_inputs(PARTLY), {"header": header(7, 3, level)})
    wires = {"account.level": level, "account.account.level": level}

    assert "account.level" in rejects(LIQUIDATE, inputs, wires=wires)


@pytest.mark.parametrize("honest", [PARTLY, RESERVED], ids=["partly", "reserved"])
@pytest.mark.parametrize("step", [-1000, -1, 1, 2, 1000])
def test_a_larger_or_smaller_slice_is_rejected(honest: Slice, step: int) -> None:
    other = replace(honest, fraction=honest.fraction + step)

    assert not other.valid
    rejects(LIQUIDATE, sale_inputs(other))


@pytest.mark.parametrize("fraction", [0, -1, FRACTION_ONE + 1, 1 << 20, -FRACTION_ONE])
def test_a_fraction_out_of_range_is_rejected(fraction: int) -> None:
    inputs = altered(sale_inputs(INSOLVENT), {"fraction": fraction})

    rejects(LIQUIDATE, inputs)


@pytest.mark.parametrize("honest", [INSOLVENT, WORTHLESS], ids=["insolvent", "worth its reserve"])
def test_a_worthless_account_goes_whole_and_for_nothing(honest: Slice) -> None:
    assert (honest.fraction, honest.price) == (FRACTION_ONE, 0)
    for forged in (replace(honest, fraction=FRACTION_ONE - 1), replace(honest, fraction=1)):
        rejects(LIQUIDATE, sale_inputs(forged))
    rejects(LIQUIDATE, sale_inputs(Dearer(honest.old, honest.terms, honest.fraction)))


@pytest.mark.parametrize("taken", [PARTLY, INSOLVENT], ids=["partly", "insolvent"])
@pytest.mark.parametrize("change", [1, -1, 1 << 69, HALF])
def test_another_deficit_is_rejected(taken: Slice, change: int) -> None:
    assert (taken.deficit > 0) == (taken is INSOLVENT)

    rejects(LIQUIDATE, altered(sale_inputs(taken), {"deficit": taken.deficit + change}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("discount", FRACTION_ONE + 1),
        ("discount", 1 << 20),
        ("reserved", -1),
        ("target", 20_001),
        ("target", 1 << 15),
    ],
)
def test_terms_out_of_range_are_rejected_though_the_slice_follows_them(
    field: str, value: int
) -> None:
    terms = replace(TERMS)
    object.__setattr__(terms, field, value)
    taken = slice_of(PARTLY.old.book, terms)

    assert taken.valid
    assert "AssertRange" in rejects(LIQUIDATE, sale_inputs(taken))


def test_a_top_up_below_zero_is_rejected_though_the_lot_has_it() -> None:
    assert "AssertRange" in rejects(LIQUIDATE, sale_inputs(PARTLY, top_up=-1))


@pytest.mark.parametrize(
    ("signal", "value"),
    [
        ("discount", -1),
        ("reserved", 1 << 63),
        ("target", -1),
        ("winner", ADDRESS_BOUND),
        ("winner", -1),
        ("topUp", 1 << 63),
    ],
)
def test_what_an_auction_fixes_is_in_range(signal: str, value: int) -> None:
    rejects(LIQUIDATE, altered(sale_inputs(PARTLY), {signal: value}))


@pytest.mark.parametrize("target", [0, BPS - 1, 10_999, 11_001, 20_000])
def test_a_slice_for_another_target_is_rejected(target: int) -> None:
    rejects(LIQUIDATE, altered(sale_inputs(PARTLY), {"target": target}))


@pytest.mark.parametrize("by", [0, 1, 10**9])
def test_a_healthy_account_is_not_liquidated(by: int) -> None:
    book = replace(MIXED, cash=MIXED.cash - margin(MIXED, MARKET).excess(BPS) + by)
    report = margin(book, MARKET)
    steps = range(1, FRACTION_ONE + 1)
    first = bisect_left(steps, True, key=lambda f: Slice(report, TERMS, f).restores)
    for fraction in {1, 250_000, steps[first], FRACTION_ONE}:
        rejects(LIQUIDATE, sale_inputs(Slice(report, TERMS, fraction)))


def test_a_target_already_reached_is_rejected() -> None:
    taken = Slice(PARTLY.old, Terms(950_000, 0, 5_000), 1)

    assert taken.restores
    rejects(LIQUIDATE, sale_inputs(taken))


@pytest.mark.parametrize(
    ("account", "version", "level"),
    [(8, 3, BPS), (7, 4, BPS), (7, 3, 0), (7, 3, BPS + 1), (7, 3, 20_000)],
)
def test_the_header_of_another_account_version_or_level_is_rejected(
    account: int, version: int, level: int
) -> None:
    other = {"header": header(account, version, level)}

    assert "header" in rejects(LIQUIDATE, altered(sale_inputs(PARTLY), other))


@pytest.mark.parametrize(
    "change",
    [
        {"account": 9},
        {"version": 2},
        {"cash": 0},
        {"base": 0},
        {"perp": 0},
        {"slots": MIXED.slots},
        {"blinding": LOT_BLINDING + 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_commitment_to_another_lot_is_rejected(change: Mapping[str, object]) -> None:
    other = commitment(replace(PARTLY.lot(8, 1, LOT_BLINDING, TOP_UP), **change))

    assert "cmLot" in rejects(LIQUIDATE, altered(sale_inputs(PARTLY), {"cmLot": other}))


@pytest.mark.parametrize("signal", ["lotAccount", "lotVersion"])
def test_an_identity_of_the_lot_that_overflows_its_place_is_rejected(signal: str) -> None:
    inputs = sale_inputs(PARTLY)
    moved = {signal: value_of(inputs, signal) + (1 << 64)}
    if signal == "lotVersion":
        moved["lotAccount"] = value_of(inputs, "lotAccount") - 1

    rejects(LIQUIDATE, altered(inputs, moved))


HINTS = {
    "Share.size": ["scaled \\ 1000000 + 1", "scaled \\ 1000000 - 1", "scaled / 1000000", "0"],
    "ShareUp.part": ["scaled / 1000000", "0", "-1"],
    "SalePrice.price": ["scaled / UNIT", "0", "1"],
    "ForSale.deficit": ["owed / VALUE()", "-1"],
    "SignMagnitude.negative": ["in < 0 ? 0 : 1"],
    "LossLower.chosen[b]": ["1", "0"],
    "LossLower.out": ["ceilOfLoss(-greatest, UNIT) + 1"],
    "RequirementUpper.scan": ["0"],
    "RequirementUpper.static": ["0"],
}


@pytest.mark.parametrize(
    ("hint", "value"), [(hint, value) for hint, values in HINTS.items() for value in values]
)
def test_a_forged_hint_is_rejected(hint: str, value: str) -> None:
    taken = INSOLVENT if hint.startswith("ForSale") else PARTLY

    rejects(LIQUIDATE, sale_inputs(taken), hints={hint: value})
