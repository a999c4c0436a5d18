# SPDX-License-Identifier: Apache-2.0
"""The decision on one account, rule by rule: what it does, what it leaves, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zkmargin.auction_stage import Stage
from zkmargin.engine.action import ADVERSE, Kind
from zkmargin.engine.decision import Decision, Policy, Situation, decide
from zkmargin.engine.evidence import NO_EVIDENCE, Evidence, Source
from zkmargin.engine.screen import Verdict
from zkmargin.engine.view import AccountView, AuctionView, Clock
from zkmargin.registry.status import Status

CLOCK = Clock("0xb", time=90_000, clock=90_000, epoch=20, market=1, level=0, window=4)
ACCOUNT = AccountView(7, Status.STALE, 5, 1, 3, 12, 1, 0, 0, "owner", 100)
AUCTION = AuctionView(
    id=4,
    account=7,
    episode=3,
    version=1,
    stage=Stage.BIDDING,
    discount=800_000,
    elapsed=1_000,
    opens=300,
    closes=43_500,
    ends=47_100,
    deadline=0,
    target=11_500,
    reserved=0,
    epoch=0,
    winner="",
    max_price=0,
    max_fraction=0,
)
SHORT = Evidence(Source.OPENING, Verdict.SHORT, 20)
SAFE = Evidence(Source.OPENING, Verdict.HEALTHY, 20)
ALL = Policy(call=True)


def decided(
    status: Status,
    evidence: Evidence,
    *,
    auction: AuctionView | None = None,
    policy: Policy = ALL,
    level: int = 0,
    sender: str = "keeper",
    epoch: int = 20,
    **account: Any,
) -> Decision:
    """The decision on an account of this status."""
    clock = replace(CLOCK, level=level, epoch=epoch)
    seen = replace(ACCOUNT, status=status, **account)
    return decide(Situation(clock, seen, auction, evidence, sender), policy)


def kind(decision: Decision) -> Kind | None:
    """What it does."""
    return decision.action.kind if decision.action else None


def in_auction(**changes: Any) -> AuctionView:
    """A bidding auction of the account's episode."""
    return replace(AUCTION, **changes)


def awarded(**changes: Any) -> AuctionView:
    """The same auction, won by the keeper at epoch 19."""
    won = {"stage": Stage.AWARDED, "winner": "keeper", "epoch": 19, "deadline": 90_600}
    return replace(AUCTION, **{**won, **changes})


@pytest.mark.parametrize("status", [Status.NONE, Status.CLOSED])
def test_an_account_that_is_not_open_is_left_alone(status: Status) -> None:
    assert decided(status, SHORT) == Decision(None, "not open")


def test_nothing_is_done_before_the_first_epoch() -> None:
    assert decided(Status.STALE, SHORT, epoch=0) == Decision(None, "no market yet")


@pytest.mark.parametrize("status", [Status.HEALTHY, Status.STALE, Status.CALLED, Status.PRESUMED])
def test_a_shortfall_is_reported_at_the_epoch_before_the_latest(status: Status) -> None:
    decision = decided(status, SHORT)
    assert decision.action is not None
    assert (decision.action.kind, decision.action.epoch) == (Kind.REPORT, 19)


@pytest.mark.parametrize(
    "changes",
    [{"proven_epoch": 19}, {"commit_epoch": 20}, {"status": Status.CALLED, "call_epoch": 20}],
    ids=["proven since", "committed since", "called since"],
)
def test_a_shortfall_older_than_the_account_is_not_reported(changes: dict[str, Any]) -> None:
    status = changes.pop("status", Status.STALE)
    decision = decided(status, SHORT, **changes)
    assert decision == Decision(None, "short, but epoch 19 is too old to report")


def test_a_healthy_account_needs_nothing() -> None:
    assert decided(Status.HEALTHY, SAFE) == Decision(None, "healthy on chain")


@pytest.mark.parametrize(
    "status",
    [Status.STALE, Status.CALLED, Status.PRESUMED, Status.LIQUIDATABLE, Status.IN_AUCTION],
)
@pytest.mark.parametrize("source", [Source.PROOF, Source.OPENING])
def test_evidence_of_health_in_hand_is_proven(status: Status, source: Source) -> None:
    auction = AUCTION if status == Status.IN_AUCTION else None
    decision = decided(status, replace(SAFE, source=source), auction=auction)
    assert kind(decision) == Kind.PROVE


def test_health_at_an_epoch_that_does_not_answer_is_not_proven() -> None:
    decision = decided(Status.CALLED, SAFE, call_epoch=21)
    assert decision == Decision(None, "healthy, but epoch 20 does not answer")


def test_a_stale_account_of_which_nothing_is_known_is_called() -> None:
    assert kind(decided(Status.STALE, NO_EVIDENCE)) == Kind.CALL


@pytest.mark.parametrize(
    ("evidence", "changes"),
    [(SHORT, {"proven_epoch": 19}), (NO_EVIDENCE, {"deadline": 90_000})],
    ids=["known", "a deadline runs"],
)
def test_any_other_stale_account_is_not_called(evidence: Evidence, changes: dict[str, Any]) -> None:
    assert kind(decided(Status.STALE, evidence, **changes)) is None


def test_a_call_that_was_not_answered_is_recorded() -> None:
    assert kind(decided(Status.PRESUMED, NO_EVIDENCE, unrecorded=True)) == Kind.EXPIRE


