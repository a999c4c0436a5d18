# SPDX-License-Identifier: Apache-2.0
"""A crash with real proofs on a real chain: every unit of money is where the rules say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from chain.crash import BIDDER, KEEPER, LOST, SAVED, SAVER, SAVINGS, Crash
from chain.world import INITIAL_LEVEL, OWNER, SIGNERS, VENUE, World, sale_config, undone

from zkmargin.auction_stage import Stage
from zkmargin.chain.deploy import deploy
from zkmargin.chain.publication import publication_of
from zkmargin.chain.settlement import award_fee
from zkmargin.commitment import commitment
from zkmargin.errors import DeploymentError, Reverted, SnapshotError
from zkmargin.loss_waterfall import Capital, charge, reduced_credit
from zkmargin.margin import healthy, margin
from zkmargin.market_move import moved
from zkmargin.price_curve import payout
from zkmargin.registry.status import Status
from zkmargin.settlement import Settlement, lot_account, settlement
from zkmargin.units import BPS, RATE_ONE

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def crash(market: World) -> Iterator[Crash]:
    made = Crash(replace(market))
    with undone(market):
        made.run()
        yield made


@pytest.fixture(scope="module")
def taken(crash: Crash) -> Settlement:
    """What the specification says of the account that was saved."""
    auction = crash.saved.auction
    lot = lot_account(auction.id, SAVED.version)
    return settlement(SAVED, crash.market, auction.terms, lot, INITIAL_LEVEL)


def test_the_account_is_healthy_under_the_commitment_of_the_remainder(
    crash: Crash, taken: Settlement
) -> None:
    state = crash.world.registry.account(SAVED.account)

    assert state.status is Status.HEALTHY
    assert (state.version, state.commitment) == (2, commitment(taken.slice.remainder))
    assert state.owner == OWNER.address
    assert 0 < taken.slice.fraction < 10**6
    assert healthy(margin(taken.slice.remainder, crash.market), crash.saved.auction.target)


def test_the_lot_is_an_account_of_the_second_keeper(crash: Crash, taken: Settlement) -> None:
    state = crash.world.registry.account(taken.lot.account)

    assert state.status is Status.HEALTHY
    assert state.owner == BIDDER.address
    assert state.commitment == commitment(taken.lot)


def test_the_winner_pays_price_top_up_and_fee_to_the_unit(crash: Crash, taken: Settlement) -> None:
    sale = crash.saved
    fee = award_fee(taken, crash.house.params()["fee"])
    paid = sale.before.purse + sale.auction.bond - sale.after.purse

    assert paid == taken.slice.price + taken.top_up + fee


def test_the_vault_holds_what_the_books_hold(crash: Crash, taken: Settlement) -> None:
    before, after = crash.saved.before.reserves, crash.saved.after.reserves
    added = taken.slice.price + taken.top_up

    assert before.net_cash == before.assets == SAVED.cash + LOST.cash + SAVINGS
    assert after.net_cash - before.net_cash == added
    assert after.assets - before.assets == added
    assert taken.slice.remainder.cash + taken.lot.cash == SAVED.cash + added


def test_the_fee_refills_the_bounty_then_feeds_pool_and_insurance(
    crash: Crash, taken: Settlement
) -> None:
    params, sale = crash.house.params(), crash.saved
    fee = award_fee(taken, params["fee"])
    refill = min(fee, params["bountyTarget"] - sale.before.bounty)
    gains = sale.after.pool_gains - sale.before.pool_gains
    insured = sale.after.reserves.insurance - sale.before.reserves.insurance
    share = (fee - refill) * params["poolShare"] // BPS

    assert sale.after.bounty == sale.before.bounty + refill
    assert insured == fee - refill - share
    assert share - 1 <= gains <= share  # product and sum round down


def test_the_deficit_meets_pool_then_insurance_then_everybody(crash: Crash) -> None:
    auction, before = crash.lost.auction, crash.lost.before.reserves
    params, made = crash.house.params(), crash.proven.made
    low = made.slice.deficit * params["payoutStart"] // BPS
    elapsed = auction.bidAt - auction.startedAt
    due = min(payout(low, made.slice.deficit, elapsed, params["payoutLength"]), made.top_up)
    expected = charge(due, Capital(pool=before.capacity, insurance=before.insurance))
    event = crash.receipt.event("DeficitPaid").arguments
    after = crash.lost.after.reserves

    assert made.slice.deficit == -margin(LOST, crash.market).nav
    assert event["pool"] == expected.pool == before.pool - after.pool
    assert event["insurance"] == expected.insurance == before.insurance
    assert event["socialised"] == expected.socialised == after.unbacked > 0
    assert after.insurance == 0


def test_the_loss_is_a_public_rate_for_all_cash(crash: Crash) -> None:
    state = crash.reserves.state()
    rate = state.assets * RATE_ONE // state.net_cash

    assert state.credit_rate == rate < RATE_ONE
    assert crash.reserves.worth(SAVINGS) == SAVINGS * state.assets // state.net_cash


def test_the_insolvent_account_is_left_with_nothing_and_the_winner_with_all(crash: Crash) -> None:
    made = crash.proven.made
    state = crash.world.registry.account(LOST.account)
    paid = crash.lost.before.purse + crash.lost.auction.bond - crash.lost.after.purse
    event = crash.receipt.event("DeficitPaid").arguments

    assert (made.slice.price, made.slice.fraction) == (0, 10**6)
    assert state.commitment == commitment(made.slice.remainder)
    assert made.slice.remainder.cash == 0
    assert made.slice.slots == LOST.slots
    assert paid == made.top_up - event["pool"] - event["insurance"] - event["socialised"]


def test_the_keeper_is_paid_less_than_the_penalty_and_insurance_gets_the_rest(crash: Crash) -> None:
    paid = crash.reward.event("KeeperRewarded").arguments

    assert int(paid["beneficiary"], 16) == int(KEEPER.address, 16)
    assert 0 < paid["reward"] < paid["penalty"] == crash.house.params()["penalty"]
    assert crash.rewards + crash.penalties == 2 * paid["penalty"]


def test_both_auctions_are_settled(crash: Crash) -> None:
    stages = [crash.house.auction(s.auction.id).stage for s in (crash.saved, crash.lost)]

    assert stages == [Stage.SETTLED, Stage.SETTLED]


def test_no_signer_credits_cash_with_more_than_stands_behind_it(
    crash: Crash, taken: Settlement
) -> None:
    world, rate = crash.world, crash.reserves.state().credit_rate
    head = world.market.header
    same = moved(world.market, index=head.index, seconds=60)
    credit = reduced_credit(head.credit, rate)
    lower = moved(world.market, index=head.index, seconds=60, credit=credit)
    left = taken.slice.remainder

    with pytest.raises(SnapshotError, match=r"credit: got .* must be at most 0\.99"):
        world.feed.prepare(same)
    with pytest.raises(SnapshotError, match=r"credit: got .* must be at most 0\.99"):
        world.feed.sign(*publication_of(same), SIGNERS)
    assert world.feed.prepare(lower)
    assert left.cash > 0
    assert margin(left, lower).nav < margin(left, same).nav


def test_a_withdrawal_is_paid_at_the_rate_of_the_day(crash: Crash) -> None:
    amount, connection = 10_000 * 10**6, crash.world.system.connection
    receipt = crash.reserves.queue_withdrawal(VENUE, 23, SAVER.address, amount)
    id_ = int(receipt.event("WithdrawalQueued").arguments["id"])
    with pytest.raises(Reverted, match="WithdrawalNotReady"):
        crash.reserves.claim(SAVER, id_)
    connection.local_time(connection.time + 172_800)
    before, worth = crash.reserves.balance(SAVER.address), crash.reserves.worth(amount)
    crash.reserves.claim(SAVER, id_)

    assert crash.reserves.balance(SAVER.address) - before == worth < amount


def test_penalties_repair_the_loss(crash: Crash) -> None:
    owed, missing = crash.owed(crash.world.system.insurance.address), crash.reserves.state()
    crash.reserves.collect(VENUE)
    crash.reserves.repair(VENUE)

    assert crash.reserves.state().unbacked == missing.unbacked - min(owed, missing.unbacked)


def test_a_deployment_that_is_complete_sends_nothing(market: World) -> None:
    again = deploy(sale_config(), market.url, VENUE, market.file)

    assert again.gas == {}


def test_only_the_pools_manager_can_deploy_it(market: World) -> None:
    sale = sale_config().liquidation
    assert sale is not None
    other = replace(sale_config(), liquidation=replace(sale, manager=OWNER.address))

    with pytest.raises(DeploymentError, match=r"liquidation.manager: got .*, must be the sender"):
        deploy(other, market.url, VENUE, market.file)
