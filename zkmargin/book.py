# SPDX-License-Identifier: Apache-2.0
"""The private cross-margined book of one account, in integers."""

from __future__ import annotations

from dataclasses import dataclass, field

from zkmargin.errors import BookError
from zkmargin.field import MODULUS
from zkmargin.presets import SLOT_BLOCK, SLOT_BLOCKS
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, SIZE_BOUND, TIME_BOUND

MOST_SLOTS = SLOT_BLOCK * SLOT_BLOCKS


@dataclass(frozen=True, slots=True)
class Slot:
    """The call and the put at one strike of one expiry; sizes are signed, negative is short.

    expiry        unix time [s]
    strike        [1e-6 quote]
    call, put     [1e-6 contract]
    """

    expiry: int
    strike: int
    call: int
    put: int

    @property
    def net(self) -> int:
        """Q = call + put: what both are worth as calls, by parity [1e-6 contract]."""
        return self.call + self.put


EMPTY_SLOT = Slot(0, 0, 0, 0)


@dataclass(frozen=True)
class Book:
    """Everything one account holds on one underlying.

    account, version   identity, bound by the public header, < 2^64
    cash               signed [1e-6 quote]
    base               spot collateral, >= 0 [1e-6 contract]
    perp               signed [1e-6 contract]
    perp_entry         what the perp position cost, signed [1e-6 quote]
    slots              at most 32, expiry and strike positive
    blinding           hides the commitment, 248 random bits
    """

    account: int
    version: int
    cash: int
    base: int
    perp: int
    perp_entry: int
    slots: tuple[Slot, ...]
    blinding: int = field(repr=False)

    def __post_init__(self) -> None:
        _check(self)

    def __repr__(self) -> str:
        return f"Book(account={self.account}, version={self.version}, <private>)"

    @property
    def expiries(self) -> tuple[int, ...]:
        """The distinct expiries held, increasing."""
        return tuple(sorted({slot.expiry for slot in self.slots}))


def _check(book: Book) -> None:
    _within("account", book.account, 0, ID_BOUND)
    _within("version", book.version, 0, ID_BOUND)
    _within("cash", book.cash, 1 - CASH_BOUND, CASH_BOUND)
    _within("base", book.base, 0, SIZE_BOUND)
    _within("perp", book.perp, 1 - SIZE_BOUND, SIZE_BOUND)
    _within("perp_entry", book.perp_entry, 1 - CASH_BOUND, CASH_BOUND)
    if not 1 << 128 <= book.blinding < MODULUS:
        # never show a secret, not even a bad one
        raise BookError("blinding", "(hidden)", "must have 129 bits and be below the modulus")
    if len(book.slots) > MOST_SLOTS:
        raise BookError("options", len(book.slots), f"at most {MOST_SLOTS} strikes fit a book")
    for place, slot in enumerate(book.slots):
        _within(f"options[{place}].expiry", slot.expiry, 1, TIME_BOUND)
        _within(f"options[{place}].strike", slot.strike, 1, PRICE_BOUND)
        _within(f"options[{place}].call", slot.call, 1 - SIZE_BOUND, SIZE_BOUND)
        _within(f"options[{place}].put", slot.put, 1 - SIZE_BOUND, SIZE_BOUND)


def _within(name: str, value: int, low: int, end: int) -> None:
    if not low <= value < end:
        raise BookError(name, value, f"must be at least {low} and less than {end}")
