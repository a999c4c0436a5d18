# SPDX-License-Identifier: Apache-2.0
"""What to do about an account: a pure function of what was seen and of the policy.

A liquidation is never begun without proof. Up to Presumed, only a shortfall that the specification
finds at two epochs is reported, and the venue verifies its proof; from Liquidatable on, that proof
stands on the venue, and whatever shows the account healthy cures it instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from zkmargin.auction_stage import Stage
from zkmargin.engine.action import ADVERSE, Action, Expectation, Kind
from zkmargin.engine.evidence import Evidence, Source
from zkmargin.engine.screen import Verdict
from zkmargin.engine.view import AccountView, AuctionView, Clock
from zkmargin.registry.status import Status

NOTHING_ADVERSE = 2  # breaker level
HALTED = 3  # breaker level


@dataclass(frozen=True, slots=True)
class Policy:
    """What an engine does; everything else is left to others.

    call           calls Stale accounts of which nothing is known, and records unanswered calls
    answer         proves margin for accounts whose openings it holds, when they need it
    report         reports shortfalls
    start          starts auctions of Liquidatable accounts, and ends those that a proof made void
    most_factor    price factor above which it does not bid; 0 for never [1e-6]
    most_price     most that it pays for a slice [1e-6 quote]
    """

    call: bool = False
    answer: bool = True
    report: bool = True
    start: bool = True
    most_factor: int = 900_000
    most_price: int = 10**12


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision depends on."""

    clock: Clock
    account: AccountView
    auction: AuctionView | None
    evidence: Evidence
    sender: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An action, or none, and why."""

    action: Action | None
    reason: str

    @property
    def acts(self) -> bool:
        """Whether something is to be done."""
        return self.action is not None


def decide(seen: Situation, policy: Policy) -> Decision:
    """The next step on one account."""
    decision = _next(seen, policy)
    action = decision.action
    if action and action.kind in ADVERSE and seen.clock.level >= NOTHING_ADVERSE:
        decision = Decision(None, f"breaker level {seen.clock.level}: nothing adverse starts")
    if not decision.acts and policy.start and _is_void(seen):
        return _act(seen, Kind.VOID, "a margin proof ended the auction")
    return decision


def _next(seen: Situation, policy: Policy) -> Decision:
    status = seen.account.status
    if status in (Status.NONE, Status.CLOSED):
        return Decision(None, "not open")
    if seen.clock.epoch == 0:
        return Decision(None, "no market yet")
    if status <= Status.PRESUMED:
        return _before_a_shortfall(seen, policy)
    if status <= Status.IN_AUCTION:
        return _cure(seen, policy) or _sell(seen, policy)
    return _after_an_award(seen)


def _is_void(seen: Situation) -> bool:
    """Whether the account's auction still takes bids that nobody can make: while it does, it counts
    as running, and the pool whose cash answers for it stays closed.
    """
    auction = seen.auction
    if auction is None or auction.stage != Stage.BIDDING:
        return False
    return (seen.account.status, seen.account.episode) != (Status.IN_AUCTION, auction.episode)


def _before_a_shortfall(seen: Situation, policy: Policy) -> Decision:
    account, clock, evidence = seen.account, seen.clock, seen.evidence
    if evidence.verdict == Verdict.SHORT and policy.report:
        epoch = clock.adverse_epoch
        if max(account.reports_from, clock.epoch - clock.window, 1) <= epoch:
            return _act(seen, Kind.REPORT, f"short at epochs {epoch}, {clock.epoch}", epoch=epoch)
        return Decision(None, f"short, but epoch {epoch} is too old to report")
    if account.status == Status.HEALTHY:
        return Decision(None, "healthy on chain")
    cure = _cure(seen, policy)
    if cure is not None:
        return cure
    return _call(seen, policy)


def _call(seen: Situation, policy: Policy) -> Decision:
    """What to do about an account of which nothing is known."""
    account, clock = seen.account, seen.clock
    if account.unrecorded and policy.call:
        return _act(seen, Kind.EXPIRE, "a call went unanswered")
    waited = not account.deadline or clock.clock > account.deadline
    unknown = seen.evidence.source == Source.NOTHING
    if account.status == Status.STALE and unknown and policy.call and waited:
        return _act(seen, Kind.CALL, "stale, and nothing is known of it")
    return Decision(None, f"{account.status.name.lower()}: {seen.evidence.verdict.name.lower()}")


def _cure(seen: Situation, policy: Policy) -> Decision | None:
    """A margin proof, where evidence in hand has it and the account needs it."""
    evidence = seen.evidence
    in_hand = evidence.source in (Source.PROOF, Source.OPENING)
    if not (policy.answer and in_hand and evidence.verdict == Verdict.HEALTHY):
        return None
    if evidence.epoch < seen.account.answers_from:
        return Decision(None, f"healthy, but epoch {evidence.epoch} does not answer")
    reason = f"healthy by {evidence.source} at epoch {evidence.epoch}"
    return _act(seen, Kind.PROVE, reason, epoch=evidence.epoch)


def _sell(seen: Situation, policy: Policy) -> Decision:
    """Start and bid, on a shortfall that stands on the venue and that nothing in hand denies."""
    if seen.account.status == Status.LIQUIDATABLE:
        if not policy.start:
            return Decision(None, "liquidatable: others start auctions")
        earlier = seen.auction.id if seen.auction else 0
        return _act(seen, Kind.START, "a shortfall proof stands", attempt=earlier)
    auction = seen.auction
    if auction is None or auction.stage != Stage.BIDDING:
        return Decision(None, "in auction, but no auction is bidding")
    if auction.elapsed > auction.ends:
        return _act(seen, Kind.FAIL, "nobody bid in time")
    against = _against_a_bid(seen, auction, policy)
    if against:
        return Decision(None, against)
    return _act(
        seen,
        Kind.BID,
        f"price factor {auction.discount} is low enough",
        epoch=seen.clock.epoch,
        attempt=auction.elapsed,
        arguments={"max_price": policy.most_price, "target": auction.target},
    )


def _against_a_bid(seen: Situation, auction: AuctionView, policy: Policy) -> str:
    """Why not to bid now; empty if nothing is against it."""
    if seen.evidence.verdict != Verdict.SHORT:
        return "in auction: no opening to bid on"
    if seen.account.owner == seen.sender:
        return "in auction: its owner cannot bid"
    if not auction.is_open:
        return "in auction: only the pool may bid"
    if not policy.most_factor or auction.discount > policy.most_factor:
        return f"price factor {auction.discount} is above {policy.most_factor}"
    return ""


def _after_an_award(seen: Situation) -> Decision:
    auction, clock = seen.auction, seen.clock
    if auction is None or auction.stage != Stage.AWARDED:
        return Decision(None, "awarded, but no auction has a winner")
    late = clock.clock > auction.deadline
    if auction.winner != seen.sender:
        if late:
            return _act(seen, Kind.SLASH, "the winner let its time pass", attempt=auction.deadline)
        return Decision(None, "the winner has time")
    if clock.level >= HALTED:
        return Decision(None, "won, but the oracle is halted")
    if clock.epoch <= auction.epoch:
        return Decision(None, f"won: settles once epoch {auction.epoch + 1} is published")
    return _act(seen, Kind.SETTLE, "won", epoch=auction.epoch, attempt=auction.deadline)


def _act(
    seen: Situation,
    kind: Kind,
    reason: str,
    *,
    epoch: int = 0,
    attempt: int = 0,
    arguments: dict[str, int] | None = None,
) -> Decision:
    of_auction = kind in (Kind.BID, Kind.SETTLE, Kind.SLASH, Kind.FAIL, Kind.VOID)
    action = Action(
        kind=kind,
        account=seen.account.id,
        expects=Expectation.of(seen.account),
        auction=seen.auction.id if of_auction and seen.auction else 0,
        epoch=epoch,
        attempt=attempt,
        arguments=arguments or {},
    )
    return Decision(action, reason)


def refusal(action: Action, account: AccountView) -> str:
    """Why an action must not be sent any more; empty if the account is what the decision saw.

    A liquidation needs the very status that it begins from, and the same commitment, version and
    call id.
    """
    if Expectation.of(account) != action.expects:
        return "the account has changed since the decision"
    needed = {
        Kind.REPORT: (Status.HEALTHY, Status.STALE, Status.CALLED, Status.PRESUMED),
        Kind.START: (Status.LIQUIDATABLE,),
        Kind.BID: (Status.IN_AUCTION,),
        Kind.FAIL: (Status.IN_AUCTION,),
        Kind.SETTLE: (Status.AWARDED,),
        Kind.SLASH: (Status.AWARDED,),
        Kind.CALL: (Status.STALE,),
        Kind.EXPIRE: (Status.PRESUMED,),
        Kind.VOID: tuple(s for s in Status if s not in (Status.IN_AUCTION, Status.AWARDED)),
    }.get(action.kind)
    if needed is not None and account.status not in needed:
        return f"the account is {account.status.name.lower()}"
    return ""
