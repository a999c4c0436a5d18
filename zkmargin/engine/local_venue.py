# SPDX-License-Identifier: Apache-2.0
"""A chain in this process as one sender sees it: the `Venue` of simulations and of tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from zkmargin.auction_stage import Stage
from zkmargin.book import Book
from zkmargin.engine.action import Action, Kind, Outcome, Signed
from zkmargin.engine.local_chain import LocalChain
from zkmargin.engine.local_state import LocalState
from zkmargin.engine.opening import opening_text
from zkmargin.engine.view import AccountView, AuctionView, BlockId, Clock, VenueEvent
from zkmargin.errors import ProvingError
from zkmargin.margin import healthy, margin
from zkmargin.registry.account_status import Phase
from zkmargin.registry.status import Status
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS


@dataclass(frozen=True)
class LocalView:
    """A chain in this process at one block."""

    state: LocalState
    block: str

    @property
    def clock(self) -> Clock:
        """Time, epoch and breaker level."""
        state = self.state
        latest = state.snapshots.get(state.epoch)
        return Clock(
            block=self.block,
            time=state.time,
            clock=state.clock,
            epoch=state.epoch,
            market=latest.hash if latest else 0,
            level=state.level,
            window=state.rules.window,
        )

    def accounts(self) -> tuple[int, ...]:
        """Ids of all accounts that are open, increasing."""
        return tuple(sorted(self.state.accounts))

    def account(self, account: int) -> AccountView:
        """The public state of an account."""
        state = self.state
        stored = state.accounts.get(account)
        if stored is None:
            return AccountView(account, Status.NONE, 0, 0, 0, 0, 0, 0, 0, "", 0)
        return AccountView(
            id=stored.id,
            status=state.status(stored),
            commitment=stored.commitment,
            version=stored.version,
            episode=stored.episode,
            proven_epoch=stored.proven_epoch,
            commit_epoch=stored.commit_epoch,
            call_epoch=stored.call_epoch,
            deadline=stored.deadline,
            owner=stored.owner,
            bounty=stored.bounty,
            unrecorded=stored.phase == Phase.CALLED and state.status(stored) == Status.PRESUMED,
        )

    def auction_of(self, account: int) -> AuctionView | None:
        """The latest auction of an account."""
        state = self.state
        stored = state.auctions.get(state.auction_of.get(account, 0))
        if stored is None:
            return None
        bidding = stored.stage == Stage.BIDDING
        elapsed = max(0, (state.clock if bidding else stored.bid_at) - stored.started)
        return AuctionView(
            id=stored.id,
            account=account,
            episode=stored.episode,
            version=stored.version,
            stage=stored.stage,
            discount=state.rules.discount(elapsed) if bidding else stored.discount,
            elapsed=elapsed,
            opens=state.rules.opens,
            closes=state.rules.closes,
            ends=state.rules.bidding_end,
            deadline=stored.deadline,
            target=state.rules.target if bidding else stored.target,
            reserved=stored.reserved,
            epoch=stored.epoch,
            winner=stored.winner,
            max_price=stored.max_price,
            max_fraction=stored.max_fraction,
        )

    def snapshot(self, epoch: int) -> Snapshot | None:
        """The market of an epoch; None if it is unknown or no longer kept."""
        return self.state.snapshots.get(epoch)


class LocalVenue:
    """The venue of a sender.

    fee   what the sender bids for a place in a block [1e-6 quote]
    """

    def __init__(self, chain: LocalChain, sender: str, *, fee: int = 0) -> None:
        self.chain = chain
        self.fee = fee
        self._sender = sender

    @property
    def sender(self) -> str:
        """Who the engine is at the venue."""
        return self._sender

    def view(self) -> LocalView:
        """What the venue says at its head."""
        return LocalView(self.chain.state, self.chain.head.hash)

    def account(self, account: int) -> AccountView:
        """The public state of an account at the head."""
        return self.view().account(account)

    def head(self) -> BlockId:
        """The latest block."""
        return self.chain.head

    def block(self, number: int) -> BlockId | None:
        """The block of a number, None above the head."""
        return self.chain.block(number)

    def events(self, number: int) -> tuple[VenueEvent, ...]:
        """The events of the block of a number, in order."""
        return self.chain.events(number)

    def nonce(self) -> int:
        """Nonce of the sender's next transaction, by the blocks alone."""
        return self.chain.nonce(self.sender)

    def sign(self, action: Action, nonce: int) -> Signed:
        """The transaction of an action; nothing is sent."""
        raw = action.to_json().encode()
        seed = f"{self.sender}:{nonce}:".encode() + raw
        return Signed("0x" + hashlib.sha256(seed).hexdigest(), nonce, raw)

    def send(self, signed: Signed) -> None:
        """Hands a transaction in; harmless if it was before."""
        self.chain.submit(self.sender, signed, fee=self.fee)

    def outcome(self, signed: Signed) -> Outcome | None:
        """What became of it in the present chain; None if no block has taken it."""
        return self.chain.outcome(signed.hash)


class OpeningAttestor:
    """Proofs for a venue that takes the opening itself for a proof."""

    def attest(self, action: Action, book: Book, snapshot: Snapshot) -> Action:
        """The action with the book's opening; raises ProvingError if the statement is not true."""
        if action.kind in (Kind.PROVE, Kind.REPORT):
            short = action.kind == Kind.REPORT
            if healthy(margin(book, snapshot), BPS) == short:
                raise ProvingError(f"account {book.account} is {'healthy' if short else 'short'}")
        return replace(action, proof=opening_text(book))
