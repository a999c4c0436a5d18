# SPDX-License-Identifier: Apache-2.0
"""`wallet export`: a book under a passphrase."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.passphrase import passphrase_option, read_passphrase
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say
from zkmargin.wallet.sealed_book import write_sealed_book


@click.command("export")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@view_secret_option
@passphrase_option
@click.option("-o", "--output", type=OUTPUT, required=True, help="New file, mode 0600.")
@as_json
def command(
    book_file: Path,
    view_secret: Path | None,
    passphrase_file: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """Seal BOOK, its blinding included, under a passphrase.

    The passphrase is read from --passphrase-file, or from the variable ZKMARGIN_PASSPHRASE, or
    asked for: it is never an argument.
    """
    book = open_book(book_file, view_secret)
    write_sealed_book(output, book, read_passphrase(passphrase_file, confirm=True))
    if as_json:
        print_json({"sealed": str(output)})
    say(f"wrote {output}: whoever guesses the passphrase has the book")
    next_step(f"zkmargin wallet import {output} -o BOOK")
