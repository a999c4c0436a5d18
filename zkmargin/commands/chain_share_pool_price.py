# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool price`: NAV proofs of the pool's accounts, made and sent."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.book import Book
from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.share_pool import Pricing, SharePool
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, as_json, next_step, say, stages
from zkmargin.documents.decimal_text import exact_text
from zkmargin.errors import BookError
from zkmargin.report import money_text
from zkmargin.units import QUOTE, SHARE


@click.command("price")
@click.argument("book_files", metavar="[BOOK]...", type=EXISTING, nargs=-1)
@view_secret_option
@chain_options
@as_json
def command(
    book_files: tuple[Path, ...], view_secret: Path | None, chain: ChainOptions, as_json: bool
) -> None:
    """Price the shares under the latest epoch; needs the BOOK of every account of the pool.

    Only each book's NAV becomes public. A pool without accounts is priced by its cash alone.
    """
    books = {book.account: book for book in (open_book(p, view_secret) for p in book_files)}
    with stages() as log:
        system = chain.system(log)
        pool, feed, registry = SharePool(system), Feed(system), Registry(system)
        ordered = _ordered(books, pool.accounts)
        for book in ordered:
            registry.check_book(book, registry.account(book.account))
        epoch = feed.latest_epoch()
        snapshot = feed.snapshot(epoch)
        proofs = [pool.prove(book, snapshot, log) for book in ordered]
        receipt = pool.price(chain.key(system.connection.chain_id), epoch, proofs)
    priced = receipt.event("Priced").arguments
    at = Pricing(epoch, priced["value"], priced["supply"])
    say(f"a share pays {money_text(at.worth(SHARE))}")
    value, share = (exact_text(amount, QUOTE) for amount in (at.value, at.worth(SHARE)))
    supply = exact_text(at.supply, SHARE)
    tell(receipt, as_json, epoch=epoch, value=value, supply=supply, share=share)
    next_step("zkmargin chain share-pool serve HOLDER")


def _ordered(books: dict[int, Book], accounts: tuple[int, ...]) -> list[Book]:
    """One book an account, in the pool's order; raises BookError for a missing or a strange one."""
    for account in books.keys() - set(accounts):
        raise BookError("account", account, f"is none of the pool's, which are {list(accounts)}")
    for account in accounts:
        if account not in books:
            raise BookError("account", "no book", f"the pool's account {account} must be given")
    return [books[account] for account in accounts]
