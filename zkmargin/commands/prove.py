# SPDX-License-Identifier: Apache-2.0
"""`prove`: a proof that a book has enough margin."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.opening import open_book, report_of, view_secret_option
from zkmargin.commands.proving_options import ProvingOptions, proving_options
from zkmargin.commands.terminal import (
    EXISTING,
    answer_no,
    as_json,
    level_option,
    next_step,
    print_json,
    say,
    stages,
)
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import healthy
from zkmargin.margin_proof import prove_margin
from zkmargin.report import margin_document, verdict


@click.command("prove")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@level_option
@view_secret_option
@proving_options
@as_json
def command(
    book_file: Path,
    snapshot_file: Path,
    level: int,
    view_secret: Path | None,
    proving: ProvingOptions,
    as_json: bool,
) -> None:
    """Prove that BOOK has enough margin under SNAPSHOT, without showing BOOK.

    Exit code 1 if it has not at the level: then no proof exists, and none is tried.
    """
    snapshot = load_snapshot(snapshot_file)
    book = open_book(book_file, view_secret)
    report = report_of(book_file, snapshot, book)
    say(verdict(report, level))
    if not healthy(report, level):
        if as_json:
            print_json(margin_document(report, level))
        next_step("add cash or reduce the position: a book that is short has no margin proof")
        answer_no()
    with stages() as log:
        made = proving.arguments("margin", log)
        proof = prove_margin(book, snapshot, level, **made)
    proving.finish(proof, made, as_json, f"--snapshot {snapshot_file} --level {level}")
