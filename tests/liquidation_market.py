# SPDX-License-Identifier: Apache-2.0
"""A small venue in this process: a market that can crash, and accounts that then fall short."""

from __future__ import annotations

from dataclasses import replace

from screen_market import CLOCK, DAYS, venue_params

from zkmargin.book import Book, Slot
from zkmargin.engine.local_chain import LocalChain
from zkmargin.engine.local_state import LocalRules
from zkmargin.engine.opening import OpeningsInMemory
from zkmargin.params import RiskParams
from zkmargin.snapshot import Header, Snapshot
from zkmargin.snapshot_rules import live_row, svi_from_real
from zkmargin.units import QUOTE, SIZE

PARAMS: RiskParams = venue_params()
EXPIRY = CLOCK + 28 * 86_400
START = 3_000 * QUOTE
OWNER = "owner"


def market(epoch: int, price: int = START) -> Snapshot:
    """Two expiries at 60 % vol, the index at a price [1e-6 quote]."""
    time = CLOCK + epoch * 60
    rows = []
    for days in (DAYS[6], DAYS[8]):
        expiry = CLOCK + days * 86_400
        variance = 0.36 * (expiry - time) / 31_536_000
        svi = svi_from_real(variance * 0.7, variance * 0.3 / 0.3, -0.2, 0.0, 0.3)
        rows.append(live_row(expiry, price + 5 * QUOTE, svi, PARAMS, time))
    return Snapshot(Header(1, SIZE, epoch, time, price, price), PARAMS, tuple(rows))


def short_put_book(account: int, cash: int, *, contracts: int = 10, perp: int = 0) -> Book:
    """Short puts at the money and a perp: safe with enough cash [quote], short after a crash."""
    return Book(
        account=account,
        version=1,
        cash=cash * QUOTE,
        base=0,
        perp=perp * SIZE,
        perp_entry=perp * START,
        slots=(Slot(EXPIRY, 3_000 * QUOTE, 0, -contracts * SIZE),),
        blinding=(1 << 200) + account,
    )


def opened_chain(books: list[Book], rules: LocalRules | None = None) -> LocalChain:
    """A chain at epoch 2 with these accounts, each with a bounty of 100 quote."""
    chain = LocalChain(rules or LocalRules(), CLOCK)
    chain.publish(market(1))
    for book in books:
        chain.open(book, OWNER, 100 * QUOTE)
    chain.publish(market(2))
    return chain


def openings_of(books: list[Book]) -> OpeningsInMemory:
    """All of these books, opened."""
    return OpeningsInMemory(*books)


def with_insurance(chain: LocalChain, amount: int) -> None:
    """A block in which the insurance fund gets an amount [quote]."""
    chain.mine(
        1,
        lambda state: vars(state).update(
            money=replace(state.money, insurance=state.money.insurance + amount * QUOTE)
        ),
    )
