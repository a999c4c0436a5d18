# SPDX-License-Identifier: Apache-2.0
"""`engine screen`: which of many books are short."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import (
    EXISTING,
    answer_no,
    as_json,
    level_option,
    next_step,
    print_json,
    say,
)
from zkmargin.documents.book_document import load_book
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.documents.writing import Json
from zkmargin.engine.holdings import holdings
from zkmargin.engine.screen import Screen, Verdict, resolve, screen
from zkmargin.report import money_text

_UNUSED = 1 << 247  # the margin does not depend on the blinding


@click.command("screen")
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@click.argument("book_files", metavar="BOOK...", type=EXISTING, nargs=-1, required=True)
@level_option
@as_json
def command(snapshot_file: Path, book_files: tuple[Path, ...], level: int, as_json: bool) -> None:
    """Screen BOOKs under SNAPSHOT; those that floats leave undecided go to the specification.

    Exit code 1 if a book is short, or has no margin at all.
    """
    snapshot = load_snapshot(snapshot_file)
    books = [load_book(path, lambda account, version: _UNUSED) for path in book_files]
    result = resolve(screen(holdings(books), snapshot, level), snapshot, books.__getitem__)
    rows = [_row(path, result, place) for place, path in enumerate(book_files)]
    if as_json:
        print_json({"books": list(rows)})
    for row in rows if not as_json else ():
        say("  ".join(str(value) for value in row.values()))
    bad = [r for r in rows if r["verdict"] != "healthy"]
    next_step(f"zkmargin check {bad[0]['book'] if bad else book_files[0]} {snapshot_file}")
    if bad:
        answer_no()


def _row(path: Path, result: Screen, place: int) -> dict[str, Json]:
    return {
        "book": str(path),
        "verdict": Verdict(int(result.verdict[place])).name.lower(),
        "excess": money_text(int(result.excess[place])),
        "bound": money_text(int(result.bound[place]) + 1),
        "worst_scenario": result.worst_scenario(place),
    }
