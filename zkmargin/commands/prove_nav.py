# SPDX-License-Identifier: Apache-2.0
"""`prove-nav`: a proof of what a book is worth."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.opening import open_book, report_of, view_secret_option
from zkmargin.commands.proving_options import ProvingOptions, proving_options
from zkmargin.commands.terminal import EXISTING, as_json, say, stages
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.nav_proof import prove_nav, proven_nav
from zkmargin.report import money_text
from zkmargin.units import QUOTE


@click.command("prove-nav")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=EXISTING)
@view_secret_option
@proving_options
@as_json
def command(
    book_file: Path,
    snapshot_file: Path,
    view_secret: Path | None,
    proving: ProvingOptions,
    as_json: bool,
) -> None:
    """Prove exactly what BOOK is worth under SNAPSHOT: the NAV becomes public, nothing else does.

    Every book has such a proof, healthy or not; those of a share pool price its shares.
    """
    snapshot = load_snapshot(snapshot_file)
    book = open_book(book_file, view_secret)
    say(f"NAV {money_text(report_of(book_file, snapshot, book).nav)}, which the proof publishes")
    with stages() as log:
        made = proving.arguments("nav", log)
        proof = prove_nav(book, snapshot, **made)
    nav = exact_text(proven_nav(proof), QUOTE)
    proving.finish(proof, made, as_json, f"--snapshot {snapshot_file} --nav={nav}")
