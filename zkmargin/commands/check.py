# SPDX-License-Identifier: Apache-2.0
"""`check`: the margin of a book under a snapshot."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.opening import report_of
from zkmargin.commands.terminal import (
    EXISTING,
    answer_no,
    as_json,
    level_option,
    next_step,
    print_json,
    show,
)
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import healthy
from zkmargin.report import margin_document, margin_table, scenario_table, verdict


@click.command("check")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@level_option
@as_json
def command(book_file: Path, snapshot_file: Path, level: int, as_json: bool) -> None:
    """The margin of BOOK under SNAPSHOT.

    Exit code 0 if the book is healthy at the level, 1 if it is short. The book needs no blinding.
    """
    report = report_of(book_file, load_snapshot(snapshot_file))
    document = margin_document(report, level)
    if as_json:
        print_json(document)
    else:
        show(scenario_table(report))
        show(margin_table(report, level))
        show(verdict(report, level))
    if not healthy(report, level):
        next_step("add cash or reduce the position, then check again")
        answer_no()
    next_step(f"zkmargin prove {book_file} {snapshot_file}")
