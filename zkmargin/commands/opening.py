# SPDX-License-Identifier: Apache-2.0
"""Reading a book together with the blinding that opens its commitment."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from zkmargin.book import Book
from zkmargin.commands.terminal import EXISTING
from zkmargin.commitment import derive_blinding
from zkmargin.documents.book_document import Blinding, check_listed, load_book
from zkmargin.documents.reading import naming
from zkmargin.errors import BookError
from zkmargin.margin import MarginReport, margin
from zkmargin.snapshot import Snapshot

view_secret_option = click.option(
    "--view-secret",
    type=EXISTING,
    help="File with at least 64 hexadecimal digits, from which the blinding is derived.",
)

_UNUSED: Final = 1 << 247  # the margin does not depend on the blinding


def open_book(path: Path, view_secret: Path | None, otherwise: Blinding | None = None) -> Book:
    """The book in a file with its blinding: the file's own, the view secret's, or `otherwise`'s.

    raises   BookError if there is none, or if the file's is not the view secret's
    """
    if view_secret is None:
        return load_book(path, otherwise)
    secret = read_view_secret(view_secret)
    book = load_book(path, lambda account, version: derive_blinding(secret, account, version))
    if book.blinding != derive_blinding(secret, book.account, book.version):
        rule = f"is not the one that {view_secret.name} gives: use one or the other"
        raise BookError(f"{path.name}: blinding", "(hidden)", rule)
    return book


def read_view_secret(path: Path) -> bytes:
    """The bytes of a view secret file; raises BookError, which shows nothing of it."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        rule = "must be hexadecimal digits, at least 64: openssl rand -hex 32"
        raise BookError(path.name, "(hidden)", rule) from None


def report_of(path: Path, snapshot: Snapshot, book: Book | None = None) -> MarginReport:
    """The margin of the book in a file; refusals name the file and the option."""
    book = book or load_book(path, lambda account, version: _UNUSED)
    check_listed(book, snapshot, path.name)
    with naming(path.name, BookError):
        return margin(book, snapshot)
