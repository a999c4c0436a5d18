# SPDX-License-Identifier: Apache-2.0
"""A sealed book opens with its passphrase alone, and not at all once a character has changed."""

from __future__ import annotations

import copy
import hashlib
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from zkmargin.book import Book, Slot
from zkmargin.documents.book_document import parse_book
from zkmargin.documents.reading import Field, parse_document
from zkmargin.errors import BookError, InputError, ToolError
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, SIZE_BOUND, TIME_BOUND
from zkmargin.wallet.sealed_book import (
    load_sealed_book,
    seal_book,
    unseal_book,
    write_sealed_book,
)

PASSPHRASE = "a horse that counts to nine"
CHEAP = 14
BOOK = Book(7, 3, -5, 6, -7, 8, (Slot(1_743_148_800, 3, -4, 5),), (1 << 247) | 12345)
LARGEST = Book(
    account=ID_BOUND - 1,
    version=ID_BOUND - 1,
    cash=1 - CASH_BOUND,
    base=SIZE_BOUND - 1,
    perp=1 - SIZE_BOUND,
    perp_entry=1 - CASH_BOUND,
    slots=tuple(
        Slot(TIME_BOUND - 1, PRICE_BOUND - 1 - n, 1 - SIZE_BOUND, 1 - SIZE_BOUND) for n in range(32)
    ),
    blinding=(1 << 253) - 1,
)


def field(document: Any) -> Field:
    return parse_document(json.dumps(document), "book.sealed", BookError)


@pytest.fixture(scope="module")
def sealed() -> dict[str, Any]:
    return dict(seal_book(BOOK, PASSPHRASE, work=CHEAP))


@pytest.mark.parametrize("book", [BOOK, LARGEST])
def test_a_book_comes_back_from_its_sealed_document(book: Book) -> None:
    assert unseal_book(field(seal_book(book, PASSPHRASE, work=CHEAP)), PASSPHRASE) == book


def test_a_sealed_file_is_for_its_owner_alone_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "book.sealed"
    write_sealed_book(path, BOOK, PASSPHRASE, work=CHEAP)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_sealed_book(path, PASSPHRASE) == BOOK


def test_a_sealed_file_is_never_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "book.sealed"
    path.write_text("old")

    with pytest.raises(InputError, match="never overwritten"):
        write_sealed_book(path, BOOK, PASSPHRASE, work=CHEAP)
    assert path.read_text() == "old"


def test_the_document_opens_by_the_published_algorithms_alone(sealed: dict[str, Any]) -> None:
    salt, nonce, text = (bytes.fromhex(sealed[name]) for name in ("salt", "nonce", "sealed"))
    key = hashlib.scrypt(
        PASSPHRASE.encode(), salt=salt, n=2**CHEAP, r=8, p=1, maxmem=2**26, dklen=32
    )
    head = json.dumps({name: sealed[name] for name in ("format", "nonce", "salt", "work")})
    plain = ChaCha20Poly1305(key).decrypt(nonce, text, head.encode())

    assert parse_book(parse_document(plain, "book", BookError)) == BOOK


def test_the_size_of_a_sealed_book_says_nothing_about_it() -> None:
    lengths = {
        len(str(seal_book(book, PASSPHRASE, work=CHEAP)["sealed"])) for book in (BOOK, LARGEST)
    }

    assert len(lengths) == 1


def test_a_book_is_never_sealed_alike_twice(sealed: dict[str, Any]) -> None:
    again = seal_book(BOOK, PASSPHRASE, work=CHEAP)

    assert all(again[name] != sealed[name] for name in ("salt", "nonce", "sealed"))


@pytest.mark.parametrize("name", ["salt", "nonce", "sealed"])
@pytest.mark.parametrize("place", [0, -1])
def test_a_changed_digit_is_refused(sealed: dict[str, Any], name: str, place: int) -> None:
    digits = list(sealed[name])
    digits[place] = "0" if digits[place] != "0" else "1"
    changed = {**sealed, name: "".join(digits)}

    with pytest.raises(BookError, match=r"book\.sealed: .*does not open: another passphrase, or"):
        unseal_book(field(changed), PASSPHRASE)


def test_another_cost_is_refused_although_it_is_a_possible_one(sealed: dict[str, Any]) -> None:
    with pytest.raises(BookError, match="does not open"):
        unseal_book(field({**sealed, "work": str(CHEAP + 1)}), PASSPHRASE)


def test_the_head_is_authenticated(monkeypatch: pytest.MonkeyPatch, sealed: dict[str, Any]) -> None:
    monkeypatch.setattr("zkmargin.wallet.sealed_book.FORMAT", "zkmargin-sealed-book-2")

    with pytest.raises(BookError, match="does not open"):
        unseal_book(field({**sealed, "format": "zkmargin-sealed-book-2"}), PASSPHRASE)


@pytest.mark.parametrize("passphrase", [PASSPHRASE + " ", PASSPHRASE.upper(), "x" * 12])
def test_another_passphrase_does_not_open(sealed: dict[str, Any], passphrase: str) -> None:
    with pytest.raises(BookError, match="does not open"):
        unseal_book(field(sealed), passphrase)


def test_a_passphrase_is_the_same_however_its_accents_are_typed() -> None:
    composed, combining = "un \u00e9l\u00e9phant rose", "un e\u0301le\u0301phant rose"

    assert unseal_book(field(seal_book(BOOK, composed, work=CHEAP)), combining) == BOOK


def test_a_short_passphrase_is_refused_without_being_shown() -> None:
    with pytest.raises(InputError) as caught:
        seal_book(BOOK, "elevenchars")
    assert str(caught.value) == "passphrase: got '(hidden)', must have at least 12 characters"


@pytest.mark.parametrize("work", [13, 21])
def test_a_book_is_not_sealed_too_cheaply_or_too_dearly(work: int) -> None:
    with pytest.raises(InputError, match=f"work: got {work}, must be between 14 and 20"):
        seal_book(BOOK, PASSPHRASE, work=work)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(format="zkmargin-sealed-book-0"), "format: got"),
        (lambda d: d.update(work="30"), "work: got '30', must be between 14 and 20"),
        (lambda d: d.update(work="13"), "work: got '13', must be between 14 and 20"),
        (lambda d: d.update(salt="00"), "salt: got '00', must have 32 hexadecimal digits"),
        (lambda d: d.update(salt=d["salt"][:-1] + "G"), "salt: got"),
        (lambda d: d.update(nonce=d["nonce"] + "00"), "nonce: got"),
        (lambda d: d.update(sealed=d["sealed"][:-2]), "sealed: got"),
        (lambda d: d.update(sealed=7), "sealed: got 7"),
        (lambda d: d.pop("nonce"), "nonce: got 'nothing', is required"),
        (lambda d: d.update(extra="1"), "extra: got 'extra', is not a field here"),
    ],
)
def test_a_malformed_document_is_refused_by_field(
    sealed: dict[str, Any], change: Callable[[dict[str, Any]], object], words: str
) -> None:
    document = copy.deepcopy(sealed)
    change(document)

    with pytest.raises(BookError, match=rf"book\.sealed: {words}"):
        unseal_book(field(document), PASSPHRASE)


def test_without_its_package_sealing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)

    with pytest.raises(ToolError, match=r"pip install 'zkmargin\[wallet\]'"):
        seal_book(BOOK, PASSPHRASE)
