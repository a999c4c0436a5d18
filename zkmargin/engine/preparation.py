# SPDX-License-Identifier: Apache-2.0
"""From a decided action to one that can be sent: its proof, and the books that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zkmargin.book import Book
from zkmargin.engine.action import Action, Kind
from zkmargin.engine.evidence import ProofInHand
from zkmargin.engine.opening import Openings
from zkmargin.engine.venue import Attestor, Venue
from zkmargin.engine.view import AccountView
from zkmargin.errors import ProvingError, SnapshotError
from zkmargin.liquidation import Terms
from zkmargin.settlement import lot_account, settlement
from zkmargin.snapshot import Snapshot

_PROVEN = (Kind.PROVE, Kind.REPORT, Kind.SETTLE)


@dataclass(frozen=True)
class Prepared:
    """An action with its proof, and the books that exist once it is done."""

    action: Action
    books: tuple[Book, ...] = ()


class Preparer:
    """Makes actions ready to be signed.

    initial_level   of a lot's margin [bps]
    proofs          accepted margin proofs by account: passed on instead of made
    """

    def __init__(
        self,
        venue: Venue,
        openings: Openings,
        attestor: Attestor,
        *,
        initial_level: int,
        proofs: Mapping[int, ProofInHand] | None = None,
    ) -> None:
        self.proofs = proofs if proofs is not None else {}
        self.venue = venue
        self.openings = openings
        self.attestor = attestor
        self.initial_level = initial_level

    def prepare(self, action: Action, account: AccountView) -> Prepared:
        """The action with what it needs.

        raises   ProvingError if there is no opening, or the statement is not true; SnapshotError
                 if the epoch is no longer kept
        """
        if action.kind not in _PROVEN:
            return Prepared(action)
        if action.kind == Kind.PROVE and (text := self._in_hand(action)):
            return Prepared(action.proven(text))
        book = self.openings.find(account)
        if book is None:
            raise ProvingError(f"account {account.id}: no opening of its commitment is held")
        snapshot = self.venue.view().snapshot(action.epoch)
        if snapshot is None:
            raise SnapshotError("epoch", action.epoch, "is not kept by the venue")
        if action.kind == Kind.SETTLE:
            return self._settlement(action, book, snapshot)
        return Prepared(self.attestor.attest(action, book, snapshot))

    def _in_hand(self, action: Action) -> str:
        """The proof in hand that an action is for, empty if there is none."""
        proof, seen = self.proofs.get(action.account), action.expects
        if proof is None or proof.epoch != action.epoch:
            return ""
        same = (proof.commitment, proof.version) == (seen.commitment, seen.version)
        return proof.text if same else ""

    def _settlement(self, action: Action, book: Book, snapshot: Snapshot) -> Prepared:
        auction = self.venue.view().auction_of(action.account)
        if auction is None or auction.id != action.auction:
            raise ProvingError(f"account {action.account}: auction {action.auction} is not its own")
        terms = Terms(auction.discount, auction.reserved, auction.target)
        lot = lot_account(auction.id, book.version)
        made = settlement(book, snapshot, terms, lot, self.initial_level)
        settled = action.proven(
            "",
            discount=terms.discount,
            reserved=terms.reserved,
            target=terms.target,
            initial_level=self.initial_level,
            lot_account=lot,
            top_up=made.top_up,
            price=made.slice.price,
            fraction=made.slice.fraction,
            deficit=made.slice.deficit,
        )
        books = (made.slice.remainder, made.lot)
        return Prepared(self.attestor.attest(settled, book, snapshot), books)
