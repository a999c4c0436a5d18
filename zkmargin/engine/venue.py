# SPDX-License-Identifier: Apache-2.0
"""The one door between the engine and a place where accounts live: a chain, or this process.

A view is pinned to a block, so that whatever is decided from it was true at one moment.
"""

from __future__ import annotations

from typing import Protocol

from zkmargin.book import Book
from zkmargin.engine.action import Action, Outcome, Signed
from zkmargin.engine.view import AccountView, AuctionView, BlockId, Clock, VenueEvent
from zkmargin.snapshot import Snapshot


class VenueView(Protocol):
    """What a venue says at one block; every answer is of that block, however many follow."""

    @property
    def clock(self) -> Clock:
        """Time, epoch and breaker level."""

    def accounts(self) -> tuple[int, ...]:
        """Ids of all accounts that are open, increasing."""

    def account(self, account: int) -> AccountView:
        """The public state of an account."""

    def auction_of(self, account: int) -> AuctionView | None:
        """The latest auction of an account."""

    def snapshot(self, epoch: int) -> Snapshot | None:
        """The market of an epoch; None if it is unknown or no longer kept."""


class Venue(Protocol):
    """What the engine needs of a venue; every method raises ChainError if it cannot be reached."""

    @property
    def sender(self) -> str:
        """Who the engine is at the venue."""

    def view(self) -> VenueView:
        """What the venue says at its head."""

    def head(self) -> BlockId:
        """The latest block."""

    def block(self, number: int) -> BlockId | None:
        """The block of a number, None above the head."""

    def events(self, number: int) -> tuple[VenueEvent, ...]:
        """The events of the block of a number, in order."""

    def nonce(self) -> int:
        """Nonce of the sender's next transaction, by the blocks alone."""

    def sign(self, action: Action, nonce: int) -> Signed:
        """The transaction of an action; nothing is sent."""

    def send(self, signed: Signed) -> None:
        """Hands a transaction in; harmless if it was before."""

    def outcome(self, signed: Signed) -> Outcome | None:
        """What became of it in the present chain; None if no block has taken it."""


class Attestor(Protocol):
    """Makes the proofs that actions need."""

    def attest(self, action: Action, book: Book, snapshot: Snapshot) -> Action:
        """The action with its proof; raises ProvingError if the statement is not true."""
