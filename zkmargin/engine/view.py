# SPDX-License-Identifier: Apache-2.0
"""What a venue says in public at one block: clock, accounts, auctions, events.

The numbers of Stage are the contracts' (verifier/src/interfaces).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from zkmargin.auction_stage import Stage
from zkmargin.registry.status import Status

ONE: Final = 10**6  # price factor or fraction 1


@dataclass(frozen=True, slots=True)
class BlockId:
    """One block: its number, its hash and its parent's."""

    number: int
    hash: str
    parent: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The venue's time at a block.

    block          hash of the block that all of a decision's inputs were read at
    time           of the block [s]
    clock          the registry's: time less every second in which it stood [s]
    epoch          latest epoch of the oracle, 0 before the first
    market         hash of its snapshot
    level          breaker level, 0 to 3: from 2 on nothing adverse may start
    window         epochs that a proof may be behind the latest
    """

    block: str
    time: int
    clock: int
    epoch: int
    market: int
    level: int
    window: int

    @property
    def adverse_epoch(self) -> int:
        """Newest epoch that a shortfall may be reported at: one before the latest, 0 if none."""
        return max(0, self.epoch - 1)


@dataclass(frozen=True, slots=True)
class AccountView:
    """The public state of an account.

    episode        counts calls and reports: the call id
    proven_epoch   of the newest margin proof, 0 if none
    commit_epoch   proofs of older epochs are refused
    call_epoch     first epoch that answers a call, or cures a shortfall
    deadline       last second to answer a call [registry clock, s]
    bounty         [1e-6 quote]
    unrecorded     a call went unanswered, and nobody has recorded it yet
    """

    id: int
    status: Status
    commitment: int
    version: int
    episode: int
    proven_epoch: int
    commit_epoch: int
    call_epoch: int
    deadline: int
    owner: str
    bounty: int
    unrecorded: bool = False

    @property
    def answers_from(self) -> int:
        """First epoch whose margin proof is accepted."""
        bound = Status.CALLED <= self.status <= Status.IN_AUCTION
        return max(self.proven_epoch + 1, self.commit_epoch, self.call_epoch if bound else 0)

    @property
    def reports_from(self) -> int:
        """First epoch whose shortfall proof is accepted."""
        bound = self.status in (Status.CALLED, Status.PRESUMED)
        return max(self.proven_epoch + 1, self.commit_epoch, self.call_epoch if bound else 0)


@dataclass(frozen=True, slots=True)
class AuctionView:
    """The public state of an account's latest auction.

    version     version that a bid must name
    discount    price factor of a bid made now, or of the award [1e-6]
    elapsed     bidding time that has passed, or had at the award; 0 if there was none [s]
    opens       bidding time from which all may bid [s]
    closes      bidding time until which all may bid [s]
    ends        bidding time after which not even the pool may bid [s]
    deadline    last second in which the winner cannot be slashed [registry clock, s]
    target      level that a full slice restores [bps]
    reserved    cash in the book that earlier slices paid [1e-6 quote]
    epoch       epoch that the winner settles under
    """

    id: int
    account: int
    episode: int
    version: int
    stage: Stage
    discount: int
    elapsed: int
    opens: int
    closes: int
    ends: int
    deadline: int
    target: int
    reserved: int
    epoch: int
    winner: str
    max_price: int
    max_fraction: int

    @property
    def is_open(self) -> bool:
        """Whether a bid of anyone's is taken, not only the pool's."""
        return self.opens <= self.elapsed <= self.closes


@dataclass(frozen=True, slots=True)
class VenueEvent:
    """One event of a block; `place` orders the events of a block."""

    block: str
    number: int
    place: int
    name: str
    account: int
    details: Mapping[str, int | str]
