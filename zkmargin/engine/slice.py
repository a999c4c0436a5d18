# SPDX-License-Identifier: Apache-2.0
"""The smallest slice of a book in shortfall that restores a target, and what it costs (L1 to L4).

    L1  f*    = (tau MMR + Rn - NAV) / (tau MMR + Rn - (1 - d)(NAV - R)), within (0, 1]
    L2  lot   = f x toward zero of every size and of cash - R, f entry up; remainder = old - lot
    L3  price = ceil(d f (NAV - R)); NAV <= R: price 0, f = 1, deficit = max(0, -NAV) rounded up
    L4  the remainder reaches tau and one step less does not, or f = 1

The closed form is where the search begins: roundings move it by a few steps of 1e-6.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from zkmargin.book import Book, Slot
from zkmargin.engine.view import ONE
from zkmargin.fixed import divide_up
from zkmargin.margin import VALUE, MarginReport, margin
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS


@dataclass(frozen=True)
class Terms:
    """What an auction fixes of a slice.

    discount   price factor d [1e-6]
    reserved   cash R that earlier slices paid [1e-6 quote]
    target     tau [bps]
    """

    discount: int
    reserved: int
    target: int


@dataclass(frozen=True)
class Slice:
    """A part of a book that changes hands.

    fraction    f [1e-6]
    price       paid into the remainder [1e-6 quote]
    deficit     what the book owes beyond all it has [1e-6 quote]
    remainder   the account's next book, the price in its cash
    lot         the winner's book, before a top-up
    """

    fraction: int
    price: int
    deficit: int
    remainder: Book
    lot: Book


def smallest_slice(book: Book, snapshot: Snapshot, terms: Terms, lot_account: int) -> Slice:
    """The smallest slice that restores the target; the whole book if none does (L1 to L4)."""
    report = margin(book, snapshot)
    surplus = report.nav_unreduced - terms.reserved * VALUE
    if surplus <= 0:
        return cut(report, terms, ONE, lot_account)
    fraction = min(ONE, max(1, _closed_form(report, terms, surplus)))

    def reaches(f: int) -> bool:
        remainder = cut(report, terms, f, lot_account).remainder
        return margin(remainder, snapshot).excess_unreduced(terms.target) >= 0

    while fraction < ONE and not reaches(fraction):
        fraction += 1
    while fraction > 1 and reaches(fraction - 1):
        fraction -= 1
    return cut(report, terms, fraction, lot_account)


def cut(report: MarginReport, terms: Terms, fraction: int, lot_account: int) -> Slice:
    """A slice of a given fraction (L2, L3)."""
    book = report.book
    surplus = report.nav_unreduced - terms.reserved * VALUE
    price = deficit = 0
    if surplus > 0:
        price = divide_up(terms.discount * fraction * surplus, ONE * ONE * VALUE)
    elif report.nav_unreduced < 0:
        deficit = divide_up(-report.nav_unreduced, VALUE)
    reserved = terms.reserved if deficit == 0 else 0
    lot = _lot(book, fraction, reserved, lot_account)
    return Slice(fraction, price, deficit, _remainder(book, lot, price), lot)


def next_blinding(book: Book) -> int:
    """The blinding of the book's next version, which whoever holds the present one can compute."""
    seed = f"zkmargin next blinding {book.blinding} {book.version + 1}".encode()
    return int.from_bytes(hashlib.sha256(seed).digest()[:31]) | 1 << 247


def _closed_form(report: MarginReport, terms: Terms, surplus: int) -> int:
    nav = report.nav_unreduced * BPS * BPS
    needed = nav - report.excess_unreduced(terms.target)  # tau MMR + Rn
    kept = (ONE - terms.discount) * surplus * BPS * BPS // ONE
    return divide_up(ONE * (needed - nav), needed - kept) if needed > kept else ONE


def _lot(book: Book, fraction: int, reserved: int, account: int) -> Book:
    def part(size: int) -> int:
        whole = abs(size) * fraction // ONE
        return whole if size >= 0 else -whole

    slots = tuple(Slot(s.expiry, s.strike, part(s.call), part(s.put)) for s in book.slots)
    return Book(
        account=account,
        version=1,
        cash=part(book.cash - reserved),
        base=part(book.base),
        perp=part(book.perp),
        perp_entry=divide_up(book.perp_entry * fraction, ONE),
        slots=slots,
        blinding=next_blinding(replace(book, account=account)) ^ 1 << 100,
    )


def _remainder(book: Book, lot: Book, price: int) -> Book:
    slots = tuple(
        Slot(old.expiry, old.strike, old.call - gone.call, old.put - gone.put)
        for old, gone in zip(book.slots, lot.slots, strict=True)
    )
    return Book(
        account=book.account,
        version=book.version + 1,
        cash=book.cash - lot.cash + price,
        base=book.base - lot.base,
        perp=book.perp - lot.perp,
        perp_entry=book.perp_entry - lot.perp_entry,
        slots=slots,
        blinding=next_blinding(book),
    )
