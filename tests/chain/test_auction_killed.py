# SPDX-License-Identifier: Apache-2.0
"""The engine is killed in the middle of auctions at a deployed house, with real proofs, and blocks
are undone: nothing is sold twice, no decision is lost, nobody healthy is touched.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chain.ambushed_node import ANY
from chain.crash import BIDDER, KEEPER, LOST, MOST, POOLED, PURSE, SAVED, SAVER, SAVINGS
from chain.torment import LOOK, Torment
from chain.world import HEALTHY_BOOK, OTHER_OWNER, OWNER, VENUE, World, undone
from engine_record import check_record

from zkmargin.auction_stage import Stage
from zkmargin.book import Book
from zkmargin.chain.cash_pool import CashPool
from zkmargin.chain.reserves import Reserves
from zkmargin.engine.action import Kind
from zkmargin.engine.decision import Policy
from zkmargin.loss_waterfall import Capital, charge
from zkmargin.registry.status import Status
from zkmargin.units import QUOTE

pytestmark = [pytest.mark.chain]

HOLDS = Policy(answer=False, report=False, most_price=MOST)
INSURED = 500 * QUOTE
KILLS = int(os.environ.get("ENGINE_KILLS", "6"))
SILENCE = 8_000  # more than what the oracle's rules allow between two epochs [s]


@pytest.fixture(scope="module")
def fallen(market: World) -> Iterator[World]:
    """Three accounts after a crash: one that a slice saves, one that is lost, one that is sound."""
    world, reserves = replace(market), Reserves(market.system)
    with undone(market):
        for book, owner in ((SAVED, OWNER), (LOST, OTHER_OWNER), (HEALTHY_BOOK, OWNER)):
            reserves.deposit(owner, book.account, book.cash)
            world.open(book, owner, proven=False)
        reserves.deposit(SAVER, 23, SAVINGS)
        CashPool(world.system).deposit(SAVER, POOLED)
        reserves.insure(VENUE, INSURED)
        house = world.system.deployment.address("LiquidationAuction")
        for key in (KEEPER, BIDDER):
            world.registry.approve(key, PURSE, house)
        for _ in range(7):
            world.next_epoch(-600, seconds=600)
        CashPool(world.system).activate(SAVER, SAVER.address)
        yield world


@pytest.fixture
def world(fallen: World) -> Iterator[World]:
    with undone(fallen):
        yield replace(fallen)


Make = Callable[..., Torment]


@pytest.fixture
def make(world: World, tmp_path: Path) -> Iterator[Make]:
    """Makes a torment from a policy, openings and a seed."""
    made: list[Torment] = []

    def torment(policy: Policy, *books: Book, seed: int) -> Torment:
        made.append(Torment(world, tmp_path, policy, *books, seed=seed))
        return made[0]

    yield torment
    for each in made:
        each.close()


def check(torment: Torment) -> None:
    """Every auction has ended, every account was sold once an episode, the sound one never."""
    house, world = torment.house, torment.world
    ids = [event["auction"] for event in torment.events("Started")]
    auctions = [house.auction(id_) for id_ in ids]
    assert {a.stage for a in auctions} <= {Stage.SETTLED, Stage.FAILED, Stage.CURED}
    settled = [a for a in auctions if a.stage is Stage.SETTLED]
    assert Counter(e["auction"] for e in torment.events("SliceSettled")) == Counter(
        a.id for a in settled
    )
    assert set(Counter((a.account, a.episode) for a in settled).values()) == {1}
    for book in (SAVED, LOST):
        state = world.registry.account(book.account)
        assert state.version == 1 + sum(a.account == book.account for a in settled)
    sound = world.registry.account(HEALTHY_BOOK.account)
    assert (sound.version, sound.episode) == (1, 0)
    address = world.system.deployment.address("LiquidationAuction")
    left = Reserves(world.system).balance(address)
    assert left == sum(house.owed(key.address) for key in (KEEPER, BIDDER))  # no bond is left
    check_record(torment.store)


def done(torment: Torment, kind: Kind) -> int:
    """How often the engine did a thing."""
    return sum(i.action.kind == kind for i in torment.store.intents("done"))


def test_an_engine_that_is_killed_at_every_step_sells_a_slice_once(make: Make) -> None:
    torment = make(HOLDS, SAVED, HEALTHY_BOOK, seed=1)
    torment.report(SAVED)
    for call in ("start", "bid", "settle"):
        torment.transactions_wait(call == "bid")
        assert torment.kill_at(call, before=call != "settle")
        torment.undo()
        assert torment.kill_at(call, before=call == "settle")
    assert torment.undo(8) > 0
    torment.finish(lambda: torment.sold(SAVED))
    check(torment)
    assert torment.status(SAVED) is Status.HEALTHY
    assert done(torment, Kind.SETTLE) == 1


def test_a_winner_that_does_not_settle_is_slashed_once(make: Make) -> None:
    torment = make(HOLDS, SAVED, HEALTHY_BOOK, seed=2)
    torment.report(SAVED)
    torment.house.start(VENUE, SAVED.account)
    torment.publish(seconds=500)
    auction = torment.house.auction_of(SAVED.account)
    torment.house.bid(BIDDER, auction, torment.world.feed.latest_epoch(), most=MOST)
    bond = torment.house.auction(auction).bond
    torment.mine(8)
    torment.seconds = 600
    assert torment.kill_at("slash", before=False)
    assert torment.undo() > 0
    assert torment.kill_at("slash", before=True)
    torment.finish(lambda: torment.sold(SAVED))
    check(torment)
    (slashed,) = torment.events("WinnerSlashed")
    assert int(slashed["winner"], 16) == int(BIDDER.address, 16)
    assert slashed["bond"] == bond
    assert (done(torment, Kind.SLASH), done(torment, Kind.SETTLE)) == (1, 1)


def test_an_account_that_nobody_buys_is_sold_again_and_its_loss_is_paid_once(make: Make) -> None:
    torment = make(replace(HOLDS, most_factor=0), LOST, HEALTHY_BOOK, seed=3)
    torment.report(LOST)
    torment.house.start(VENUE, LOST.account)
    torment.seconds = 7_000  # just short of what the oracle calls silence
    assert torment.kill_at("fail", before=True)
    assert torment.kill_at("fail", before=False)
    first = torment.house.auction_of(LOST.account)
    while torment.house.auction(first).stage is Stage.FAILED:
        assert torment.undo(1) == 1
    torment.job = replace(torment.job, policy=replace(HOLDS, most_factor=700_000))
    torment.seconds = 600
    assert torment.kill_at("start", before=False)
    reserves = Reserves(torment.world.system)
    before = reserves.state()
    assert torment.kill_at("settle", before=False)
    torment.finish(lambda: torment.sold(LOST))
    check(torment)
    (paid,) = torment.events("DeficitPaid")
    total = paid["pool"] + paid["insurance"] + paid["socialised"]
    expected = charge(total, Capital(pool=before.capacity, insurance=before.insurance))
    assert paid["pool"] == expected.pool
    assert paid["insurance"] == expected.insurance
    assert paid["socialised"] == expected.socialised == reserves.state().unbacked > 0
    assert [e["stage"] for e in torment.events("Ended")] == ["Failed", "Settled"]
    assert (done(torment, Kind.FAIL), done(torment, Kind.START)) == (1, 1)


def test_while_the_oracle_is_silent_nothing_is_sold(make: Make) -> None:
    torment = make(HOLDS, SAVED, HEALTHY_BOOK, seed=4)
    torment.report(SAVED)
    torment.silence(SILENCE)
    torment.step(4)
    assert (torment.events("Started"), torment.store.intents("done")) == ([], [])
    torment.finish(lambda: torment.sold(SAVED))
    check(torment)
    assert done(torment, Kind.SETTLE) == 1


@pytest.mark.slow
def test_an_engine_killed_at_random_while_blocks_and_the_oracle_come_and_go_sells_once(
    make: Make,
) -> None:
    policy = Policy(most_price=MOST)  # it reports, starts, bids, settles, and proves what is sound
    torment = make(policy, SAVED, LOST, HEALTHY_BOOK, seed=5)
    for kill in range(KILLS):
        torment.transactions_wait(torment.rng.random() < 0.5)
        fate = torment.rng.random()
        if fate < 0.3:
            torment.kill_after(torment.rng.uniform(0.0, 6.0))
        else:
            calls = torment.rng.randrange(1, 2 * LOOK)
            torment.kill_at(ANY, before=fate < 0.6, calls=calls)
        if torment.rng.random() < 0.5:
            torment.undo()
        if kill % 3 == 2:
            torment.silence(SILENCE)
    torment.finish(lambda: torment.sold(SAVED) and torment.sold(LOST))
    check(torment)
    assert torment.undone > 0
    assert done(torment, Kind.SETTLE) == 2
