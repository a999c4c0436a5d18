# SPDX-License-Identifier: Apache-2.0
"""Openings that were damaged: refused, and nothing of them is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zkmargin.book import Book, Slot
from zkmargin.commitment import commitment
from zkmargin.engine.opening import OpeningsDirectory, opening_of, opening_text
from zkmargin.engine.view import AccountView
from zkmargin.errors import BookError
from zkmargin.registry.status import Status

BOOK = Book(7, 1, 123_456_789, 0, 0, 0, (Slot(1_800_000_000, 2_000_000_000, -5, 0),), 1 << 200)
ACCOUNT = AccountView(7, Status.NONE, 0, 0, 0, 0, 0, 0, 0, "", 0)


def test_an_opening_reads_back() -> None:
    assert opening_of(opening_text(BOOK)) == BOOK


@pytest.mark.parametrize(
    "damage",
    [
        lambda book: book.pop("slots"),
        lambda book: book.pop("cash"),
        lambda book: book.update(more=1),
        lambda book: book.update(cash="123456789"),
        lambda book: book.update(cash=123456789.5),
        lambda book: book.update(base=True),
        lambda book: book.update(slots=[7]),
        lambda book: book["slots"][0].pop("call"),
        lambda book: book["slots"][0].update(call=None),
        lambda book: book["slots"][0].update(call=[[123456789]]),
    ],
)
def test_a_damaged_opening_is_refused(damage: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(opening_text(BOOK))
    damage(document)

    with pytest.raises(BookError) as refusal:
        opening_of(json.dumps(document))
    assert "123456789" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 100_000, opening_text(BOOK)[:-1]])
def test_a_text_that_is_no_opening_is_refused(text: str) -> None:
    with pytest.raises(BookError, match="must be a book as the engine writes it"):
        opening_of(text)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file of an opening."""
    OpeningsDirectory(tmp_path).keep(BOOK)
    return tmp_path / f"{commitment(BOOK):064x}.json"


def test_an_opening_is_found_by_its_commitment(kept: Path) -> None:
    openings = OpeningsDirectory(kept.parent)

    assert openings.find(replace(ACCOUNT, commitment=commitment(BOOK))) == BOOK
    assert openings.find(replace(ACCOUNT, commitment=1)) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (opening_text(BOOK)[:-1], "must be a book as the engine writes it"),
        (opening_text(replace(BOOK, cash=123_456_788)), "must be the one in the file's name"),
        (opening_text(BOOK).replace('"version":1', '"version":-123456789'), "must be"),
    ],
    ids=["cut off", "another book", "out of range"],
)
def test_a_damaged_file_is_named_and_not_shown(kept: Path, text: str, rule: str) -> None:
    kept.write_text(text)

    with pytest.raises(BookError, match=rule) as refusal:
        OpeningsDirectory(kept.parent).find(replace(ACCOUNT, commitment=commitment(BOOK)))
    assert str(kept) in str(refusal.value)
    assert "1234567" not in str(refusal.value)
