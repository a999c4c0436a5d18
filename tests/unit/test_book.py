# SPDX-License-Identifier: Apache-2.0
"""What a book may hold; nothing it holds shows in its repr."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from unit.integer_markets import MONTH, SECRET, YEAR, book

from zkmargin.book import EMPTY_SLOT, MOST_SLOTS, Book, Slot
from zkmargin.errors import BookError
from zkmargin.field import MODULUS
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, SIZE_BOUND, TIME_BOUND

HELD = book((MONTH, "110", "3", "-4"), cash=987_654_321, base=55_555, perp=-44_444)
SLOT = HELD.slots[0]
BOUNDS = {  # the lowest that is accepted, and the first beyond the highest
    "account": (0, ID_BOUND),
    "version": (0, ID_BOUND),
    "cash": (1 - CASH_BOUND, CASH_BOUND),
    "base": (0, SIZE_BOUND),
    "perp": (1 - SIZE_BOUND, SIZE_BOUND),
    "perp_entry": (1 - CASH_BOUND, CASH_BOUND),
}
SLOT_BOUNDS = {
    "expiry": (1, TIME_BOUND),
    "strike": (1, PRICE_BOUND),
    "call": (1 - SIZE_BOUND, SIZE_BOUND),
    "put": (1 - SIZE_BOUND, SIZE_BOUND),
}


def slot_changed(name: str, value: int) -> Book:
    return replace(HELD, slots=(SLOT, replace(SLOT, **{name: value})))


def test_every_number_of_a_book_has_bounds() -> None:
    assert set(BOUNDS) | {"slots", "blinding"} == set(Book.__dataclass_fields__)
    assert set(SLOT_BOUNDS) == set(Slot.__dataclass_fields__)


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_a_number_at_its_bound_is_accepted(name: str, bounds: tuple[int, int]) -> None:
    for value in (bounds[0], bounds[1] - 1):
        assert getattr(replace(HELD, **{name: value}), name) == value


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_a_number_beyond_its_bound_is_refused(name: str, bounds: tuple[int, int]) -> None:
    low, end = bounds
    for value in (low - 1, end):
        rule = f"^{name}: got {value}, must be at least {low} and less than {end}$"
        with pytest.raises(BookError, match=rule):
            replace(HELD, **{name: value})


@pytest.mark.parametrize(("name", "bounds"), SLOT_BOUNDS.items())
def test_a_slot_at_its_bound_is_accepted(name: str, bounds: tuple[int, int]) -> None:
    for value in (bounds[0], bounds[1] - 1):
        assert getattr(slot_changed(name, value).slots[1], name) == value


@pytest.mark.parametrize(("name", "bounds"), SLOT_BOUNDS.items())
def test_a_slot_beyond_its_bound_is_refused(name: str, bounds: tuple[int, int]) -> None:
    low, end = bounds
    for value in (low - 1, end):
        rule = rf"^options\[1\].{name}: got {value}, must be at least {low} and less than {end}$"
        with pytest.raises(BookError, match=rule):
            slot_changed(name, value)


def test_an_empty_slot_cannot_be_listed() -> None:
    with pytest.raises(BookError, match=r"options\[0\].expiry: got 0"):
        replace(HELD, slots=(EMPTY_SLOT,))


def test_a_slot_without_size_is_accepted() -> None:
    assert book((MONTH, "110", "0", "0")).slots[0].net == 0


def test_as_many_slots_as_a_commitment_holds_are_accepted() -> None:
    assert len(replace(HELD, slots=(SLOT,) * MOST_SLOTS).slots) == MOST_SLOTS == 32


def test_one_slot_more_is_refused() -> None:
    with pytest.raises(BookError, match="options: got 33, at most 32 strikes fit a book"):
        replace(HELD, slots=(SLOT,) * (MOST_SLOTS + 1))


@pytest.mark.parametrize("blinding", [1 << 128, (1 << 253) - 1, SECRET])
def test_a_blinding_at_its_bound_is_accepted(blinding: int) -> None:
    assert replace(HELD, blinding=blinding).blinding == blinding


@pytest.mark.parametrize("blinding", [-1, 0, 1, (1 << 128) - 1, MODULUS])
def test_a_blinding_beyond_its_bound_is_refused_without_being_shown(blinding: int) -> None:
    with pytest.raises(BookError, match=r"^blinding: got '\(hidden\)', must have") as caught:
        replace(HELD, blinding=blinding)

    assert caught.value.value == "(hidden)"


@pytest.mark.parametrize("shown", [repr(HELD), str(HELD), f"{HELD}", repr([HELD])])
def test_nothing_private_is_in_the_repr_of_a_book(shown: str) -> None:
    secrets: list[Any] = [HELD.cash, HELD.base, HELD.perp, HELD.blinding]
    secrets += [SLOT.strike, SLOT.expiry, SLOT.call, SLOT.put]

    assert [secret for secret in secrets if str(abs(secret)) in shown] == []


def test_the_repr_of_a_book_says_whose_it_is() -> None:
    assert repr(replace(HELD, account=71, version=9)) == "Book(account=71, version=9, <private>)"


@pytest.mark.parametrize(("call", "put", "net"), [(3, -4, -1), (0, 5, 5), (-2, 2, 0)])
def test_net_is_the_sum_of_call_with_put(call: int, put: int, net: int) -> None:
    assert Slot(MONTH, 1, call, put).net == net


def test_expiries_are_distinct_in_increasing_order() -> None:
    held = book((YEAR, "90", "1", "0"), (MONTH, "90", "1", "0"), (YEAR, "95", "1", "0"))

    assert held.expiries == (MONTH, YEAR)


def test_a_book_without_slots_has_no_expiries() -> None:
    assert book().expiries == ()


def test_a_book_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        HELD.cash = 0  # type: ignore[misc]
