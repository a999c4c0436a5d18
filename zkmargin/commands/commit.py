# SPDX-License-Identifier: Apache-2.0
"""`commit`: the commitment to a book, its blinding drawn or derived if the file has none."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from zkmargin.book import Book
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say, show
from zkmargin.commitment import commitment
from zkmargin.documents.book_document import write_book
from zkmargin.errors import BookError


@click.command("commit")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@view_secret_option
@click.option("-o", "--output", type=OUTPUT, help="Write the book with its blinding, mode 0600.")
@as_json
def command(book_file: Path, view_secret: Path | None, output: Path | None, as_json: bool) -> None:
    """The Poseidon commitment to BOOK, which is all that the chain stores of it.

    A book without a blinding gets one: derived from --view-secret, or drawn and kept in --output.
    """
    book = open_book(book_file, view_secret, _draw if output and not output.exists() else None)
    if output:
        _keep(output, book)
    document = {
        "account": str(book.account),
        "version": str(book.version),
        "commitment": f"{commitment(book):#066x}",
        "book": str(output) if output else None,
    }
    print_json(document) if as_json else show(f"commitment {document['commitment']}")
    next_step(f"zkmargin check {output or book_file} SNAPSHOT")


def _draw(account: int, version: int) -> int:
    """A fresh blinding of 248 bits, whose highest bit is set."""
    return (1 << 247) | secrets.randbits(247)


def _keep(output: Path, book: Book) -> None:
    """Writes the opening, but never over another one: without its blinding an account is lost."""
    if output.exists() and open_book(output, None) != book:
        raise BookError("--output", str(output), "holds another book, which would be lost")
    write_book(output, book)
    say(f"wrote {output}: it opens the commitment, keep it private and keep a copy")
