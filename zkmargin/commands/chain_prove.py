# SPDX-License-Identifier: Apache-2.0
"""`chain prove`: a margin proof, made and sent."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.statements import prove_for
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, answer_no, as_json, next_step, say, stages
from zkmargin.margin import healthy, margin
from zkmargin.report import verdict
from zkmargin.units import BPS


@click.command("prove")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--epoch", type=int, help="Default: the latest.")
@view_secret_option
@chain_options
@as_json
def command(
    book_file: Path,
    epoch: int | None,
    view_secret: Path | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Prove the margin of BOOK under an epoch's snapshot, which is rebuilt from the chain's logs.

    Anyone who has the book may send it. It answers a call. Exit code 1 if the book is short.
    """
    book = open_book(book_file, view_secret)
    with stages() as log:
        system = chain.system(log)
        registry, feed = Registry(system), Feed(system)
        registry.check_book(book, registry.account(book.account))
        chosen = feed.latest_epoch() if epoch is None else epoch
        snapshot = feed.snapshot(chosen)
        report = margin(book, snapshot)
        if not healthy(report, BPS):
            say(verdict(report, BPS))
            next_step("add cash or reduce the position, then: zkmargin chain advance BOOK")
            answer_no()
        proof = prove_for(system.deployment, book, snapshot, progress=log)
        receipt = registry.prove(chain.key(system.connection.chain_id), chosen, proof)
    tell(receipt, as_json, account=str(book.account), epoch=chosen)
    next_step(f"zkmargin chain status {book.account}")
