# SPDX-License-Identifier: Apache-2.0
"""`chain report`: a proof of shortfall, made and sent."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.statements import prove_short_for
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, answer_no, as_json, next_step, say, stages
from zkmargin.margin import healthy, margin
from zkmargin.report import verdict
from zkmargin.units import BPS


@click.command("report")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--epoch", type=int, help="Default: the one before the latest.")
@click.option("--beneficiary", metavar="ADDRESS", help="Who is rewarded; default: the sender.")
@view_secret_option
@chain_options
@as_json
def command(
    book_file: Path,
    epoch: int | None,
    beneficiary: str | None,
    view_secret: Path | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Prove that BOOK is below maintenance margin; its account is Liquidatable at once.

    The snapshot must be at least one epoch old. Exit code 1 if the book is healthy under it.
    """
    book = open_book(book_file, view_secret)
    with stages() as log:
        system = chain.system(log)
        registry, feed = Registry(system), Feed(system)
        registry.check_book(book, registry.account(book.account))
        key = chain.key(system.connection.chain_id)
        chosen = feed.latest_epoch() - 1 if epoch is None else epoch
        snapshot = feed.snapshot(chosen)
        report = margin(book, snapshot)
        if healthy(report, BPS):
            say(verdict(report, BPS))
            next_step("leave the account alone: a healthy book has no proof of shortfall")
            answer_no()
        proof = prove_short_for(
            system.deployment, book, snapshot, beneficiary or key.address, progress=log
        )
        receipt = registry.report_shortfall(key, chosen, proof)
    tell(receipt, as_json, account=str(book.account), epoch=chosen)
    next_step(f"zkmargin chain status {book.account}")
