# SPDX-License-Identifier: Apache-2.0
"""`prove-shortfall`: a proof that a book is short of margin."""

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
    natural,
    next_step,
    print_json,
    say,
    stages,
)
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import healthy
from zkmargin.report import margin_document, verdict
from zkmargin.shortfall_proof import prove_shortfall


@click.command("prove-shortfall")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@click.option(
    "--beneficiary",
    type=natural,
    metavar="ADDRESS",
    required=True,
    help="Who is paid for the proof, whoever sends it.",
)
@level_option
@view_secret_option
@proving_options
@as_json
def command(
    book_file: Path,
    snapshot_file: Path,
    beneficiary: int,
    level: int,
    view_secret: Path | None,
    proving: ProvingOptions,
    as_json: bool,
) -> None:
    """Prove that BOOK is short of margin under SNAPSHOT, without showing BOOK.

    At level 0 it is insolvent.

    Exit code 1 if it is healthy at the level: then no proof exists, and none is tried.
    """
    snapshot = load_snapshot(snapshot_file)
    book = open_book(book_file, view_secret)
    report = report_of(book_file, snapshot, book)
    say(verdict(report, level))
    if healthy(report, level):
        if as_json:
            print_json(margin_document(report, level))
        next_step("leave the account alone: a book that is healthy has no proof of shortfall")
        answer_no()
    with stages() as log:
        made = proving.arguments("shortfall", log)
        proof = prove_shortfall(book, snapshot, beneficiary, level, **made)
    proving.finish(proof, made, as_json, f"--snapshot {snapshot_file} --level {level}")
