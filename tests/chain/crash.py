# SPDX-License-Identifier: Apache-2.0
"""A crash on a chain with an auction house: one account that a slice saves, one that goes under.

The first is liquidated by two keepers of the engine, the second by the library's own actions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chain.world import INITIAL_LEVEL, OTHER_OWNER, OWNER, ROOT, VENUE, World

from zkmargin.book import Book
from zkmargin.chain.auction import AuctionHouse, AuctionState
from zkmargin.chain.cash_pool import CashPool
from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key, local_key
from zkmargin.chain.reserves import Reserves, ReservesState
from zkmargin.chain.settlement import ProvenSettlement, Winner, prove_settlement
from zkmargin.chain.statements import prove_short_for
from zkmargin.documents.book_document import load_book
from zkmargin.engine.chain_calls import ChainAttestor
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.engine.decision import Policy
from zkmargin.engine.keeper import Keeper
from zkmargin.engine.opening import OpeningsInMemory
from zkmargin.settlement import lot_account
from zkmargin.units import QUOTE

KEEPER, BIDDER, SAVER = local_key(6), local_key(7), local_key(8)
SAVED = load_book(ROOT / "examples" / "strangle_book.json")
LOST = load_book(ROOT / "examples" / "naked_book.json")
SAVINGS, POOLED, INSURED, PURSE = (n * QUOTE for n in (50_000, 800, 500, 1_000_000))
MOST = 20_000 * QUOTE


@dataclass(frozen=True)
class Totals:
    """What a settlement changes, in public [1e-6 quote]."""

    reserves: ReservesState
    purse: int
    bounty: int
    pool_gains: int


@dataclass(frozen=True)
class Sale:
    """One account's liquidation: the auction as it was awarded, and what changed by its settlement.

    epoch   of the award
    """

    auction: AuctionState
    before: Totals
    after: Totals


class Crash:
    """A system in which a crash happens, and what became of both accounts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.house = AuctionHouse(world.system)
        self.reserves = Reserves(world.system)

    def run(self) -> None:
        """From two sound accounts to two settlements."""
        self._open()
        for _ in range(7):
            self.world.next_epoch(-600, seconds=600)
        CashPool(self.world.system).activate(SAVER, SAVER.address)
        keepers = self._keeper(KEEPER, Policy(answer=False, most_factor=0), SAVED)
        keepers.step()
        keepers.step()
        self.reward = self._start_lost()
        self.rewards = self.owed(KEEPER.address)
        self.penalties = self.owed(self.world.system.insurance.address)
        self.world.next_epoch(seconds=600)
        bidder = self._keeper(BIDDER, self._bids(), SAVED)
        bidder.step()
        awards = self.world.feed.latest_epoch()
        self.house.bid(BIDDER, self.house.auction_of(LOST.account), awards, most=MOST)
        self.market = self.world.market
        self.world.next_epoch()
        self.saved = self._sold(SAVED, bidder.step)
        self.proven = self.prove_lost()
        self.lost = self._sold(LOST, self._settle_lost)

    def owed(self, who: str) -> int:
        """What the registry owes to an address."""
        functions = self.world.system.registry.functions
        return int(self.world.system.connection.call(functions.owed(who)))

    def prove_lost(self, winner: str = BIDDER.address) -> ProvenSettlement:
        """The settlement of the insolvent account, for a winner."""
        auction = self.house.auction(self.house.auction_of(LOST.account))
        who = Winner(winner, lot_account(auction.id, LOST.version), INITIAL_LEVEL)
        deployment = self.world.system.deployment
        return prove_settlement(deployment, LOST, self.market, auction.terms, who)

    def _open(self) -> None:
        for book, owner in ((SAVED, OWNER), (LOST, OTHER_OWNER)):
            self.reserves.deposit(owner, book.account, book.cash)
            self.world.open(book, owner)
        self.reserves.deposit(SAVER, 23, SAVINGS)
        CashPool(self.world.system).deposit(SAVER, POOLED)
        self.reserves.insure(VENUE, INSURED)
        house = self.world.system.deployment.address("LiquidationAuction")
        self.world.registry.approve(BIDDER, PURSE, house)

    def _start_lost(self) -> Receipt:
        epoch = self.world.feed.latest_epoch() - 1
        snapshot = self.world.feed.snapshot(epoch)
        deployment = self.world.system.deployment
        proof = prove_short_for(deployment, LOST, snapshot, KEEPER.address)
        self.world.registry.report_shortfall(VENUE, epoch, proof)
        return self.house.start(VENUE, LOST.account)

    def _settle_lost(self) -> None:
        auction = self.house.auction_of(LOST.account)
        self.receipt = self.house.settle(BIDDER, auction, self.proven, VENUE.address)

    def _sold(self, book: Book, settle: Any) -> Sale:
        auction = self.house.auction(self.house.auction_of(book.account))
        before = self._totals(book)
        settle()
        return Sale(auction, before, self._totals(book))

    def _totals(self, book: Book) -> Totals:
        return Totals(
            self.reserves.state(),
            self.reserves.balance(BIDDER.address),
            self.world.registry.account(book.account).bounty,
            CashPool(self.world.system).share(SAVER.address).gain,
        )

    def _bids(self) -> Policy:
        return Policy(answer=False, report=False, start=False, most_price=MOST)

    def _keeper(self, key: Key, policy: Policy, *books: Book) -> Keeper:
        venue = ChainVenue(self.world.system, key)
        attestor = ChainAttestor(self.world.system.deployment, key.address, VENUE.address)
        openings = OpeningsInMemory(*books)
        return Keeper(venue, openings, attestor, policy, initial_level=INITIAL_LEVEL)
