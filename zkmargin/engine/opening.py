# SPDX-License-Identifier: Apache-2.0
"""Openings: the books behind commitments, that the engine holds for some of the accounts."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Final, Protocol

from zkmargin.book import Book, Slot
from zkmargin.commitment import commitment
from zkmargin.engine.action import canonical
from zkmargin.engine.view import AccountView
from zkmargin.errors import BookError
from zkmargin.files import nesting
from zkmargin.wallet.private_file import write_new

_DEPTH: Final = 3  # a book, its slots, a slot


class Openings(Protocol):
    """Where the engine keeps the openings that it was given or made."""

    def find(self, account: AccountView) -> Book | None:
        """The book behind the account's present commitment, None if it is not held."""

    def keep(self, book: Book) -> None:
        """Keeps a book; durable when it returns."""


class OpeningsInMemory:
    """Openings of this process, by commitment."""

    def __init__(self, *books: Book) -> None:
        self._books: dict[int, Book] = {}
        for book in books:
            self.keep(book)

    def find(self, account: AccountView) -> Book | None:
        """The book behind the account's present commitment, None if it is not held."""
        return self._books.get(account.commitment)

    def keep(self, book: Book) -> None:
        """Keeps a book."""
        self._books[commitment(book)] = book


class OpeningsDirectory:
    """Openings as private files, each named by its commitment."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: dict[int, Book] = {}
        directory.mkdir(parents=True, exist_ok=True)

    def find(self, account: AccountView) -> Book | None:
        """The book behind the account's present commitment, None if it is not held.

        raises   BookError, which names the file and shows nothing of it, if it was damaged
        """
        path = self._path(account.commitment)
        if account.commitment not in self._known and path.exists():
            self._known[account.commitment] = _read(path, account.commitment)
        return self._known.get(account.commitment)

    def keep(self, book: Book) -> None:
        """Keeps a book; the file is on disk when it returns."""
        opened = commitment(book)
        if not self._path(opened).exists():
            write_new(self._path(opened), opening_text(book))
        self._known[opened] = book

    def _path(self, opened: int) -> Path:
        return self._directory / f"{opened:064x}.json"


def _read(path: Path, opened: int) -> Book:
    try:
        book = opening_of(path.read_text(encoding="utf-8", errors="replace"))
    except BookError as error:
        raise BookError(f"{path}: {error.field}", "(hidden)", error.rule) from None
    if commitment(book) != opened:
        raise BookError(f"{path}: commitment", "(hidden)", "must be the one in the file's name")
    return book


def opening_text(book: Book) -> str:
    """A book with its blinding, integers as they are."""
    return canonical(asdict(book))


def opening_of(text: str) -> Book:
    """The book of `opening_text`; raises BookError, which shows nothing, if the text is none."""
    try:
        fields = json.loads(text) if nesting(text) <= _DEPTH else {}
        slots = tuple(Slot(**slot) for slot in fields.pop("slots"))
        numbers = [*fields.values(), *(n for slot in slots for n in astuple(slot))]
        if all(type(number) is int for number in numbers):
            return Book(**fields, slots=slots)
    except BookError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError):  # whose words could quote the book
        pass
    raise BookError("opening", "(hidden)", "must be a book as the engine writes it")
