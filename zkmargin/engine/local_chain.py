# SPDX-License-Identifier: Apache-2.0
"""A chain in this process: blocks, a mempool, reorganisations; deterministic.

A block takes what waits in order of fee, then of arrival, each sender's transactions by nonce.
Blocks are numbered from 0; the states after the last ones are kept, so that they can be undone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.engine import local_auction, local_registry, local_settlement
from zkmargin.engine.action import Action, Kind, Outcome, Signed
from zkmargin.engine.local_cash_pool import LocalCashPool
from zkmargin.engine.local_state import LocalRules, LocalState, Refused, open_account
from zkmargin.engine.view import BlockId, VenueEvent
from zkmargin.registry.account_status import Phase
from zkmargin.snapshot import Snapshot

KEPT: Final = 64  # blocks whose states are kept, so that they can be undone

_RULES: Final[Mapping[Kind, Callable[[LocalState, Action, str], None]]] = {
    Kind.PROVE: local_registry.prove,
    Kind.CALL: local_registry.call,
    Kind.EXPIRE: local_registry.expire,
    Kind.REPORT: local_registry.report,
    Kind.START: local_auction.start,
    Kind.BID: local_auction.bid,
    Kind.SETTLE: local_settlement.settle,
    Kind.SLASH: local_auction.slash,
    Kind.FAIL: local_auction.fail,
    Kind.VOID: local_auction.void,
}


@dataclass(frozen=True)
class Transaction:
    """A transaction that waits, or that a block took."""

    sender: str
    nonce: int
    hash: str
    action: Action
    fee: int  # bid for a place in the block [1e-6 quote]
    arrival: int


@dataclass(frozen=True)
class _Block:
    id: BlockId
    state: LocalState
    nonces: Mapping[str, int]
    taken: tuple[Transaction, ...]
    events: tuple[VenueEvent, ...]


class LocalChain:
    """One chain, used by any number of senders through `LocalVenue`.

    rules      numbers of the venue
    time       of the first block [s]
    room       transactions that a block takes
    """

    def __init__(self, rules: LocalRules, time: int, *, room: int = 1_000) -> None:
        self.room = room
        self.waiting: dict[str, Transaction] = {}
        self._arrivals = 0
        self._forks = 0
        first = BlockId(0, _digest("genesis"), "")
        self._blocks = [_Block(first, LocalState(rules, time), {}, (), ())]
        self._ids = [first]
        self._outcomes: dict[str, Outcome] = {}

    @property
    def head(self) -> BlockId:
        """The latest block."""
        return self._blocks[-1].id

    @property
    def state(self) -> LocalState:
        """The state after the latest block; read it, change it only by blocks."""
        return self._blocks[-1].state

    def block(self, number: int) -> BlockId | None:
        """The block of a number, None above the head."""
        return self._ids[number] if 0 <= number < len(self._ids) else None

    def events(self, number: int) -> tuple[VenueEvent, ...]:
        """The events of a block, none if it is no longer kept."""
        found = self._at(number)
        return found.events if found else ()

    def nonce(self, sender: str) -> int:
        """The next nonce of a sender."""
        return self._blocks[-1].nonces.get(sender, 0)

    def outcome(self, transaction: str) -> Outcome | None:
        """What became of a transaction, None if no block of this chain took it."""
        return self._outcomes.get(transaction)

    def submit(self, sender: str, signed: Signed, *, fee: int = 0) -> None:
        """Puts a transaction into the mempool, once."""
        if signed.hash in self.waiting or self.outcome(signed.hash) is not None:
            return
        self._arrivals += 1
        action = Action.from_json(signed.raw.decode())
        self.waiting[signed.hash] = Transaction(
            sender, signed.nonce, signed.hash, action, fee, self._arrivals
        )

    def mine(
        self, seconds: int = 12, change: Callable[[LocalState], None] | None = None
    ) -> BlockId:
        """Makes a block so many seconds after the head.

        change   what happens in the block before its transactions: a publication, a trade
        """
        last = self._blocks[-1]
        number = last.id.number + 1
        id_ = BlockId(number, _digest(f"{last.id.hash}:{number}:{self._forks}"), last.id.hash)
        state, nonces = last.state.copy(), dict(last.nonces)
        state.time += seconds
        before = _statuses(state)
        if change is not None:
            change(state)
        taken, outcomes = self._take(state, nonces, id_)
        events = _changes(before, state, id_)
        self._blocks.append(_Block(id_, state, nonces, taken, events))
        self._ids.append(id_)
        self._outcomes.update(outcomes)
        del self._blocks[:-KEPT]
        return id_

    def publish(self, snapshot: Snapshot, seconds: int = 12) -> BlockId:
        """Makes a block with the next epoch's market; the epoch must be its number."""
        return self.mine(seconds, lambda state: state.take(snapshot))

    def open(self, book: Book, owner: str, bounty: int, seconds: int = 12) -> BlockId:
        """Makes a block that opens the account of a book, or stores its next commitment."""

        def change(state: LocalState) -> None:
            old = state.accounts.get(book.account)
            opened = open_account(
                state, commitment(book), book.account, book.version, owner, bounty
            )
            if old is not None:
                state.accounts[book.account] = replace(opened, episode=old.episode)

        return self.mine(seconds, change)

    def join_pool(self, holder: str, amount: int, seconds: int = 12) -> BlockId:
        """Makes a block in which a holder deposits in the cash pool [1e-6 quote].

        raises   Refused while an auction runs
        """
        return self._move_savings(lambda pool: -pool.deposit(holder, amount), holder, seconds)

    def leave_pool(self, holder: str, amount: int, seconds: int = 12) -> BlockId:
        """Makes a block that pays a holder what losses have left of an amount, and its gains.

        raises   Refused while an auction runs
        """
        return self._move_savings(lambda pool: pool.withdraw(holder, amount), holder, seconds)

    def reorganise(self, depth: int, *, keep: bool = True) -> None:
        """Undoes the last blocks; `keep` puts their transactions back into the mempool.

        What else happened in them (publications, openings) is undone for good.
        """
        undone = [self._blocks.pop() for _ in range(min(depth, len(self._blocks) - 1))]
        self._forks += 1
        del self._ids[self.head.number + 1 :]
        for transaction in (t for block in reversed(undone) for t in block.taken):
            del self._outcomes[transaction.hash]
            if keep:
                self.waiting[transaction.hash] = transaction

    def _move_savings(
        self, move: Callable[[LocalCashPool], int], holder: str, seconds: int
    ) -> BlockId:
        if self.state.is_blocking:
            raise Refused("Blocked")
        return self.mine(seconds, lambda state: state.pay(holder, move(state.cash_pool)))

    def _take(
        self, state: LocalState, nonces: dict[str, int], id_: BlockId
    ) -> tuple[tuple[Transaction, ...], dict[str, Outcome]]:
        taken: list[Transaction] = []
        outcomes: dict[str, Outcome] = {}
        while len(taken) < self.room:
            ready = [t for t in self.waiting.values() if t.nonce <= nonces.get(t.sender, 0)]
            if not ready:
                break
            best = min(ready, key=lambda t: (-t.fee, t.arrival))
            del self.waiting[best.hash]
            if best.nonce < nonces.get(best.sender, 0):
                continue  # another transaction has its nonce: it can never happen
            nonces[best.sender] = best.nonce + 1
            taken.append(best)
            outcomes[best.hash] = Outcome(id_.hash, id_.number, _applied(state, best))
        return tuple(taken), outcomes

    def _at(self, number: int) -> _Block | None:
        place = number - self._blocks[0].id.number
        return self._blocks[place] if 0 <= place < len(self._blocks) else None


def _applied(state: LocalState, transaction: Transaction) -> str:
    """Does what a transaction asks, or nothing at all; the reason if it is refused."""
    trial = state.copy()
    try:
        _RULES[transaction.action.kind](trial, transaction.action, transaction.sender)
    except Refused as refusal:
        return refusal.reason
    vars(state).update(vars(trial))
    return ""


def _statuses(state: LocalState) -> dict[int, tuple[Phase, int, int]]:
    return {a.id: (a.phase, a.version, a.episode) for a in state.accounts.values()}


def _changes(
    before: Mapping[int, tuple[Phase, int, int]], state: LocalState, id_: BlockId
) -> tuple[VenueEvent, ...]:
    """One event for each account whose phase, version or episode changed in a block."""
    changed = [(a, v) for a, v in _statuses(state).items() if before.get(a) != v]
    return tuple(
        VenueEvent(
            block=id_.hash,
            number=id_.number,
            place=place,
            name=phase.name,
            account=account,
            details={"version": version, "episode": episode},
        )
        for place, (account, (phase, version, episode)) in enumerate(sorted(changed))
    )


def _digest(text: str) -> str:
    return "0x" + hashlib.sha256(text.encode()).hexdigest()
