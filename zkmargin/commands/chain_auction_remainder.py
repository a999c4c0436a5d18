# SPDX-License-Identifier: Apache-2.0
"""`chain auction remainder`: the owner's book after a settlement, from the chain alone."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_auction_status import running_auction
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say
from zkmargin.documents.book_document import write_book
from zkmargin.errors import BookError
from zkmargin.settlement import slice_of


@click.command("remainder")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("-o", "--output", type=OUTPUT, required=True, help="The book that is left.")
@view_secret_option
@chain_options
@as_json
def command(
    book_file: Path, output: Path, view_secret: Path | None, chain: ChainOptions, as_json: bool
) -> None:
    """Write what a settlement of the latest auction left of BOOK, the book before it.

    The owner needs nobody for this: price and slice are public, the blinding follows from the old.
    """
    book = open_book(book_file, view_secret)
    system = chain.system()
    house = AuctionHouse(system)
    auction = running_auction(house, book.account)
    found = [s for s in house.slices(auction.id) if s.version == book.version]
    if not found:
        rule = f"nothing of it was sold in auction {auction.id}"
        raise BookError("version", book.version, rule)
    taken = slice_of(book, Feed(system).snapshot(found[0].epoch), found[0].terms)
    Registry(system).check_book(taken.remainder, Registry(system).account(book.account))
    write_book(output, taken.remainder)
    if as_json:
        print_json({"account": str(book.account), "version": str(taken.remainder.version)})
    say(f"wrote {output}, version {taken.remainder.version}: it opens the account's commitment")
    next_step(f"zkmargin guard {output}")
