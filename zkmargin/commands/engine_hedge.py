# SPDX-License-Identifier: Apache-2.0
"""`engine hedge`: what to trade against a lot."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import EXISTING, answer_no, as_json, next_step, print_json, say
from zkmargin.documents.book_document import load_book
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.engine.hedge import HedgeCosts, hedge_plan
from zkmargin.report import money_text
from zkmargin.units import QUOTE, SIZE

_UNUSED = 1 << 247  # the margin does not depend on the blinding


@click.command("hedge")
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--half-spread", default=3, show_default=True, help="Of the perp [bps].")
@click.option("--fee", default=5, show_default=True, help="Of the perp's notional [bps].")
@as_json
def command(
    snapshot_file: Path, book_file: Path, half_spread: int, fee: int, as_json: bool
) -> None:
    """The perp trade that brings BOOK's delta to zero under SNAPSHOT.

    Exit code 1 if the requirement falls by less than the trade costs.
    """
    book = load_book(book_file, lambda account, version: _UNUSED)
    plan = hedge_plan(book, load_snapshot(snapshot_file), HedgeCosts(half_spread, fee))
    if as_json:
        print_json(
            {
                "delta": exact_text(plan.delta, SIZE),
                "trade": exact_text(plan.trade, SIZE),
                "cost": exact_text(plan.cost, QUOTE),
                "mmr_before": exact_text(plan.mmr_before, QUOTE),
                "mmr_after": exact_text(plan.mmr_after, QUOTE),
                "worthwhile": plan.worthwhile,
            }
        )
    else:
        side = "buy" if plan.trade > 0 else "sell"
        say(f"delta {exact_text(plan.delta, SIZE)} contracts")
        say(f"{side} {exact_text(abs(plan.trade), SIZE)} of the perp for {money_text(plan.cost)}")
        say(f"requirement {money_text(plan.mmr_before)} -> {money_text(plan.mmr_after)}")
    next_step(f"zkmargin check {book_file} {snapshot_file}")
    if not plan.worthwhile:
        answer_no()
