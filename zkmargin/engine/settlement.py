# SPDX-License-Identifier: Apache-2.0
"""What the winner of an auction brings along: the slice, its lot, and the top-up of the lot."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zkmargin.book import Book
from zkmargin.engine.slice import Slice, Terms, smallest_slice
from zkmargin.engine.view import AuctionView
from zkmargin.margin import margin
from zkmargin.snapshot import Snapshot


@dataclass(frozen=True)
class Settlement:
    """A slice and the least top-up that gives its lot margin at the initial level [1e-6 quote]."""

    slice: Slice
    top_up: int

    @property
    def lot(self) -> Book:
        """The winner's book, the top-up in its cash."""
        return replace(self.slice.lot, cash=self.slice.lot.cash + self.top_up)


def settlement(
    book: Book, snapshot: Snapshot, auction: AuctionView, lot_account: int, initial_level: int
) -> Settlement:
    """What settles an award; snapshot is that of the award's epoch; initial level [bps]."""
    terms = Terms(auction.discount, auction.reserved, auction.target)
    part = smallest_slice(book, snapshot, terms, lot_account)
    top_up = 0
    while (short := -margin_excess(part.lot, top_up, snapshot, initial_level)) > 0:
        top_up += short
    return Settlement(part, top_up)


def margin_excess(lot: Book, top_up: int, snapshot: Snapshot, level: int) -> int:
    """Excess of a lot with a top-up, down [1e-6 quote]; level [bps]."""
    return margin(replace(lot, cash=lot.cash + top_up), snapshot).excess(level)
