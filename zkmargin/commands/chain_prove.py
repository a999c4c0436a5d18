# SPDX-License-Identifier: Apache-2.0
"""`chain prove`: margin proofs, made and sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from zkmargin.book import Book
from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.statements import prove_for
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, answer_no, as_json, next_step, say, stages
from zkmargin.margin import healthy, margin
from zkmargin.report import verdict
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS


@click.command("prove")
@click.argument("book_files", metavar="BOOK...", type=EXISTING, nargs=-1, required=True)
@click.option("--epoch", type=int, help="Default: the latest.")
@view_secret_option
@chain_options
@as_json
def command(
    book_files: tuple[Path, ...],
    epoch: int | None,
    view_secret: Path | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Prove the margin of BOOK under an epoch's snapshot, which is rebuilt from the chain's logs.

    Anyone who has the book may send it. It answers a call. Several books go in one transaction, for
    a third of the gas an account. Exit code 1 if a book is short: then nothing is sent.
    """
    books = [open_book(path, view_secret) for path in book_files]
    with stages() as log:
        system = chain.system(log)
        registry, feed = Registry(system), Feed(system)
        for book in books:
            registry.check_book(book, registry.account(book.account))
        chosen = feed.latest_epoch() if epoch is None else epoch
        snapshot = feed.snapshot(chosen)
        _stop_if_short(books, snapshot)
        key = chain.key(system.connection.chain_id)
        proofs = [prove_for(system.deployment, book, snapshot, progress=log) for book in books]
        if len(proofs) == 1:
            receipt = registry.prove(key, chosen, proofs[0])
        else:
            receipt = registry.prove_batch(key, [(chosen, proof) for proof in proofs])
    proven = [str(e.arguments["account"]) for e in receipt.events if e.name == "Proven"]
    tell(receipt, as_json, account=proven[0] if len(books) == 1 else [*proven], epoch=chosen)
    next_step(f"zkmargin chain status {books[0].account}")


def _stop_if_short(books: Sequence[Book], snapshot: Snapshot) -> None:
    """Ends the command if a book is short, and says which."""
    reports = [margin(book, snapshot) for book in books]
    short = [report for report in reports if not healthy(report, BPS)]
    for report in short:
        say(f"account {report.book.account} is {verdict(report, BPS)}")
    if short:
        next_step("add cash or reduce the position, then: zkmargin chain advance BOOK")
        answer_no()
