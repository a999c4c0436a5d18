# SPDX-License-Identifier: Apache-2.0
"""Every in-range book under every valid snapshot has a witness: whatever a circuit ranges fits."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from random_market import random_case
from truth.extremes import (
    at_full_gross,
    book_of,
    deepest_bowl,
    flat,
    greatest_vol,
    largest_funding,
    least_vol,
    snapshot_of,
    strikes_of,
    widest_wings,
)
from truth.range_checks import Check, range_checks

from zkmargin.book import Book, Slot
from zkmargin.margin import margin
from zkmargin.presets import DERIBIT, PRESETS, Preset
from zkmargin.snapshot import Snapshot
from zkmargin.snapshot_rules import validate
from zkmargin.units import (
    CASH_BOUND,
    LEVEL_MAX,
    MAX_TOTAL_VOL,
    MIN_TOTAL_VOL,
    QUOTE,
    RATE_ONE,
    SIZE_BOUND,
    VARIANCE_BITS,
)

CIRCUITS = Path(__file__).parents[2] / "circuits"
GADGETS = "AssertRange|Bits|SignMagnitude|Max|FloorSqrt|FloorDivide|FloorCut|Cdf|CellCdf"
USE = re.compile(rf"\b({GADGETS})\((\d[\d, ]*)\)")
INCLUDED = re.compile(r'^include "(\w+\.circom)";', re.MULTILINE)


def checks(book: Book, snapshot: Snapshot, preset: Preset = DERIBIT) -> list[Check]:
    return list(range_checks(margin(book, snapshot), preset, LEVEL_MAX))


def misfits(book: Book, snapshot: Snapshot, preset: Preset = DERIBIT) -> list[Check]:
    return [check for check in checks(book, snapshot, preset) if not check.fits]


def gadgets_of(name: str) -> set[str]:
    """The gadgets with their widths in a circuit and in all that it includes."""
    text = (CIRCUITS / name).read_text(encoding="utf-8")
    used = {f"{gadget}({widths})" for gadget, widths in USE.findall(text)}
    return used.union(*(gadgets_of(included) for included in INCLUDED.findall(text)))


def test_the_checks_are_those_of_the_circuit_width_by_width() -> None:
    snapshot = least_vol()
    mirrored = {check.gadget for check in checks(book_at_the_money(snapshot), snapshot)}

    assert mirrored == gadgets_of("margin.circom")


def check_random_books(seed: int, cases: int) -> None:
    rng = random.Random(seed)
    for _ in range(cases):
        preset = rng.choice(list(PRESETS.values()))
        book, snapshot = random_case(rng, preset)

        assert misfits(book, snapshot, preset) == []


def test_every_check_fits_on_100_random_books_of_every_preset() -> None:
    check_random_books(1, 100)


@pytest.mark.slow
def test_every_check_fits_on_2_000_random_books_of_every_preset() -> None:
    check_random_books(2, 2_000)


EXTREMES: dict[str, Callable[[], Snapshot]] = {
    "the least vol": least_vol,
    "the greatest vol": greatest_vol,
    "wings to the left": lambda: widest_wings(-1),
    "wings on both sides": lambda: widest_wings(0),
    "wings to the right": lambda: widest_wings(1),
    "the deepest bowl": deepest_bowl,
}


@pytest.mark.parametrize("name", EXTREMES)
def test_every_check_fits_at_every_strike_of_an_extreme_smile(name: str) -> None:
    snapshot = EXTREMES[name]()
    validate(snapshot)
    for strike in strikes_of(snapshot):
        for put in (0, 5 * QUOTE):
            slot = Slot(snapshot.rows[-1].expiry, strike, -3 * QUOTE, put)

            assert misfits(book_of(slot), snapshot) == []


def test_the_rules_admit_every_total_vol_between_their_bounds() -> None:
    least, greatest = (margin(book_at_the_money(s), s) for s in (least_vol(), greatest_vol()))

    assert least.slots[0].vols.down == MIN_TOTAL_VOL + 1
    assert MAX_TOTAL_VOL - 4 <= greatest.slots[0].vols.up < MAX_TOTAL_VOL


def book_at_the_money(snapshot: Snapshot) -> Book:
    row = snapshot.rows[-1]
    return book_of(Slot(row.expiry, row.forward, QUOTE, 0))


SIDES = {
    "long calls": lambda expiry, strike, size: (Slot(expiry, strike, size, 0),),
    "short calls": lambda expiry, strike, size: (Slot(expiry, strike, -size, 0),),
    "long puts": lambda expiry, strike, size: (Slot(expiry, strike, 0, size),),
    "short puts": lambda expiry, strike, size: (Slot(expiry, strike, 0, -size),),
    "synthetic forwards": lambda expiry, strike, size: (Slot(expiry, strike, size, -size),),
    "short straddles": lambda expiry, strike, size: (Slot(expiry, strike, -size, -size),),
    "the same strike in every slot": lambda expiry, strike, size: (
        (Slot(expiry, strike, -size, size),) * DERIBIT.slots
    ),
}


@pytest.mark.parametrize("side", SIDES)
def test_every_check_fits_at_the_largest_gross_of_options(side: str) -> None:
    snapshot = snapshot_of(flat(1 << VARIANCE_BITS), 86_400, forward=1 << 44, index=1 << 43)
    validate(snapshot)
    live = snapshot.rows[-1]
    for strike in strikes_of(snapshot):
        book = at_full_gross(lambda q, k=strike: book_of(*SIDES[side](live.expiry, k, q)), snapshot)

        assert misfits(book, snapshot) == []
        assert book.slots[0].call or book.slots[0].put


LINEAR: dict[str, Callable[[int], Book]] = {
    "base": lambda size: book_of(base=size),
    "long perps": lambda size: book_of(perp=size, perp_entry=1 - CASH_BOUND, cash=CASH_BOUND - 1),
    "short perps": lambda size: book_of(perp=-size, perp_entry=CASH_BOUND - 1, cash=1 - CASH_BOUND),
}


@pytest.mark.parametrize("kind", LINEAR)
def test_every_check_fits_at_the_largest_gross_of_linear_positions(kind: str) -> None:
    snapshot = snapshot_of(flat(1 << VARIANCE_BITS), 86_400, forward=1 << 47, index=1 << 46)
    for mark in (1 << 45, 1 << 47):
        market = replace(snapshot, header=replace(snapshot.header, perp_mark=mark))
        validate(market)

        assert misfits(at_full_gross(LINEAR[kind], market), market) == []


def test_the_largest_sizes_fit_when_a_contract_is_worth_one_quote() -> None:
    snapshot = snapshot_of(flat(1 << VARIANCE_BITS), 86_400, forward=QUOTE, index=QUOTE)
    size = SIZE_BOUND - 1
    slots = (Slot(snapshot.rows[-1].expiry, QUOTE, -size, -size),) * 4

    assert misfits(book_of(*slots, base=size, perp=size), snapshot) == []


@pytest.mark.parametrize("side", [-1, 1])
def test_the_richest_and_the_poorest_account_fit(side: int) -> None:
    """All of cash, entry and funding at their bounds, on one side."""
    snapshot = snapshot_of(flat(1 << VARIANCE_BITS), 86_400, forward=QUOTE, index=QUOTE)
    funding = largest_funding(snapshot)
    head = replace(snapshot.header, cumulative_funding=-side * funding, debit=2 * RATE_ONE - 1)
    market = replace(snapshot, header=head)
    validate(market)
    everything = side * (CASH_BOUND - 1)
    book = book_of(cash=everything, perp_entry=-everything, perp=SIZE_BOUND - 1)

    assert misfits(book, market) == []
