# SPDX-License-Identifier: Apache-2.0
"""book.circom and commitment.circom: a commitment opens to one book, its numbers in range."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from random_market import random_book, random_snapshot

from circuits.harness import accepts, assert_pinned, compile_template, forge, rejects
from zkmargin.book import Book, Slot
from zkmargin.commitment import (
    commitment,
    packed_balances,
    packed_identity,
    packed_slot,
)
from zkmargin.field import MODULUS
from zkmargin.units import CASH_BOUND, ID_BOUND, SIZE_BOUND

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SLOTS = 2
COMMITMENT = compile_template(
    "circuits/commitment.circom",
    *("Commitment", SLOTS),
    public=["balances", "blinding", "identity", "packedSlots"],
)
OPEN = compile_template("circuits/book.circom", "OpenBook", SLOTS, public=["book"])
NAMES = ("account", "version", "cash", "base", "perp", "perpEntry", "blinding")
HELD = (Slot(1_750_000_000, 2_700 * 10**6, -5, 7), Slot(1_760_000_000, 1, 1 - SIZE_BOUND, 3))
BOOK = Book(7, 8, -9, 10, -11, 12, HELD, (1 << 247) + 13)


def book_inputs(book: Book, **changes: int) -> dict[str, list[int]]:
    """The book as a flat bus with some numbers changed by so much."""
    numbers = (book.account, book.version, book.cash, book.base, book.perp, book.perp_entry)
    named = dict(zip(NAMES, (*numbers, book.blinding), strict=True))
    flat = [value + changes.pop(name, 0) for name, value in named.items()]
    assert not changes
    for slot in book.slots + (Slot(0, 0, 0, 0),) * (SLOTS - len(book.slots)):
        flat += [slot.expiry, slot.strike, slot.call, slot.put, 0]
    return {"book": flat}


def random_books(source: random.Random, count: int) -> list[Book]:
    snapshot = random_snapshot(source, 1, 4)
    return [random_book(source, snapshot, source.randrange(SLOTS + 1), 2) for _ in range(count)]


def test_a_packed_book_commits_like_the_specification(source: random.Random) -> None:
    for book in random_books(source, 10):
        slots = [packed_slot(slot) for slot in book.slots]
        inputs = {
            "packedSlots": slots + [0] * (SLOTS - len(slots)),
            "identity": packed_identity(book),
            "balances": packed_balances(book),
            "blinding": book.blinding,
        }
        assert accepts(COMMITMENT, inputs) == {"out": commitment(book)}


def test_a_book_opens_its_commitment(source: random.Random) -> None:
    for book in [BOOK, *random_books(source, 10)]:
        outputs = accepts(OPEN, book_inputs(book))
        assert outputs["commitment"] == commitment(book)
        assert (outputs["cashNegative"], outputs["perpMagnitude"]) == (
            book.cash < 0,
            abs(book.perp),
        )


@pytest.mark.parametrize(
    "book",
    [
        replace(BOOK, account=ID_BOUND - 1, version=ID_BOUND - 1),
        replace(BOOK, cash=CASH_BOUND - 1, perp=SIZE_BOUND - 1, perp_entry=CASH_BOUND - 1),
        replace(BOOK, cash=1 - CASH_BOUND, perp=1 - SIZE_BOUND, perp_entry=1 - CASH_BOUND),
        replace(BOOK, cash=0, base=0, perp=0, perp_entry=0, slots=()),
        replace(BOOK, cash=-1, perp=-1, perp_entry=-1, base=SIZE_BOUND - 1),
    ],
)
def test_a_book_at_its_bounds_opens_its_commitment(book: Book) -> None:
    outputs = accepts(OPEN, book_inputs(book))

    assert outputs["commitment"] == commitment(book)
    assert (outputs["cashNegative"], outputs["perpMagnitude"]) == (book.cash < 0, abs(book.perp))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("account", v) for v in (-1, ID_BOUND, 1 << 200)],
        *[("version", v) for v in (-1, ID_BOUND)],
        *[("cash", v) for v in (CASH_BOUND, -CASH_BOUND - 1, 1 << 128)],
        *[("base", v) for v in (-1, SIZE_BOUND, 1 << 64)],
        *[("perp", v) for v in (SIZE_BOUND, -SIZE_BOUND - 1, 1 << 100)],
        *[("perpEntry", v) for v in (CASH_BOUND, -CASH_BOUND - 1)],
    ],
)
def test_a_number_out_of_range_is_rejected(name: str, value: int) -> None:
    honest = dict(zip(NAMES, book_inputs(BOOK)["book"], strict=False))

    rejects(OPEN, book_inputs(BOOK, **{name: value - honest[name]}))


@pytest.mark.parametrize(
    "changes",
    [
        {"cash": 1 << 64, "version": -1},  # cash from nothing
        {"cash": 1 << 128, "account": -1},
        {"cash": -(1 << 64), "version": 1},
        {"version": 1 << 64, "account": -1},
        {"version": -(1 << 64), "account": 1},
        {"base": 1 << 40, "perp": -1},  # collateral from nothing
        {"base": -(1 << 40), "perp": 1},
        {"perp": 1 << 41, "perpEntry": -1},
        {"perp": -(1 << 41), "perpEntry": 1},
        {"base": 1 << 81, "perpEntry": -1},
    ],
)
def test_numbers_with_the_same_commitment_are_rejected(changes: dict[str, int]) -> None:
    inputs = book_inputs(BOOK, **changes)

    assert forge(OPEN, inputs)[1] == commitment(BOOK)
    rejects(OPEN, inputs)


def test_a_fraction_with_the_same_commitment_is_rejected() -> None:
    inputs = book_inputs(BOOK, base=1, perp=-pow(1 << 40, -1, MODULUS))

    assert forge(OPEN, inputs)[1] == commitment(BOOK)
    rejects(OPEN, inputs)


@pytest.mark.parametrize("cash", [0, -1, 1, CASH_BOUND - 1, 1 - CASH_BOUND])
def test_a_flipped_sign_of_cash_is_rejected(cash: int) -> None:
    book = replace(BOOK, cash=cash)
    bits = {"Bits.out[i]": "i == 63 ? 1 - ((in >> i) & 1) : (in >> i) & 1"}

    assert "Bits.out" in rejects(OPEN, book_inputs(book), hints=bits)
    rejects(OPEN, book_inputs(book), wires={"cashNegative": int(cash >= 0)})


@pytest.mark.parametrize("perp", [0, 1, -1, SIZE_BOUND - 1, 1 - SIZE_BOUND])
def test_a_flipped_sign_of_the_perp_is_rejected(perp: int) -> None:
    book = replace(BOOK, perp=perp)

    rejects(OPEN, book_inputs(book), hints={"SignMagnitude.negative": "in < 0 ? 0 : 1"})


@pytest.mark.parametrize("index", range(7, 17))
def test_every_number_of_a_slot_but_its_place_changes_the_commitment(index: int) -> None:
    inputs = book_inputs(BOOK)
    inputs["book"][index] += 1
    is_place = index in (11, 16)

    assert (accepts(OPEN, inputs)["commitment"] == commitment(BOOK)) == is_place


def test_another_blinding_changes_the_commitment() -> None:
    assert accepts(OPEN, book_inputs(BOOK, blinding=1))["commitment"] != commitment(BOOK)


def test_a_forged_commitment_is_rejected() -> None:
    rejects(OPEN, book_inputs(BOOK, cash=1), wires={"commitment": commitment(BOOK)})


def test_no_wire_of_the_book_can_change_alone() -> None:
    assert_pinned(OPEN, book_inputs(BOOK))
