# SPDX-License-Identifier: Apache-2.0
"""Book documents: what is read, what is refused, and that nothing is lost on the way back."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from random_market import random_book, random_snapshot

from zkmargin.book import Book, Slot
from zkmargin.documents.book_document import (
    check_listed,
    dump_book,
    load_book,
    parse_book,
    write_book,
)
from zkmargin.documents.reading import parse_document
from zkmargin.documents.writing import document_text
from zkmargin.errors import BookError

BLINDING = 1 << 247
EXPIRY = 1_743_148_800  # 2025-03-28T08:00:00Z
BOOK: dict[str, Any] = {
    "account": "7",
    "version": "1",
    "cash": "-250000.000001",
    "base": "120",
    "perp": {"size": "-35", "entry_price": "2650.5"},
    "options": [
        {"expiry": "2025-03-28T08:00:00Z", "strike": "3000", "call": "-20", "put": "0.5"},
        {"expiry": str(EXPIRY), "strike": "2500", "put": "-1"},
    ],
    "blinding": hex(BLINDING),
}


def parsed(document: Any) -> Book:
    return parse_book(parse_document(document_text(document), "book.json", BookError))


def changed(**fields: Any) -> dict[str, Any]:
    return {**BOOK, **fields}


def option(**fields: Any) -> dict[str, Any]:
    return changed(options=[{**BOOK["options"][0], **fields}])


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in BOOK.items() if name not in names}


def test_every_field_is_read_in_its_unit() -> None:
    assert parsed(BOOK) == Book(
        account=7,
        version=1,
        cash=-250_000_000_001,
        base=120_000_000,
        perp=-35_000_000,
        perp_entry=-92_767_500_000,
        slots=(
            Slot(EXPIRY, 3_000_000_000, -20_000_000, 500_000),
            Slot(EXPIRY, 2_500_000_000, 0, -1_000_000),
        ),
        blinding=BLINDING,
    )


def test_a_book_without_perp_or_options_is_a_book() -> None:
    book = parsed({**without("perp"), "options": []})

    assert (book.perp, book.perp_entry, book.slots) == (0, 0, ())


@pytest.mark.parametrize(("size", "entry"), [("0.000001", 2_651), ("-0.000001", -2_650)])
def test_a_price_times_the_size_is_rounded_up_since_it_is_a_cost(size: str, entry: int) -> None:
    assert parsed(changed(perp={"size": size, "entry_price": "2650.5"})).perp_entry == entry


@pytest.mark.parametrize("seed", range(30))
def test_a_dumped_book_reads_back_as_the_same_book(seed: int) -> None:
    rng = random.Random(seed)
    snapshot = random_snapshot(rng, 2, 4)
    book = random_book(rng, snapshot, 8, 4)
    book = replace(book, slots=tuple({(s.expiry, s.strike): s for s in book.slots}.values()))

    assert parsed(dump_book(book)) == book


REFUSED = [
    (without("cash"), "book.json: cash: got 'nothing', is required"),
    (changed(colour="red"), "book.json: colour: got 'colour', is not a field here"),
    (changed(base="-1"), "book.json: base: got '-1', must be between 0 and 1099511.627775"),
    (changed(base=0.1234567), "book.json: base: got 0.1234567, must be a multiple of 0.000001"),
    (changed(cash="9223372036854.775808"), "must be between -9223372036854.775807 and"),
    (changed(account="-1"), "book.json: account: got '-1', must be between 0 and 184467440737095"),
    (changed(version="1.5"), "book.json: version: got '1.5', must be a multiple of 1"),
    (changed(perp={"size": "1"}), "perp: got 'neither', must have exactly one of entry_price"),
    (
        changed(perp={"size": "1", "entry_price": "1", "entry_value": "1"}),
        "book.json: perp: got 'both', must have exactly one of entry_price and entry_value",
    ),
    (changed(perp={"size": "1", "entry_price": "-1"}), "perp.entry_price: got '-1', must be"),
    (changed(perp={"size": "1099511.627776", "entry_value": "0"}), "perp.size: got '1099511.627"),
    (option(strike="0"), "options[0].strike: got '0', must be between 0.000001 and 281474976.71"),
    (option(strike="-3000"), "options[0].strike: got '-3000', must be between 0.000001 and"),
    (option(call="1099511.627776"), "options[0].call: got '1099511.627776', must be between -"),
    (option(expiry="tomorrow"), "options[0].expiry: got 'tomorrow', must be unix seconds or"),
    (option(rho="1"), "options[0].rho: got 'rho', is not a field here: those are expiry, strike"),
    (
        changed(options=[{"expiry": str(EXPIRY), "strike": "3000"}]),
        "options[0]: got 'neither', must have a call or a put size, or both",
    ),
    (
        changed(options=[BOOK["options"][0], {**BOOK["options"][0], "call": "1"}]),
        "options[1]: got '2025-03-28T08:00:00Z strike 3000', is listed twice: add the sizes",
    ),
    (changed(options=[{}] * 33), "options: got '33 entries', at most 32 strikes fit a book"),
    (changed(options={}), "options: got 'an object', must be a list"),
    (
        changed(blinding="0x12"),
        "blinding: got '(hidden)', must have 129 bits and be",
    ),
    (changed(blinding="0xfeedg"), "blinding: got '(hidden)', must be a string of digits, hexade"),
    (without("blinding"), "book.json: blinding: got 'nothing', is missing"),
    ([], "book.json: got 'a list', must be an object"),
]


@pytest.mark.parametrize(("document", "message"), REFUSED)
def test_a_refusal_names_file_field_value_and_bound(document: Any, message: str) -> None:
    with pytest.raises(BookError) as refusal:
        parsed(document)

    assert message in str(refusal.value)
    assert str(refusal.value).count("book.json: ") == 1


def test_a_missing_blinding_is_asked_for_with_account_and_version() -> None:
    document = parse_document(document_text(without("blinding")), "book.json", BookError)
    book = parse_book(document, lambda account, version: BLINDING + 10 * account + version)

    assert book.blinding == BLINDING + 71


def test_an_unlisted_expiry_is_refused_with_those_that_are_listed() -> None:
    snapshot = random_snapshot(random.Random(1), 2, 2)

    with pytest.raises(BookError, match=r"options\[0\].expiry: got '2025-03-28.*which has 20"):
        check_listed(parsed(BOOK), snapshot, "book.json")


def test_a_written_book_is_private_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    write_book(path, parsed(BOOK))

    assert path.stat().st_mode & 0o777 == 0o600
    assert load_book(path) == parsed(BOOK)
