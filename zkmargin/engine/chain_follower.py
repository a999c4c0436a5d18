# SPDX-License-Identifier: Apache-2.0
"""Follows the blocks of a venue into the store, and back when the venue reorganises."""

from __future__ import annotations

from typing import Final

from zkmargin.engine.store import KEPT_BLOCKS, Store
from zkmargin.engine.venue import Venue
from zkmargin.engine.view import BlockId
from zkmargin.errors import ZkMarginError

FINAL_DEPTH: Final = 8  # blocks above one after which it is taken to stay


class ReorganisedTooDeepError(ZkMarginError):
    """None of the followed blocks is part of the venue's chain any more; an operator must look."""


class ChainFollower:
    """Keeps the store's blocks those of the venue; a reorganisation takes their events back."""

    def __init__(self, venue: Venue, store: Store) -> None:
        self.venue = venue
        self.store = store

    def follow(self) -> int:
        """Follows to the head; the number of blocks that were taken back.

        raises   ReorganisedTooDeepError if no followed block is left in the chain
        """
        head, followed = self.venue.head(), self.store.followed()
        common = self._common(followed)
        undone = 0
        if common is None:
            if followed:
                deepest = followed[-1].number
                raise ReorganisedTooDeepError(f"block {deepest} and all above it are gone")
            start = max(0, head.number - FINAL_DEPTH)
        else:
            undone = self.store.undo_above(common.number) if common != followed[0] else 0
            start = max(common.number + 1, head.number - KEPT_BLOCKS + 1)
        self._take(start, head.number)
        return undone

    def _common(self, followed: list[BlockId]) -> BlockId | None:
        """The newest followed block that is still part of the chain."""
        return next((b for b in followed if self.venue.block(b.number) == b), None)

    def _take(self, first: int, last: int) -> None:
        """Adds blocks one by one; stops where the venue moves on to another chain meanwhile."""
        for number in range(first, last + 1):
            block = self.venue.block(number)
            happened = self.venue.events(number)
            moved = block is None or self.venue.block(number) != block
            if block is None or moved or any(e.block != block.hash for e in happened):
                return  # the next step follows again
            self.store.follow(block, happened)
