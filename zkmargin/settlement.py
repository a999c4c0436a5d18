# SPDX-License-Identifier: Apache-2.0
"""What the winner of an auction brings along: the slice, its lot, and the top-up of the lot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from zkmargin.book import Book
from zkmargin.errors import BookError, InputError, ProvingError
from zkmargin.liquidation import Slice, Terms, smallest_slice
from zkmargin.margin import margin
from zkmargin.snapshot import Snapshot

_VERSION_BITS = 40


@dataclass(frozen=True)
class Settlement:
    """A slice, and the winner's book with its top-up.

    top_up   least cash that gives the lot margin at the initial level [1e-6 quote]
    """

    slice: Slice
    lot: Book
    top_up: int


def settlement(
    book: Book, snapshot: Snapshot, terms: Terms, lot_account: int, initial_level: int
) -> Settlement:
    """What settles an award; snapshot is that of the award's epoch; initial level [bps].

    raises   ProvingError if the account is not short, or has reached the target
    """
    part = slice_of(book, snapshot, terms)
    lot = part.lot(lot_account, 1, lot_blinding(book, lot_account))
    top_up = 0
    while (short := -_excess(lot, top_up, snapshot, initial_level)) > 0:
        top_up += short
    return Settlement(part, replace(lot, cash=lot.cash + top_up), top_up)


def slice_of(book: Book, snapshot: Snapshot, terms: Terms) -> Slice:
    """The slice that an award is for; raises ProvingError if there is none.

    A deficit leaves nothing to keep apart: the cash of earlier slices goes with the rest.
    """
    report = margin(book, snapshot)
    if report.nav_unreduced < 0:
        terms = replace(terms, reserved=0)
    try:
        return smallest_slice(report, terms)
    except (BookError, InputError) as error:
        raise ProvingError(str(error)) from None


def lot_account(auction: int, version: int) -> int:
    """Account id of an award's lot: the same whenever it is settled again.

    version   of the book that the slice is cut from: the next slice of the auction has the next one
    """
    return (auction << _VERSION_BITS) | (version & ((1 << _VERSION_BITS) - 1))


def lot_blinding(book: Book, lot_account: int) -> int:
    """The blinding of a lot: the winner, who opens the book, finds it again after a crash."""
    seed = f"zkmargin lot {book.blinding:x} {book.version} {lot_account}".encode()
    return int.from_bytes(hashlib.sha256(seed).digest()[:31]) | 1 << 247


def _excess(lot: Book, top_up: int, snapshot: Snapshot, level: int) -> int:
    return margin(replace(lot, cash=lot.cash + top_up), snapshot).excess(level)
