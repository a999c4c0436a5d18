# SPDX-License-Identifier: Apache-2.0
"""A keeper at a venue in this process: a crash, a report, an auction, the smallest slice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from liquidation_market import OWNER, START, market, opened_chain, openings_of, short_put_book

from zkmargin.auction_stage import Stage
from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.engine.action import Action, Expectation, Kind
from zkmargin.engine.decision import Policy, refusal
from zkmargin.engine.evidence import NO_EVIDENCE, ProofInHand, Source, consult
from zkmargin.engine.keeper import Keeper
from zkmargin.engine.local_chain import LocalChain
from zkmargin.engine.local_state import LocalRules
from zkmargin.engine.local_venue import LocalVenue, OpeningAttestor
from zkmargin.engine.opening import Openings, opening_text
from zkmargin.engine.screen import Verdict
from zkmargin.engine.venue import VenueView
from zkmargin.margin import margin
from zkmargin.registry.status import Status
from zkmargin.units import BPS, QUOTE

CRASH = 2_700 * QUOTE


def _keeper(chain: LocalChain, openings: Openings, policy: Policy | None = None) -> Keeper:
    venue = LocalVenue(chain, "keeper")
    level = chain.state.rules.initial_level
    return Keeper(venue, openings, OpeningAttestor(), policy or Policy(), initial_level=level)


def _at(keeper: Keeper) -> VenueView:
    return keeper.venue.view()


def _run(keeper: Keeper, chain: LocalChain, first: int, end: int, price: int) -> list[Kind]:
    kinds = []
    for epoch in range(first, end):
        chain.publish(market(epoch, price), seconds=60)
        kinds += [d.action.kind for _, d in keeper.step() if d.action is not None]
        chain.mine(12)
    return kinds


def test_a_crash_ends_with_the_account_healthy_again() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings)
    assert _run(keeper, chain, 3, 5, START) == [Kind.PROVE]
    kinds = _run(keeper, chain, 5, 14, CRASH)
    assert kinds == [Kind.REPORT, Kind.START, Kind.BID, Kind.SETTLE]
    account = _at(keeper).account(1)
    assert (account.status, account.version) == (Status.HEALTHY, 2)


def test_the_slice_restores_the_target_and_one_step_less_would_not() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings)
    _run(keeper, chain, 3, 14, CRASH)
    auction = _at(keeper).auction_of(1)
    remainder = openings.find(_at(keeper).account(1))
    assert auction is not None
    assert remainder is not None
    excess = margin(remainder, market(auction.epoch, CRASH)).excess(auction.target)
    one_step = 2 * margin(book, market(auction.epoch, CRASH)).mmr // 10**6
    assert 0 <= excess <= one_step


def test_slices_conserve_every_unit() -> None:
    book = short_put_book(1, 9_000, perp=2)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings)
    _run(keeper, chain, 3, 14, CRASH)
    parts = [b for id_ in _at(keeper).accounts() if (b := _book(keeper, openings, id_))]
    assert len(parts) == 2
    assert sum(b.perp for b in parts) == book.perp
    assert sum(b.perp_entry for b in parts) == book.perp_entry
    assert sum(b.slots[0].put for b in parts) == book.slots[0].put
    paid = -chain.state.balances["keeper"] + chain.state.money.rewards
    assert sum(b.cash for b in parts) == book.cash + paid - chain.state.money.fees


def test_a_healthy_account_is_never_reported() -> None:
    book = short_put_book(1, 60_000)
    chain, openings = opened_chain([book]), openings_of([book])
    kinds = _run(_keeper(chain, openings), chain, 3, 9, CRASH)
    assert set(kinds) == {Kind.PROVE}


def test_an_account_that_recovers_in_auction_is_cured() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings, Policy(most_factor=0))
    _run(keeper, chain, 3, 7, CRASH)
    assert _at(keeper).account(1).status == Status.IN_AUCTION
    assert Kind.PROVE in _run(keeper, chain, 7, 9, START)
    assert _at(keeper).account(1).status == Status.HEALTHY


def test_an_auction_that_a_proof_ended_does_not_go_on_running() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings, Policy(most_factor=0))
    _run(keeper, chain, 3, 7, CRASH)
    assert _run(keeper, chain, 7, 11, START) == [Kind.PROVE, Kind.VOID]
    assert [a.stage for a in chain.state.auctions.values()] == [Stage.CURED]


def test_an_auction_that_runs_cannot_be_voided() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings, Policy(most_factor=0))
    _run(keeper, chain, 3, 7, CRASH)
    account, auction = _at(keeper).account(1), _at(keeper).auction_of(1)
    assert auction is not None
    action = Action(Kind.VOID, 1, Expectation.of(account), auction=auction.id)
    assert refusal(action, account) == "the account is in_auction"
    signed = keeper.venue.sign(action, keeper.venue.nonce())
    keeper.venue.send(signed)
    chain.mine()
    outcome = keeper.venue.outcome(signed)
    assert outcome is not None
    assert outcome.refusal == "NotCured"


def test_nobody_bids_on_an_account_of_their_own() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    venue, level = LocalVenue(chain, OWNER), chain.state.rules.initial_level
    owner = Keeper(venue, openings, OpeningAttestor(), Policy(), initial_level=level)
    assert _run(owner, chain, 3, 30, CRASH) == [Kind.REPORT, Kind.START]
    assert Kind.SETTLE in _run(_keeper(chain, openings), chain, 30, 36, CRASH)


def test_an_auction_that_nobody_bid_in_is_started_again() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper, hours = _keeper(chain, openings, Policy(most_factor=0)), 3_600
    kinds = []
    for epoch in range(3, 40):
        chain.publish(market(epoch, CRASH), seconds=hours)
        kinds += [d.action.kind for _, d in keeper.step() if d.action is not None]
        chain.mine(12)
    assert kinds[:5] == [Kind.REPORT, Kind.START, Kind.FAIL, Kind.START, Kind.FAIL]
    stages = [a.stage for a in chain.state.auctions.values()]
    assert set(stages[:-1]) == {Stage.FAILED}


def test_an_insolvent_account_is_taken_whole_and_its_deficit_is_paid_in_order() -> None:
    book = short_put_book(1, 5_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings, Policy(most_factor=600_000))
    kinds = []
    for epoch in range(3, 150):
        chain.publish(market(epoch, 2_400 * QUOTE), seconds=60)
        kinds += [d.action.kind for _, d in keeper.step() if d.action is not None]
        chain.mine(240)
    money = chain.state.money
    remainder = _book(keeper, openings, 1)
    assert kinds.count(Kind.SETTLE) == 1
    assert remainder is not None
    assert all(slot.net == 0 for slot in remainder.slots)
    assert money.bad_debt > 0
    assert money.insurance_used + money.socialised == money.bad_debt
    assert money.insurance == 0


def test_two_keepers_do_not_both_take_one_account() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    first = _keeper(chain, openings)
    level = chain.state.rules.initial_level
    second = Keeper(
        LocalVenue(chain, "other", fee=5),
        openings,
        OpeningAttestor(),
        Policy(),
        initial_level=level,
    )
    for epoch in range(3, 16):
        chain.publish(market(epoch, CRASH), seconds=60)
        first.step()
        second.step()
        chain.mine(12)
    auction = _at(first).auction_of(1)
    assert auction is not None
    assert auction.winner == "other"
    assert len(chain.state.auctions) == 1
    assert chain.state.accounts[1].version == 2


def test_nothing_adverse_starts_at_breaker_level_two() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    chain.mine(1, lambda state: setattr(state, "level", 2))
    assert _run(_keeper(chain, openings), chain, 3, 9, CRASH) == []


def test_a_proof_in_hand_is_believed_before_an_opening_and_passed_on() -> None:
    book = short_put_book(1, 60_000)
    chain = opened_chain([book])
    chain.publish(market(3, START))
    in_hand = ProofInHand(1, commitment(book), 1, BPS, 3, opening_text(book))
    level = chain.state.rules.initial_level
    keeper = Keeper(
        LocalVenue(chain, "keeper"),
        openings_of([]),
        OpeningAttestor(),
        Policy(call=True),
        initial_level=level,
        proofs={1: in_hand},
    )
    ((seen, decision),) = keeper.step()
    assert seen.evidence.source == Source.PROOF
    assert decision.action is not None
    assert decision.action.kind == Kind.PROVE
    chain.mine()
    assert _at(keeper).account(1).status == Status.HEALTHY


def test_a_proof_of_an_earlier_version_is_not_believed() -> None:
    book = short_put_book(1, 60_000)
    chain = opened_chain([book])
    chain.publish(market(3, START))
    old = ProofInHand(1, commitment(book), 0, BPS, 3, opening_text(book))
    view = LocalVenue(chain, "keeper").view()
    evidence = consult(view.account(1), view.clock, {1: old}, lambda account, epoch: None)
    assert evidence == NO_EVIDENCE


def test_a_margin_proof_of_the_latest_epoch_on_chain_settles_the_matter() -> None:
    book = short_put_book(1, 60_000)
    chain = opened_chain([book])
    keeper = _keeper(chain, openings_of([book]))
    _run(keeper, chain, 3, 4, START)
    view = _at(keeper)
    evidence = consult(view.account(1), view.clock, {}, lambda account, epoch: Verdict.SHORT)
    assert (evidence.source, evidence.verdict) == (Source.CHAIN, Verdict.HEALTHY)


def test_a_stale_account_is_called_if_nothing_is_known_of_it() -> None:
    book = short_put_book(1, 60_000)
    chain = opened_chain([book], LocalRules(answer_window=100))
    keeper = _keeper(chain, openings_of([]), Policy(call=True))
    assert _run(keeper, chain, 3, 7, START) == [Kind.CALL, Kind.EXPIRE]
    assert _at(keeper).account(1).status == Status.PRESUMED


def test_a_shortfall_cannot_be_reported_with_another_accounts_opening() -> None:
    mine, other = short_put_book(1, 60_000), short_put_book(2, 1_000)
    chain = opened_chain([mine, other])
    chain.publish(market(3, CRASH))
    venue, attestor = LocalVenue(chain, "keeper"), OpeningAttestor()
    keeper = _keeper(chain, openings_of([mine, other]), Policy(answer=False))
    seen = {s.account.id: d for s, d in keeper.step()}
    action = seen[2].action
    assert action is not None
    forged = replace(attestor.attest(action, other, market(2, CRASH)), account=1)
    signed = venue.sign(forged, venue.nonce() + 1)
    venue.send(signed)
    chain.mine()
    outcome = venue.outcome(signed)
    assert outcome is not None
    assert outcome.refusal == "ProofInvalid: commitment"


@pytest.mark.parametrize("depth", [1, 3, 8])
def test_a_reorganisation_undoes_blocks_and_puts_their_transactions_back(depth: int) -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    chain.publish(market(3, CRASH))
    chain.publish(market(4, CRASH))
    keeper = _keeper(chain, openings)
    keeper.step()
    before = chain.head
    for _ in range(depth):
        chain.mine(1)
    assert _at(keeper).account(1).status == Status.LIQUIDATABLE
    chain.reorganise(depth)
    assert chain.head == before
    assert _at(keeper).account(1).status == Status.STALE
    chain.mine(1)
    assert _at(keeper).account(1).status == Status.LIQUIDATABLE


def _book(keeper: Keeper, openings: Openings, account: int) -> Book | None:
    return openings.find(_at(keeper).account(account))


def test_the_winner_pays_for_what_the_proof_says_and_a_fee() -> None:
    book = short_put_book(1, 9_000)
    chain, openings = opened_chain([book]), openings_of([book])
    keeper = _keeper(chain, openings)
    _run(keeper, chain, 3, 14, CRASH)
    money, rules = chain.state.money, chain.state.rules
    assert 0 < money.rewards < rules.penalty
    assert money.fees > 0
    assert money.insurance == rules.penalty - money.rewards + money.fees
    assert rules.target > BPS
