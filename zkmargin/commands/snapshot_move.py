# SPDX-License-Identifier: Apache-2.0
"""`snapshot move`: the next epoch of a market that moved."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from zkmargin.commands.terminal import (
    EXISTING,
    OUTPUT,
    as_json,
    next_step,
    plain_decimal,
    print_json,
    say,
)
from zkmargin.documents.reading import Field
from zkmargin.documents.snapshot_document import credit_of, dump_snapshot, load_snapshot
from zkmargin.documents.writing import write_document
from zkmargin.errors import SnapshotError
from zkmargin.market_move import moved
from zkmargin.units import QUOTE


def _credit(text: str) -> int:
    return credit_of(Field("credit", "", text, SnapshotError))


@click.command("move")
@click.argument("file", metavar="SNAPSHOT", type=EXISTING)
@click.option("--index", type=plain_decimal, required=True, metavar="PRICE", help="New index.")
@click.option("--seconds", type=int, default=60, show_default=True, help="How much later.")
@click.option(
    "--credit",
    type=_credit,
    metavar="RATE",
    help="What positive cash counts for, 0 to 1: the vault's rate after a socialised loss.",
)
@click.option("-o", "--output", type=OUTPUT, required=True)
@as_json
def command(
    file: Path, index: Decimal, seconds: int, credit: int | None, output: Path, as_json: bool
) -> None:
    """Write the next epoch of SNAPSHOT after a move of the market, for drills and demonstrations.

    Every price moves by one factor, every annual vol stays, and what expires meanwhile settles.
    """
    before, price = load_snapshot(file), int(index * QUOTE)
    snapshot = moved(before, index=price, seconds=seconds, credit=credit)
    write_document(output, dump_snapshot(snapshot))
    if as_json:
        print_json({"snapshot": str(output), "hash": f"{snapshot.hash:#066x}"})
    say(f"wrote {output}: epoch {snapshot.header.epoch}, hash {snapshot.hash:#066x}")
    next_step(f"zkmargin chain publish {output}")
