# SPDX-License-Identifier: Apache-2.0
"""`chain auction settle`: the winner pays and takes its lot."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.auction_stage import Stage
from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.settlement import Winner, prove_settlement
from zkmargin.chain.share_pool import SharePool
from zkmargin.commands.chain_auction_status import running_auction
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, say, stages
from zkmargin.documents.book_document import write_book
from zkmargin.errors import SettingError
from zkmargin.settlement import lot_account


@click.command("settle")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--holder", metavar="ADDRESS", help="Opening holder of the lot; default: the sender.")
@click.option("-o", "--output", type=OUTPUT, required=True, help="The lot, a book of its own.")
@click.option("--pool", is_flag=True, help="For the share pool; its manager sends it.")
@view_secret_option
@chain_options
@as_json
def command(
    book_file: Path,
    holder: str | None,
    output: Path,
    pool: bool,
    view_secret: Path | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Settle the award of BOOK's account: prove the slice, pay, and open the lot's account.

    The sender is the winner, or manages the pool that is. OUTPUT is written before anything is
    sent, and is as secret as a book.
    """
    book = open_book(book_file, view_secret)
    with stages() as log:
        system = chain.system(log)
        house, registry = AuctionHouse(system), Registry(system)
        registry.check_book(book, registry.account(book.account))
        auction, key = running_auction(house, book.account), chain.key(system.connection.chain_id)
        if auction.stage is not Stage.AWARDED:
            raise SettingError("auction", auction.stage.word, "must be awarded")
        winner = SharePool(system).address if pool else key.address
        if auction.winner != winner:
            raise SettingError("winner", auction.winner, f"must be {winner}, for whom this is sent")
        lot, level = lot_account(auction.id, book.version), registry.params()["initialLevel"]
        proven = prove_settlement(
            system.deployment,
            book,
            Feed(system).snapshot(auction.epoch),
            auction.terms,
            Winner(winner, lot, level),
            progress=log,
        )
        write_book(output, proven.made.lot)
        say(f"wrote {output}: keep it secret, and keep it")
        buyer = SharePool(system) if pool else house
        receipt = buyer.settle(key, auction.id, proven, holder or key.address)
    tell(receipt, as_json, account=str(book.account), auction=str(auction.id), lot=str(lot))
    next_step(f"zkmargin guard {output}")
