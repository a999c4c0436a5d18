# SPDX-License-Identifier: Apache-2.0
"""The state of a venue in this process: accounts, auctions, money; copied at every block.

It keeps the rules of verifier/src/MarginRegistry.sol and LiquidationAuction.sol without owners'
signatures, bonds of holders and roles. A proof is the opening itself: the venue opens the
commitment and asks the specification, so that no key is needed and no claim is taken on trust.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from zkmargin.auction_stage import Stage
from zkmargin.engine.local_cash_pool import LocalCashPool
from zkmargin.engine.view import ONE
from zkmargin.errors import ZkMarginError
from zkmargin.keeper_reward import RewardTerms
from zkmargin.price_curve import Curve, Shape
from zkmargin.registry.account_status import Moment, Phase, status_of
from zkmargin.registry.account_status import Snapshot as Mark
from zkmargin.registry.status import Status
from zkmargin.snapshot import Snapshot
from zkmargin.units import QUOTE


class Refused(ZkMarginError):  # noqa: N818 - an answer, not a defect
    """The venue does not do what a transaction asks; keeps the reason's name."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class LocalRules:
    """Numbers of the venue; those of RegistryParams and AuctionParams that it needs.

    fresh_epochs, max_age    a proof older than either leaves the account Stale [epochs], [s]
    stale_move               so does a larger move of the index [bps]
    answer_window            time to answer a call [s]
    settle_window            time that a winner has [s]
    pool_window              time at the start in which only the pool may bid [s]
    backstop_window          time after the curve, the same, at factor 0 [s]
    fee                      of the price, paid by the winner on top [bps]
    pool_share               of the fee, for the cash pool [bps]
    penalty                  taken from the bounty when an auction starts [1e-6 quote]
    payout_length            time after which all of a deficit is paid [s]
    """

    window: int = 4
    fresh_epochs: int = 60
    max_age: int = 3_600
    stale_move: int = 500
    answer_window: int = 1_800
    settle_window: int = 600
    initial_level: int = 12_500
    target: int = 11_500
    curve: Curve = field(
        default=Curve(Shape.TWO_PHASE_LINEAR, 950_000, 43_200, cutoff=700_000, fast=900)
    )
    pool: str = ""
    pool_factor: int = ONE
    pool_window: int = 0
    backstop_window: int = 3_600
    fee: int = 100
    pool_share: int = 2_000
    penalty: int = 50 * QUOTE
    payout_length: int = 3_600
    keeper: RewardTerms = field(default=RewardTerms(3_000, 1_000, QUOTE, 30 * QUOTE))
    keeper_cost: int = QUOTE  # what a report and a start are taken to cost [1e-6 quote]

    @property
    def opens(self) -> int:
        """Bidding time from which all may bid [s]."""
        return self.pool_window if self.pool else 0

    @property
    def closes(self) -> int:
        """Bidding time until which all may bid [s]."""
        return self.opens + self.curve.duration

    @property
    def bidding_end(self) -> int:
        """Bidding time after which nobody may bid [s]."""
        return self.closes + (self.backstop_window if self.pool else 0)

    def discount(self, elapsed: int) -> int:
        """Price factor after so much bidding time [1e-6]."""
        early = elapsed < self.opens
        return self.pool_factor if early else self.curve.price(ONE, elapsed - self.opens)


@dataclass(frozen=True)
class LocalAccount:
    """One account's stored words."""

    id: int
    phase: Phase
    commitment: int
    version: int
    owner: str
    bounty: int
    episode: int = 0
    proven_epoch: int = 0
    commit_epoch: int = 0
    call_epoch: int = 0
    deadline: int = 0
    beneficiary: str = ""
    penalised: int = 0  # latest episode that paid the penalty


@dataclass(frozen=True)
class LocalAuction:
    """One auction's stored words."""

    id: int
    account: int
    episode: int
    version: int
    started: int
    stage: Stage = Stage.BIDDING
    bid_at: int = 0
    deadline: int = 0
    epoch: int = 0
    discount: int = 0
    target: int = 0
    max_price: int = 0
    max_fraction: int = ONE
    winner: str = ""
    reserved: int = 0