def test_an_auction_starts_on_the_shortfall_that_stands() -> None:
    decision = decided(Status.LIQUIDATABLE, NO_EVIDENCE)
    assert decision.action is not None
    assert (decision.action.kind, decision.action.attempt) == (Kind.START, 0)


def test_a_start_after_a_failed_auction_is_another_step() -> None:
    first = decided(Status.LIQUIDATABLE, NO_EVIDENCE)
    again = decided(Status.LIQUIDATABLE, NO_EVIDENCE, auction=in_auction(stage=Stage.FAILED))
    assert first.action is not None
    assert again.action is not None
    assert first.action.key != again.action.key


def test_a_bid_names_the_latest_epoch_and_what_the_policy_pays() -> None:
    decision = decided(Status.IN_AUCTION, SHORT, auction=AUCTION)
    assert decision.action is not None
    assert (decision.action.kind, decision.action.epoch) == (Kind.BID, 20)
    assert decision.action.arguments == {"max_price": 10**12, "target": 11_500}


@pytest.mark.parametrize("elapsed", [0, 299, 43_501, 47_100])
def test_while_only_the_pool_may_bid_the_engine_does_not(elapsed: int) -> None:
    decision = decided(Status.IN_AUCTION, SHORT, auction=in_auction(elapsed=elapsed))
    assert decision == Decision(None, "in auction: only the pool may bid")


@pytest.mark.parametrize("elapsed", [300, 43_500])
def test_it_bids_in_the_first_and_in_the_last_second_that_are_everybodys(elapsed: int) -> None:
    decision = decided(Status.IN_AUCTION, SHORT, auction=in_auction(elapsed=elapsed))
    assert kind(decision) == Kind.BID


@pytest.mark.parametrize(
    ("evidence", "sender", "factor", "reason"),
    [
        (NO_EVIDENCE, "keeper", 900_000, "in auction: no opening to bid on"),
        (SHORT, "owner", 900_000, "in auction: its owner cannot bid"),
        (SHORT, "keeper", 799_999, "price factor 800000 is above 799999"),
        (SHORT, "keeper", 0, "price factor 800000 is above 0"),
    ],
)
def test_what_speaks_against_a_bid(
    evidence: Evidence, sender: str, factor: int, reason: str
) -> None:
    policy = replace(ALL, most_factor=factor)
    decision = decided(Status.IN_AUCTION, evidence, auction=AUCTION, policy=policy, sender=sender)
    assert decision == Decision(None, reason)


def test_an_auction_fails_one_second_after_the_pool_may_no_longer_bid() -> None:
    last, over = in_auction(elapsed=47_100), in_auction(elapsed=47_101)
    assert kind(decided(Status.IN_AUCTION, SHORT, auction=last)) is None
    assert kind(decided(Status.IN_AUCTION, SHORT, auction=over)) == Kind.FAIL


def test_the_winner_settles_once_the_next_epoch_is_out() -> None:
    early = decided(Status.AWARDED, NO_EVIDENCE, auction=awarded(epoch=20))
    assert early == Decision(None, "won: settles once epoch 21 is published")
    assert kind(decided(Status.AWARDED, NO_EVIDENCE, auction=awarded())) == Kind.SETTLE


def test_nobody_settles_while_the_oracle_is_halted() -> None:
    decision = decided(Status.AWARDED, NO_EVIDENCE, auction=awarded(), level=3)
    assert decision == Decision(None, "won, but the oracle is halted")


def test_a_winner_is_slashed_the_second_after_its_deadline() -> None:
    other = awarded(winner="other", deadline=90_000)
    in_time = decided(Status.AWARDED, NO_EVIDENCE, auction=other)
    late = decided(Status.AWARDED, NO_EVIDENCE, auction=replace(other, deadline=89_999))
    assert in_time == Decision(None, "the winner has time")
    assert kind(late) == Kind.SLASH


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("evidence", [SHORT, SAFE, NO_EVIDENCE], ids=["short", "safe", "unknown"])
@pytest.mark.parametrize("level", [2, 3])
def test_from_level_two_on_nothing_adverse_starts(
    status: Status, evidence: Evidence, level: int
) -> None:
    auction = {Status.IN_AUCTION: AUCTION, Status.AWARDED: awarded()}.get(status)
    decision = decided(status, evidence, auction=auction, level=level, unrecorded=True)
    assert kind(decision) not in ADVERSE


@pytest.mark.parametrize("status", [Status.HEALTHY, Status.STALE, Status.LIQUIDATABLE])
def test_an_auction_of_an_earlier_episode_is_ended_if_nothing_else_is_to_do(
    status: Status,
) -> None:
    decision = decided(status, NO_EVIDENCE, auction=AUCTION, policy=Policy(), episode=4)
    assert kind(decision) == (Kind.START if status == Status.LIQUIDATABLE else Kind.VOID)


@pytest.mark.parametrize(
    ("policy", "status", "evidence"),
    [
        (Policy(call=False), Status.STALE, NO_EVIDENCE),
        (Policy(answer=False), Status.STALE, SAFE),
        (Policy(report=False), Status.STALE, SHORT),
        (Policy(start=False), Status.LIQUIDATABLE, SHORT),
    ],
    ids=["call", "answer", "report", "start"],
)
def test_what_a_policy_leaves_to_others_is_not_done(
    policy: Policy, status: Status, evidence: Evidence
) -> None:
    assert kind(decided(status, evidence, policy=policy)) is None
