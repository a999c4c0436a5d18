# SPDX-License-Identifier: Apache-2.0
"""Openings that were damaged: refused, and nothing of them is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from zkmargin.book import Book, Slot
from zkmargin.engine.opening import opening_of, opening_text
from zkmargin.errors import BookError

BOOK = Book(7, 1, 123_456_789, 0, 0, 0, (Slot(1_800_000_000, 2_000_000_000, -5, 0),), 1 << 200)


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