@dataclass(frozen=True)
class Money:
    """Where losses and rewards went, all together [1e-6 quote].

    bad_debt   deficits of accounts that were taken; paid by the cash pool, insurance, or socialised
    """

    pool_used: int = 0
    insurance: int = 0
    socialised: int = 0
    bad_debt: int = 0
    insurance_used: int = 0
    rewards: int = 0
    fees: int = 0


@dataclass
class LocalState:
    """Everything that a block changes; a copy is one of the pool and of the dicts.

    snapshots   of the epochs that a proof or a settlement may be of
    marks       what is kept longer, of every epoch whose proof may still be fresh
    """

    rules: LocalRules
    time: int
    level: int = 0
    paused: int = 0
    money: Money = field(default_factory=Money)
    cash_pool: LocalCashPool = field(default_factory=LocalCashPool)
    accounts: dict[int, LocalAccount] = field(default_factory=dict)
    auctions: dict[int, LocalAuction] = field(default_factory=dict)
    auction_of: dict[int, int] = field(default_factory=dict)
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    marks: dict[int, Mark] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    epoch: int = 0

    def copy(self) -> LocalState:
        """The same state, to be changed apart."""
        return replace(
            self,
            cash_pool=self.cash_pool.copy(),
            accounts=dict(self.accounts),
            auctions=dict(self.auctions),
            auction_of=dict(self.auction_of),
            snapshots=dict(self.snapshots),
            marks=dict(self.marks),
            balances=dict(self.balances),
        )

    @property
    def is_blocking(self) -> bool:
        """Whether an auction runs, so that nobody joins or leaves the cash pool."""
        running = (Stage.BIDDING, Stage.AWARDED)
        return any(auction.stage in running for auction in self.auctions.values())

    @property
    def clock(self) -> int:
        """Time less every second in which the clock stood [s]."""
        return self.time - self.paused

    def status(self, account: LocalAccount) -> Status:
        """Status now, by the registry's rule: time and market make it Stale or Presumed."""
        moment = Moment(self.time, self.clock, 0, self.epoch, self.level, self.marks)
        return status_of(account, moment, self.rules)

    def take(self, snapshot: Snapshot) -> None:
        """Stores the market of the next epoch, and forgets those that are of no use any more."""
        head, rules = snapshot.header, self.rules
        self.epoch = head.epoch
        self.snapshots[self.epoch] = snapshot
        self.marks[self.epoch] = Mark(head.timestamp, head.index, snapshot.params.digest)
        _forget(self.snapshots, self.epoch - 2 * rules.window - 2)
        _forget(self.marks, self.epoch - rules.fresh_epochs)

    def account(self, id_: int) -> LocalAccount:
        """A stored account; raises Refused if there is none."""
        if id_ not in self.accounts:
            raise Refused("StatusWrong: None")
        return self.accounts[id_]

    def auction(self, id_: int, stage: Stage) -> LocalAuction:
        """A stored auction of a stage; raises Refused if it has another."""
        found = self.auctions.get(id_)
        if found is None or found.stage != stage:
            raise Refused(f"StageWrong: {found.stage.name if found else 'NONE'}")
        return found

    def pay(self, who: str, amount: int) -> None:
        """Moves an amount to someone's balance; negative takes it [1e-6 quote]."""
        self.balances[who] = self.balances.get(who, 0) + amount


def open_account(
    state: LocalState, book_commitment: int, account: int, version: int, owner: str, bounty: int
) -> LocalAccount:
    """Stores a new account without a proof: it is Stale."""
    stored = LocalAccount(
        id=account,
        phase=Phase.OPEN,
        commitment=book_commitment,
        version=version,
        owner=owner,
        bounty=bounty,
        commit_epoch=state.epoch,
    )
    state.accounts[account] = stored
    return stored


def _forget(by_epoch: dict[int, Any], first: int) -> None:
    """Deletes what is of epochs before the first."""
    for epoch in [e for e in by_epoch if e < first]:
        del by_epoch[epoch]
