# SPDX-License-Identifier: Apache-2.0
"""`wallet recover`: a book from the view secret and the trade log, checked against the chain."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import (
    EXISTING,
    OUTPUT,
    answer_no,
    as_json,
    natural,
    next_step,
    print_json,
    say,
    show,
)
from zkmargin.commitment import commitment
from zkmargin.documents.book_document import dump_book
from zkmargin.documents.writing import document_text
from zkmargin.wallet.private_file import write_new
from zkmargin.wallet.replay import recover_book
from zkmargin.wallet.secret import ViewSecret


@click.command("recover")
@click.option("--secret", "secret_file", type=EXISTING, required=True, help="View secret.")
@click.option("--trades", "trades_file", type=EXISTING, required=True, help="Trade log.")
@click.option("--version", type=natural, help="Default: the last of the log.")
@click.option("--commitment", "expected", type=natural, help="What the chain holds.")
@click.option("-o", "--output", type=OUTPUT, help="Write the book to a new file, mode 0600.")
@as_json
def command(
    secret_file: Path,
    trades_file: Path,
    version: int | None,
    expected: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Rebuild the book of an account from its view secret and its trade log.

    Exit code 1, and no book, if its commitment is not the one that --commitment gives.
    """
    book = recover_book(trades_file, ViewSecret.load(secret_file), version)
    found = commitment(book)
    matches = None if expected is None else found == expected
    if output and matches is not False:
        write_new(output, document_text(dump_book(book)))
        say(f"wrote {output}: it opens the commitment, keep it private")
    if as_json:
        print_json(
            {
                "account": str(book.account),
                "version": str(book.version),
                "commitment": f"{found:#066x}",
                "matches": matches,
                "book": str(output) if output and matches is not False else None,
            }
        )
    else:
        show(f"account {book.account} version {book.version}\ncommitment {found:#066x}")
    _conclude(matches, expected, output)


def _conclude(matches: bool | None, expected: int | None, output: Path | None) -> None:
    if matches is False:
        say(f"the chain holds {expected:#066x}")
        next_step("look for the version that the chain holds, a missing trade or another secret")
        answer_no()
    if matches is None:
        next_step("compare the commitment with the chain's: --commitment")
    else:
        next_step(f"zkmargin check {output or '-o BOOK'} SNAPSHOT")
