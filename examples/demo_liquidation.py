# SPDX-License-Identifier: Apache-2.0
"""The end of the demo: a crash, two keepers, one account saved by a slice, one that goes under.

The keepers are those of `zkmargin.engine`: they see what the chain says and the books they hold,
decide by themselves, and prove what the contracts ask for. Nothing here tells them what to do.
"""

from __future__ import annotations

from rich.table import Table

from examples.crash_stage import (
    BOOK_FILES,
    BOOKS,
    INITIAL_LEVEL,
    KEEPER,
    OWNERS,
    SAVER,
    SECOND_KEEPER,
    VENUE,
    Stage,
    stage,
)
from examples.demo_steps import BUILD, console, step, zkmargin
from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.cash_pool import CashPool
from zkmargin.chain.feed import LEVELS, Feed
from zkmargin.chain.key import Key
from zkmargin.documents.book_document import load_book
from zkmargin.documents.decimal_text import grouped_text
from zkmargin.documents.snapshot_document import rate_text
from zkmargin.engine.chain_calls import ChainAttestor
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.engine.decision import Policy
from zkmargin.engine.holdings import holdings
from zkmargin.engine.keeper import Keeper
from zkmargin.engine.opening import OpeningsInMemory
from zkmargin.engine.screen import Verdict, screen
from zkmargin.loss_waterfall import reduced_credit
from zkmargin.margin import margin
from zkmargin.settlement import slice_of
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, QUOTE, RATE_ONE

SAVED, LOST = BOOKS
LEFT = BUILD / "strangle_left.json"
REPORTS = Policy(answer=False, most_factor=0)
BIDS = Policy(answer=False, report=False, start=False, most_price=20_000 * QUOTE)


def show(snapshot: Snapshot) -> None:
    """The whole crash, on a chain of its own."""
    step("18. A chain with an auction house, pools and an insurance fund; two accounts, both sound")
    with stage(snapshot) as chain:
        for book, owner in zip(BOOKS, OWNERS, strict=True):
            chain.open(book, owner)
        chain.save()
        show_accounts(chain, "Healthy")
        show_reserves(chain)
        crash(chain)
        reported(chain)
        settled(chain)
        show_saved(chain)
        show_loss(chain)
        show_carried(chain)


def crash(chain: Stage) -> None:
    """Seven epochs of -6 %, ten minutes apart: the breaker warns, and stays below its freeze."""
    step("19. ETH falls by a third in 70 minutes")
    table = Table("epoch", "ETH", "breaker", *(f"account {b.account}" for b in BOOKS))
    for _ in range(7):
        chain.next_epoch(-6, seconds=600)
        head, level = chain.market.header, Feed(chain.system).state().level
        words = [chain.account(book).status.word for book in BOOKS]
        table.add_row(str(head.epoch), money(head.index), f"{level}, {LEVELS[level]}", *words)
    console.print(table)
    CashPool(chain.system).activate(SAVER, SAVER.address)


def reported(chain: Stage) -> None:
    """The first keeper screens, proves the shortfalls and starts the auctions."""
    step("20. A keeper screens the books it holds: floats with a certified error bound")
    show_screen(chain)
    step("21. It proves both shortfalls, and starts both auctions; it does not bid")
    first = keeper(chain, KEEPER, REPORTS)
    run(first)
    show_accounts(chain, "Liquidatable")
    run(first)
    show_accounts(chain, "InAuction")
    owed = chain.system.connection.call(chain.system.registry.functions.owed(KEEPER.address))
    console.print(f"  its rewards, from the accounts' bounties: {money(owed)}")


def settled(chain: Stage) -> None:
    """The second keeper bids once the price has fallen to its liking, and settles by proof."""
    step("22. Ten minutes later the price factor has fallen below 0.9: the second keeper bids")
    house = chain.system.deployment.address("LiquidationAuction")
    chain.registry.approve(SECOND_KEEPER, 1_000_000 * QUOTE, house)
    chain.next_epoch(seconds=600)
    second = keeper(chain, SECOND_KEEPER, BIDS)
    run(second)
    show_accounts(chain, "Awarded")
    step("23. One epoch later it settles: a proof of the slice, and a margin proof of its own lot")
    chain.next_epoch()
    run(second)
    show_accounts(chain, "Healthy")


def show_saved(chain: Stage) -> None:
    """What became of the account that had something left."""
    step(f"24. Account {SAVED.account}: the smallest slice that restores 1.2 times the requirement")
    house = AuctionHouse(chain.system)
    auction = house.auction(house.auction_of(SAVED.account))
    taken = slice_of(SAVED, Feed(chain.system).snapshot(auction.epoch), auction.terms)
    show_event(chain, "SliceSettled", auction.id)
    console.print(f"  {taken.fraction / 10_000:.4f} % of every position, at factor ", end="")
    console.print(f"{auction.discount / 10**6:.4f}; one step of 0.0001 % less would not do")
    console.print(f"  new commitment {chain.account(SAVED).commitment:#x}", style="green")
    step("25. Its owner finds the book that is left, with the old one and the chain alone")
    LEFT.unlink(missing_ok=True)
    zkmargin("chain", "auction", "remainder", str(BOOK_FILES[0]), "-o", str(LEFT))
    zkmargin("chain", "prove", str(LEFT), "--local-account", "4")


