# SPDX-License-Identifier: Apache-2.0
"""`chain auction bid`: a bid for the smallest slice that restores an account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.share_pool import SharePool
from zkmargin.commands.chain_auction_status import running_auction
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, answer_no, as_json, next_step, say
from zkmargin.documents.decimal_text import exact_text
from zkmargin.margin import healthy, margin
from zkmargin.report import money_text, verdict
from zkmargin.settlement import lot_account, settlement
from zkmargin.units import BPS, FRACTION_ONE, QUOTE


@click.command("bid")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--target", type=int, metavar="BPS", help="A level below 10000: a partial bid.")
@click.option("--pool", is_flag=True, help="For the share pool; its manager sends it.")
@view_secret_option
@chain_options
@as_json
def command(
    book_file: Path,
    target: int | None,
    pool: bool,
    view_secret: Path | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Bid for the account of BOOK at the price factor of now, under the latest epoch.

    The bond is taken at once; settle within the time that it buys. Exit code 1 if BOOK is healthy.
    """
    book = open_book(book_file, view_secret)
    system = chain.system()
    house, feed, registry = AuctionHouse(system), Feed(system), Registry(system)
    registry.check_book(book, registry.account(book.account))
    auction, epoch = running_auction(house, book.account), feed.latest_epoch()
    auction = replace(auction, target=target or auction.target)
    snapshot = feed.snapshot(epoch)
    if healthy(report := margin(book, snapshot), BPS):
        say(verdict(report, BPS))
        next_step(f"anyone may cure it: zkmargin chain prove {book_file}")
        answer_no()
    lot, level = lot_account(auction.id, book.version), registry.params()["initialLevel"]
    made = settlement(book, snapshot, auction.terms, lot, level)
    say(f"slice {exact_text(made.slice.fraction, FRACTION_ONE)} for {money_text(made.slice.price)}")
    say(f"top-up of the lot {money_text(made.top_up)}, deficit {money_text(made.slice.deficit)}")
    key = chain.key(system.connection.chain_id)
    bidder = SharePool(system) if pool else house
    most = made.slice.price
    receipt = bidder.bid(key, auction.id, epoch, most=most, target=auction.target)
    price = exact_text(made.slice.price, QUOTE)
    tell(receipt, as_json, account=str(book.account), auction=str(auction.id), price=price)
    again = " --pool" if pool else ""
    next_step(f"after the next epoch: zkmargin chain auction settle {book_file} -o LOT{again}")
