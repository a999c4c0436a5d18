# SPDX-License-Identifier: Apache-2.0
"""`snapshot show`: a snapshot, checked, with its hash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zkmargin.commands.terminal import EXISTING, as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import binary, exact_text, grouped_text, root, rounded_text
from zkmargin.documents.reading import time_text
from zkmargin.documents.snapshot_document import dump_snapshot, load_snapshot
from zkmargin.option import total_variance
from zkmargin.snapshot import Row, Snapshot
from zkmargin.units import (
    BPS,
    QUOTE,
    SECONDS_PER_YEAR,
    SIZE,
    VARIANCE_BITS,
    VOL_MULTIPLIER_BITS,
)

if TYPE_CHECKING:
    from rich.table import Table


@click.command("show")
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@as_json
def command(snapshot_file: Path, as_json: bool) -> None:
    """SNAPSHOT with its hash, after every rule that a signer checks.

    --json prints the whole document, params inline, from which the same hash follows.
    """
    snapshot = load_snapshot(snapshot_file)
    if as_json:
        print_json(dump_snapshot(snapshot))
    else:
        show(_table(snapshot))
        show(_header(snapshot))
    next_step(f"zkmargin check BOOK {snapshot_file}")


def _header(snapshot: Snapshot) -> str:
    head, params = snapshot.header, snapshot.params
    return (
        f"feed {head.feed}, {exact_text(head.contract_size, SIZE)} tokens per contract, "
        f"epoch {head.epoch}, {time_text(head.timestamp)}\n"
        f"index {exact_text(head.index, QUOTE)}, perp mark {exact_text(head.perp_mark, QUOTE)}, "
        f"funding {exact_text(head.cumulative_funding, QUOTE)} per contract\n"
        f"params {params.name}, {len(params.scenarios)} scenarios, {params.digest:#066x}\n"
        f"hash   {snapshot.hash:#066x}"
    )


def _table(snapshot: Snapshot) -> Table:
    from rich.table import Table

    table = Table()
    for name in ("expiry", "forward", "vol at the money", "vol up", "vol down", "basis"):
        table.add_column(name, justify="left" if name == "expiry" else "right")
    for row in snapshot.rows:
        table.add_row(*_cells(row, snapshot.header.timestamp))
    return table


def _cells(row: Row, clock: int) -> list[str]:
    expiry, price = time_text(row.expiry), grouped_text(row.forward, QUOTE)
    if row.settled:
        return [expiry, price, "settled", "", "", ""]
    multipliers = [
        f"x {rounded_text(binary(value, VOL_MULTIPLIER_BITS), 3)}"
        for value in (row.vol_up, row.vol_down)
    ]
    return [
        expiry,
        price,
        vol_at_the_money(row, clock),
        *multipliers,
        exact_text(row.basis_factor, BPS),
    ]


def vol_at_the_money(row: Row, clock: int) -> str:
    """Annual vol of a live row at its forward, as a percentage."""
    seconds = row.expiry - clock
    variance = binary(total_variance(row.svi, 0) * SECONDS_PER_YEAR, VARIANCE_BITS) / seconds
    return f"{rounded_text(100 * root(variance), 2)}%"
