# SPDX-License-Identifier: Apache-2.0
"""A registry, its clock and its oracle: Python state machines wired as in RegistryTwin.t.sol.

The world applies one step and digests everything that the step may have changed, in the words that
the contract digests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from eth_account import Account as Wallet
from eth_utils.crypto import keccak

from zkmargin.market_oracle.market_oracle import MarketOracle
from zkmargin.market_oracle.publication import Publication
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE, ONE
from zkmargin.market_oracle.rules import FeedRules, VarianceRules
from zkmargin.market_oracle.rung_ladder import Rung
from zkmargin.registry import account_state as act
from zkmargin.registry import margin_clock
from zkmargin.registry.account_state import Outcome
from zkmargin.registry.account_status import Account, Moment, Phase, Rules, Snapshot, status_of
from zkmargin.registry.margin_clock import Clock
from zkmargin.registry.refusal import Refusal, RefusedError, require

START: Final = 1_800_000_000  # [s]
PRICE: Final = 2_000_000_000  # [1e-6 quote]
VENUE, KEEPER = 0x70, 0x74
CALLER: Final = 0x7FA9385BE102AC3EAC297483DD6233D62B3E1496  # forge's test contract
OWNER: Final = int(Wallet.from_key(0xA11CE.to_bytes(32, "big")).address, 16)
BOUNTY: Final = 100_000_000  # [1e-6 quote]
RULES: Final = Rules(
    window=2,
    fresh_epochs=5,
    max_age=3600,
    stale_move=500,
    answer_window=1800,
    holder_window=7200,
    call_bond=50_000_000,
    fine=20_000_000,
    holder_bond=1_000_000_000,
    min_bounty=BOUNTY,
    max_pause=86_400,
    resume_grace=600,
)
FEED: Final = FeedRules(
    min_interval=30,
    max_delay=120,
    index_heartbeat=180,
    perp_heartbeat=900,
    surface_heartbeat=1200,
    silence=20_000,
    twap_window=1800,
    caution_deviation=500,
    freeze_deviation=800,
    freeze_basis=600,
    halt_jump=1200,
    caution_time=90,
    freeze_time=60,
    halt_time=200,
    timelock=172_800,
    history=64,
)
VARIANCE: Final = VarianceRules(
    recall=600,
    initial_variance=ONE // 4,
    floor=ONE // 16,
    stress=4 * ONE,
    stress_weight=0,
    return_cap=20,
    max_step_up=1,
    hold_down=300,
)
LADDER: Final = (Rung(ONE // 2, 1001), Rung(ONE, 1002), Rung(MAX_VARIANCE, 1003))
SELECTORS: Final = {r: keccak(text=r.value)[:4] for r in Refusal}


class Kind(IntEnum):
    """Kinds of steps; the numbers are those of RegistryTwin.t.sol."""

    WAIT = 0
    PUBLISH = 1
    OPEN = 2
    ADVANCE = 3
    CLOSE = 4
    PROVE = 5
    CALL = 6
    EXPIRE = 7
    SHORTFALL = 8
    SLASH = 9
    FUND = 10
    PAUSE = 11
    UNPAUSE = 12
    FEED = 13
    SYNC = 14
    TRIP = 15
    RESUME = 16
    LOCK = 17
    AWARD = 18
    REOPEN = 19
    RELEASE = 20
    SETTLE = 21
    PAY_BOUNTY = 22
    REVOKE = 23
    BATCH = 24
    BOND = 25
    WITHDRAW = 26
    EQUIVOCATE = 27
    CONTRADICT = 28
    ALARM = 29


@dataclass(frozen=True)
class Step:
    """One word of the file."""

    kind: Kind
    id: int
    time: int
    flag: int = 0
    variant: int = 0
    value: int = 0
    extra: int = 0

    def to_bytes(self) -> bytes:
        head = bytes([self.kind, self.flag, self.variant, 0]) + self.id.to_bytes(4, "big")
        return head + b"".join(x.to_bytes(8, "big") for x in (self.time, self.value, self.extra))


def book(account: int, version: int) -> int:
    """The commitment that the fixture uses for a version of an account."""
    words = word(0x60) + word(account) + word(version) + word(4) + b"book".ljust(32, b"\0")
    return int.from_bytes(keccak(words), "big") >> 8


def word(value: int) -> bytes:
    return int(value).to_bytes(32, "big")


@dataclass
class World:
    """Everything that steps change; starts as RegistryFixture leaves it."""

    accounts: dict[int, Account] = field(default_factory=lambda: defaultdict(Account))
    bounties: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    bond: int = 10_000_000_000
    clock: Clock = field(default_factory=lambda: Clock(seen=START))
    feed: tuple[bool, int] = (False, 0)
    oracle: MarketOracle = field(default_factory=lambda: MarketOracle(FEED, VARIANCE, LADDER))
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    time: int = START
    digest: bytes = bytes(32)
    result: int = 0

    def __post_init__(self) -> None:
        self.publish(PRICE, PRICE)

    @property
    def latest(self) -> int:
        return self.oracle.latest

    def publish(self, index: int, perp_mark: int) -> None:
        """The next epoch, observed now. [1e-6 quote]"""
        epoch, params = self.latest + 1, self.oracle.selected_params
        at = (self.time,) * 4
        publication = Publication(epoch, *at, index, perp_mark, rest=77, params_hash=params)
        self.oracle.publish(publication, self.time)
        self.keep(epoch)

    def keep(self, epoch: int) -> None:
        """Takes over what the oracle says of an epoch; it stays when the oracle has evicted it."""
        kept = self.oracle.snapshot(epoch)
        assert kept
        self.snapshots[epoch] = Snapshot(kept.timestamp, kept.index, kept.rung, kept.suspect)

    def observed(self) -> Clock:
        """The clock as a reading of the feed makes it now."""
        return self.clock.observe(*self.feed, self.time, RULES.resume_grace)

    def moment(self) -> Moment:
        clock = self.observed()
        now = clock.at(self.time)
        level = self.oracle.level(self.time)
        return Moment(self.time, now, clock.reasons, self.latest, level, self.snapshots)

    def apply(self, step: Step) -> Refusal | None:
        """Applies a step, digests, and gives why it was refused."""
        self.time, self.result = step.time, 0
        refusal: Refusal | None = None
        try:
            ACTIONS[step.kind](self, step)
        except RefusedError as error:
            refusal = error.refusal
        self._digest(step, refusal)
        return refusal

    def take(self, id: int, outcome: Outcome) -> None:
        self.accounts[id] = outcome.account
        self.bounties[id] += outcome.bounty
        for who, amount in outcome.credits.items():
            self.owed[who] += amount

    def sync(self) -> None:
        self.clock = self.observed()

    def _digest(self, step: Step, refusal: Refusal | None) -> None:
        a, moment = self.accounts[step.id], self.moment()
        error = SELECTORS[refusal] if refusal else bytes(4)
        stored = (
            *(a.commitment, a.version, a.proven_epoch, a.commit_epoch, a.call_epoch, a.deadline),
            *(a.phase, a.owner, a.episode, a.nonce, a.holder_slashed, a.caller, a.bond, a.holder),
        )
        rest = (
            *(status_of(a, moment, RULES), self.bounties[step.id]),
            *(self.owed[OWNER], self.owed[CALLER], self.owed[KEEPER], self.bond),
            *(moment.clock, moment.reasons, self.result, moment.level),
            *(self.snapshots[self.latest].rung, self.snapshots[self.latest].suspect),
        )
        words = b"".join(map(word, (*stored, *rest)))
        self.digest = keccak(self.digest + error.ljust(32, b"\0") + words)


def _open(w: World, s: Step) -> None:
    old = w.accounts[s.id]
    commitment = book(s.id, old.version + 1)
    act.open_account(old, commitment, OWNER, VENUE, w.moment(), None)
    require(w.bond >= RULES.holder_bond, Refusal.HOLDER_BOND_TOO_SMALL)
    w.take(s.id, act.open_account(old, commitment, OWNER, VENUE, w.moment(), _along(s)))
    w.bounties[s.id] = BOUNTY


def _advance(w: World, s: Step) -> None:
    old = w.accounts[s.id]
    commitment = book(s.id, old.version + 1)
    called = old.phase is Phase.CALLED
    outcome = act.advance(old, commitment, s.variant, w.moment(), RULES, _along(s))
    w.take(s.id, outcome)
    if called and s.flag:
        w.sync()


def _prove(w: World, s: Step) -> None:
    old = w.accounts[s.id]
    outcome = act.prove(old, s.value, w.bounties[s.id], w.moment(), RULES, s.flag == 1)
    w.take(s.id, outcome)
    if old.phase is Phase.CALLED:
        w.sync()


def _batch(w: World, s: Step) -> None:
    if w.accounts[s.id].version != s.extra:
        return
    try:
        _prove(w, s)
    except RefusedError:
        return
    w.result = 1


def _call(w: World, s: Step) -> None:
    w.take(s.id, act.call(w.accounts[s.id], CALLER, w.moment(), RULES))
    w.sync()


def _expire(w: World, s: Step) -> None:
    w.take(s.id, act.expire(w.accounts[s.id], w.bounties[s.id], w.moment(), RULES))
    w.sync()


def _shortfall(w: World, s: Step) -> None:
    old, bounty = w.accounts[s.id], w.bounties[s.id]
    valid = s.flag == 1
    w.take(s.id, act.report_shortfall(old, s.value, KEEPER, bounty, w.moment(), RULES, valid))
    if old.phase is Phase.CALLED:
        w.sync()


def _slash(w: World, s: Step) -> None:
    outcome = act.slash_holder(w.accounts[s.id], w.bounties[s.id], w.moment(), RULES)
    w.take(s.id, outcome)
    w.sync()
    w.bond -= min(w.bond, RULES.holder_bond)


def _fund(w: World, s: Step) -> None:
    require(w.accounts[s.id].phase not in (Phase.NONE, Phase.CLOSED), Refusal.STATUS_WRONG)
    w.bounties[s.id] += s.value


def _pay_bounty(w: World, s: Step) -> None:
    paid = min(s.value, w.bounties[s.id])
    w.bounties[s.id] -= paid
    w.owed[KEEPER] += paid


def _publish(w: World, s: Step) -> None:
    w.publish(s.value, s.extra)


def _equivocate(w: World, s: Step) -> None:
    accepted = w.oracle.snapshot(s.value)
    assert accepted
    at = (accepted.timestamp,) * 4
    second = Publication(s.value, *at, accepted.index, accepted.index, rest=78, params_hash=0)
    w.oracle.trip_equivocation(second)
    w.keep(s.value)


def _alarm(w: World, s: Step) -> None:
    w.clock = w.observed().stop(margin_clock.ALARM, s.time)
    w.oracle.trip_contradiction()


def _revoke(w: World, s: Step) -> None:
    a = w.accounts[s.id]
    require(a.owner == OWNER, Refusal.SENDER_NOT_OWNER)
    w.accounts[s.id] = replace(a, nonce=a.nonce + 1)


def _withdraw(w: World, _: Step) -> None:
    require(w.owed[CALLER] > 0, Refusal.NOTHING_OWED)
    w.owed[CALLER] = 0


def _pause(w: World, s: Step) -> None:
    w.clock = margin_clock.pause(w.observed(), s.time)


def _unpause(w: World, s: Step) -> None:
    w.clock = margin_clock.unpause(w.observed(), s.time, RULES.max_pause, s.flag == 1)


def _settle(w: World, s: Step) -> None:
    old = w.accounts[s.id]
    commitment = book(s.id, old.version + 1)
    w.take(s.id, act.settle(old, s.extra, commitment, s.value, s.flag == 1, w.moment()))


def _along(s: Step) -> bool | None:
    return None if s.flag == 0 else s.flag == 1


def _set(name: str, of: Callable[[Step], object]) -> Callable[[World, Step], None]:
    return lambda w, s: setattr(w, name, of(s))


def _hook(action: Callable[..., Outcome], *names: str) -> Callable[[World, Step], None]:
    def run(w: World, s: Step) -> None:
        arguments = {"episode": s.value, "moment": w.moment()}
        w.take(s.id, action(w.accounts[s.id], *(arguments[name] for name in names)))

    return run


ACTIONS: Final[dict[Kind, Callable[[World, Step], None]]] = {
    Kind.WAIT: lambda w, s: None,
    Kind.PUBLISH: _publish,
    Kind.OPEN: _open,
    Kind.ADVANCE: _advance,
    Kind.CLOSE: lambda w, s: w.take(
        s.id, act.close(w.accounts[s.id], w.bounties[s.id], w.moment(), RULES)
    ),
    Kind.PROVE: _prove,
    Kind.CALL: _call,
    Kind.EXPIRE: _expire,
    Kind.SHORTFALL: _shortfall,
    Kind.SLASH: _slash,
    Kind.FUND: _fund,
    Kind.PAUSE: _pause,
    Kind.UNPAUSE: _unpause,
    Kind.FEED: _set("feed", lambda s: (s.flag == 1, s.value)),
    Kind.SYNC: lambda w, s: w.sync(),
    Kind.TRIP: lambda w, s: w.oracle.trip_by_guardian(s.flag, s.time),
    Kind.RESUME: lambda w, s: w.oracle.resume(s.time),
    Kind.LOCK: _hook(act.lock, "moment"),
    Kind.AWARD: _hook(act.award, "episode"),
    Kind.REOPEN: _hook(act.reopen, "episode"),
    Kind.RELEASE: _hook(act.release, "episode"),
    Kind.SETTLE: _settle,
    Kind.PAY_BOUNTY: _pay_bounty,
    Kind.REVOKE: _revoke,
    Kind.BATCH: _batch,
    Kind.BOND: lambda w, s: setattr(w, "bond", w.bond + s.value),
    Kind.WITHDRAW: _withdraw,
    Kind.EQUIVOCATE: _equivocate,
    Kind.CONTRADICT: lambda w, s: w.oracle.trip_contradiction(),
    Kind.ALARM: _alarm,
}