def show_loss(chain: Stage) -> None:
    """The waterfall of the account that was insolvent, and who carries what is left."""
    step(f"26. Account {LOST.account} was insolvent: pool, then insurance, then everybody")
    house = AuctionHouse(chain.system)
    show_event(chain, "DeficitPaid", house.auction_of(LOST.account))
    zkmargin("chain", "reserves")
    rate = chain.reserves.state().credit_rate
    if rate >= RATE_ONE:
        raise SystemExit("no loss was socialised")
    worth = chain.reserves.worth(1_000 * QUOTE)
    console.print(f"  1,000 of cash is worth {money(worth)} now: the public rate is ", end="")
    console.print(f"{rate / RATE_ONE:.6f}")


def show_carried(chain: Stage) -> None:
    """The epoch after the loss: the signers' snapshot credits cash with what stands behind it."""
    step("27. The next snapshot carries that rate: nobody can prove with cash that is not there")
    before, left = chain.market, load_book(LEFT)
    credit = reduced_credit(before.header.credit, chain.reserves.state().credit_rate)
    chain.next_epoch(credit=credit)
    table = Table(f"account {left.account}", "a unit of cash counts", "cash", "NAV", "excess")
    markets = (before, Feed(chain.system).snapshot(chain.market.header.epoch))
    reports = [margin(left, market) for market in markets]
    for market, report in zip(markets, reports, strict=True):
        words = (f"epoch {market.header.epoch}", rate_text(market.header.credit))
        table.add_row(*words, *(money(n) for n in (left.cash, report.nav, report.excess(BPS))))
    console.print(table)
    if reports[1].nav >= reports[0].nav:
        raise SystemExit("the loss is not in the next snapshot")
    zkmargin("chain", "prove", str(LEFT), "--local-account", "4")


def keeper(chain: Stage, key: Key, policy: Policy) -> Keeper:
    """A keeper that holds the openings of both accounts."""
    venue = ChainVenue(chain.system, key)
    attestor = ChainAttestor(chain.system.deployment, key.address, VENUE.address)
    openings = OpeningsInMemory(*BOOKS)
    return Keeper(venue, openings, attestor, policy, initial_level=INITIAL_LEVEL)


def run(one: Keeper) -> None:
    """One step of a keeper, and why it did what it did."""
    for seen, decision in one.step():
        done = decision.action.kind.value if decision.action else "nothing"
        console.print(f"  account {seen.account.id}: [bold]{done}[/], since {decision.reason}")


def show_screen(chain: Stage) -> None:
    """NAV, requirement and verdict of every book, as the keeper computes them."""
    result = screen(holdings(BOOKS), chain.market)
    table = Table(
        "account", "NAV", "requirement", "excess", "certified to", "worst case", "verdict"
    )
    for place, book in enumerate(BOOKS):
        margins = result.margins
        figures = (margins.nav, margins.mmr, result.excess)
        table.add_row(
            str(book.account),
            *(f"{column[place] / QUOTE:,.2f}" for column in figures),
            f"{result.bound[place] / QUOTE:.6f}",
            result.worst_scenario(place),
            Verdict(int(result.verdict[place])).name.lower(),
        )
    console.print(table)


def show_accounts(chain: Stage, expected: str) -> None:
    """What the chain says of both accounts, which must be what the demo announced."""
    for book in BOOKS:
        word = chain.account(book).status.word
        console.print(f"  account {book.account} is [bold green]{word}")
        if word != expected:
            raise SystemExit(f"account {book.account} is {word}, not {expected}")


def show_reserves(chain: Stage) -> None:
    """The public totals."""
    state = chain.reserves.state()
    console.print(f"  vault {money(state.assets)} for {money(state.net_cash)} of cash; ", end="")
    console.print(f"pool {money(state.pool)}, insurance {money(state.insurance)}")


def show_event(chain: Stage, name: str, auction: int) -> None:
    """The latest event of a name, in money."""
    topic: list[object] = [getattr(chain.system.auction_house.events, name)().topic]
    topics = [*topic, f"0x{auction:064x}"]
    address = chain.system.deployment.address("LiquidationAuction")
    (event,) = chain.system.connection.events([address], chain.system.deployment.block, topics)
    shown = [
        f"{key} {money(value)}"
        for key, value in event.arguments.items()
        if isinstance(value, int) and key not in ("auction", "lotAccount", "fraction")
    ]
    console.print(f"  {name}: {', '.join(shown)}", style="green")


def money(amount: int) -> str:
    """An amount [1e-6 quote] to the cent."""
    return grouped_text(amount, QUOTE)
