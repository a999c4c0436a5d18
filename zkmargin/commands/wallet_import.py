# SPDX-License-Identifier: Apache-2.0
"""`wallet import`: the book in a sealed file."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.passphrase import passphrase_option, read_passphrase
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say
from zkmargin.documents.book_document import dump_book
from zkmargin.documents.writing import document_text
from zkmargin.wallet.private_file import write_new
from zkmargin.wallet.sealed_book import load_sealed_book


@click.command("import")
@click.argument("sealed_file", metavar="SEALED", type=EXISTING)
@passphrase_option
@click.option("-o", "--output", type=OUTPUT, required=True, help="New file, mode 0600.")
@as_json
def command(sealed_file: Path, passphrase_file: Path | None, output: Path, as_json: bool) -> None:
    """Open the book in SEALED and write it to a file of its own.

    The passphrase is read from --passphrase-file, or from the variable ZKMARGIN_PASSPHRASE, or
    asked for: it is never an argument.
    """
    book = load_sealed_book(sealed_file, read_passphrase(passphrase_file, confirm=False))
    write_new(output, document_text(dump_book(book)))
    if as_json:
        print_json({"book": str(output)})
    say(f"wrote {output}: it opens the commitment, keep it private")
    next_step(f"zkmargin commit {output}")
