# SPDX-License-Identifier: Apache-2.0
"""The share pool buys a slice in its window, and a NAV proof of the lot prices its shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chain.crash import SAVED, SAVER
from chain.shell import Shell
from chain.world import CALLER, INITIAL_LEVEL, OWNER, VENUE, World, undone

from zkmargin.chain.account import Status
from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.reserves import Reserves
from zkmargin.chain.settlement import ProvenSettlement, Winner, award_fee, prove_settlement
from zkmargin.chain.share_pool import SharePool
from zkmargin.chain.statements import prove_short_for
from zkmargin.documents.book_document import write_book
from zkmargin.documents.decimal_text import exact_text
from zkmargin.errors import Reverted
from zkmargin.margin import margin
from zkmargin.settlement import lot_account
from zkmargin.units import QUOTE

pytestmark = pytest.mark.chain

DEPOSIT, LATER = 40_000 * 10**6, 5_000 * 10**6
FIRST_SHARES = DEPOSIT * 10**6  # a share costs (0 + 1) / (0 + 10^6) at first


class Purchase:
    """The pool with depositors, and the slice that it bought."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pool, self.house = SharePool(world.system), AuctionHouse(world.system)
        self._enter()
        world.open(SAVED, OWNER, proven=False)
        for _ in range(7):
            world.next_epoch(-600, seconds=600)
        self._report()
        self.auction = self.house.start(CALLER, SAVED.account).event("Started").arguments["auction"]
        self.pool.bid(VENUE, self.auction, world.feed.latest_epoch(), most=20_000 * 10**6)
        self.cash_before = self.pool.free_cash
        self.state = self.house.auction(self.auction)
        award = world.market
        world.next_epoch()
        who = Winner(self.pool.address, lot_account(self.auction, SAVED.version), INITIAL_LEVEL)
        deployment = world.system.deployment
        self.proven: ProvenSettlement = prove_settlement(
            deployment, SAVED, award, self.state.terms, who
        )
        self.pool.settle(VENUE, self.auction, self.proven, VENUE.address)

    def _enter(self) -> None:
        self.pool.request_deposit(SAVER, DEPOSIT)
        self.world.next_epoch()
        self.pool.price(CALLER, self.world.feed.latest_epoch(), [])
        self.pool.serve_deposit(CALLER, SAVER.address)
        self.first_shares = self.pool.shares(SAVER.address)

    def _report(self) -> None:
        epoch = self.world.feed.latest_epoch() - 1
        snapshot = self.world.feed.snapshot(epoch)
        proof = prove_short_for(self.world.system.deployment, SAVED, snapshot, CALLER.address)
        self.world.registry.report_shortfall(CALLER, epoch, proof)


@pytest.fixture(scope="module")
def purchase(market: World) -> Iterator[Purchase]:
    with undone(market):
        yield Purchase(replace(market))


def test_the_pool_bids_in_its_window_at_its_factor(purchase: Purchase) -> None:
    assert purchase.state.winner == purchase.pool.address
    assert purchase.state.discount == purchase.house.params()["poolFactor"]


def test_the_lot_is_an_account_of_the_pool(purchase: Purchase) -> None:
    lot = purchase.proven.made.lot
    state = purchase.world.registry.account(lot.account)

    assert (state.status, state.owner) == (Status.HEALTHY, purchase.pool.address)
    assert purchase.pool.accounts == (lot.account,)


def test_the_pool_pays_with_its_cash(purchase: Purchase) -> None:
    made, params = purchase.proven.made, purchase.house.params()
    paid = purchase.cash_before + purchase.state.bond - purchase.pool.free_cash

    assert purchase.first_shares == FIRST_SHARES
    assert purchase.cash_before == DEPOSIT - purchase.state.bond
    assert paid == made.slice.price + made.top_up + award_fee(made, params["fee"])


def test_a_nav_proof_prices_the_shares(purchase: Purchase) -> None:
    world, pool, lot = purchase.world, purchase.pool, purchase.proven.made.lot
    pool.request_deposit(OWNER, LATER)
    world.next_epoch()
    epoch, cash = world.feed.latest_epoch(), pool.free_cash
    receipt = pool.price(CALLER, epoch, [pool.prove(lot, world.market)])
    pool.serve_deposit(CALLER, OWNER.address)
    priced = receipt.event("Priced").arguments
    value = cash + margin(lot, world.market).nav

    assert priced["value"] == value
    assert priced["supply"] == purchase.first_shares
    shares = LATER * (purchase.first_shares + 10**6) // (value + 1)
    assert pool.shares(OWNER.address) == shares


def test_a_command_prices_the_shares_with_the_books_of_the_pool(
    purchase: Purchase, tmp_path: Path
) -> None:
    world, lot = purchase.world, purchase.proven.made.lot
    write_book(book := tmp_path / "lot.json", lot)
    shell = Shell(world)
    world.next_epoch()
    without = shell.run("share-pool", "price")
    cash = purchase.pool.free_cash
    priced = shell.ask("share-pool", "price", str(book))
    told = shell.ask("share-pool", "status")

    assert (without.exit_code, f"account {lot.account} must be given" in without.stderr) == (
        2,
        True,
    )
    assert priced["value"] == exact_text(cash + margin(lot, world.market).nav, QUOTE)
    assert told["accounts"] == [str(lot.account)]
    assert told["share"] == priced["share"]


def test_a_nav_proof_of_another_value_is_refused(purchase: Purchase) -> None:
    world, pool, lot = purchase.world, purchase.pool, purchase.proven.made.lot
    world.next_epoch()
    proof = pool.prove(lot, world.market)
    lie = replace(proof, statement=replace(proof.statement, nav=proof.statement.nav + 1))

    with pytest.raises(Reverted, match="ProofInvalid"):
        pool.price(CALLER, world.feed.latest_epoch(), [lie])


def test_a_redemption_is_paid_down_to_the_unit(purchase: Purchase) -> None:
    world, pool, lot = purchase.world, purchase.pool, purchase.proven.made.lot
    shares = purchase.first_shares // 4
    pool.request_redemption(SAVER, shares)
    world.next_epoch()
    epoch = world.feed.latest_epoch()
    proof = pool.prove(lot, world.market)
    priced = pool.price(CALLER, epoch, [proof]).event("Priced").arguments
    before = Reserves(world.system).balance(SAVER.address)
    pool.serve_redemption(CALLER, SAVER.address)
    paid = Reserves(world.system).balance(SAVER.address) - before

    assert paid == shares * priced["value"] // (priced["supply"] + 10**6)
