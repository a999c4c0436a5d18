# SPDX-License-Identifier: Apache-2.0
"""A book under a passphrase: scrypt (RFC 7914) makes the key, ChaCha20-Poly1305 (RFC 8439) seals.

    {"format": "zkmargin-sealed-book-1", "work": "17", "salt": "<hex>", "nonce": "<hex>",
     "sealed": "<hex>"}

The first four fields are authenticated with the book, and the book is padded to one length, so that
the file says nothing about it. Needs the extra `wallet` for its cipher.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zkmargin.book import Book
from zkmargin.documents.book_document import dump_book, parse_book
from zkmargin.documents.reading import Field, parse_document, read_document
from zkmargin.documents.writing import Json, document_text
from zkmargin.errors import BookError, InputError, ToolError
from zkmargin.wallet.private_file import write_new

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

FORMAT: Final = "zkmargin-sealed-book-1"
WORK: Final = 17  # log2 of scrypt's N; 128 MiB and a third of a second
SHORTEST_PASSPHRASE: Final = 12  # [characters]

_LEAST_WORK, _MOST_WORK = 14, 20
_BLOCK: Final = 8  # scrypt's r; p is 1
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_PADDED: Final = 8192  # more than a full book takes [bytes]
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*")


def seal_book(book: Book, passphrase: str, *, work: int = WORK) -> dict[str, Json]:
    """The sealed document of a book, its blinding included.

    work     log2 of scrypt's N, 14 to 20; 1 KiB of memory times N
    raises   InputError if the passphrase is shorter than 12 characters; ToolError if the package
             `cryptography` is not installed
    """
    if not _LEAST_WORK <= work <= _MOST_WORK:
        raise InputError("work", work, f"must be between {_LEAST_WORK} and {_MOST_WORK}")
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    head = {"format": FORMAT, "work": str(work), "salt": salt.hex(), "nonce": nonce.hex()}
    text = json.dumps(dump_book(book)).encode().ljust(_PADDED)
    sealed = _cipher(passphrase, salt, work).encrypt(nonce, text, _authenticated(head))
    return {**head, "sealed": sealed.hex()}


def unseal_book(document: Field, passphrase: str) -> Book:
    """The book in a sealed document.

    raises   BookError if the document is malformed, was changed, or has another passphrase, which
             cannot be told apart; InputError, ToolError as seal_book
    """
    fields = document.members(("format", "work", "salt", "nonce", "sealed"))
    head: dict[str, str] = {
        "format": fields["format"].one_of((FORMAT,)),
        "work": str(fields["work"].integer(_LEAST_WORK, _MOST_WORK + 1)),
        "salt": _bytes(fields["salt"], _SALT_BYTES).hex(),
        "nonce": _bytes(fields["nonce"], _NONCE_BYTES).hex(),
    }
    sealed = _bytes(fields["sealed"], _PADDED + _TAG_BYTES)
    cipher = _cipher(passphrase, bytes.fromhex(head["salt"]), int(head["work"]))
    try:
        text = cipher.decrypt(bytes.fromhex(head["nonce"]), sealed, _authenticated(head))
    except _cryptography("exceptions").InvalidTag:
        rule = "does not open: another passphrase, or the file was changed"
        raise BookError(document.source, "a sealed book", rule) from None
    return parse_book(parse_document(text, document.source, BookError))


def write_sealed_book(path: Path, book: Book, passphrase: str, *, work: int = WORK) -> None:
    """Seals a book into a new file, mode 0600; raises InputError if the name is taken."""
    write_new(path, document_text(seal_book(book, passphrase, work=work)))


def load_sealed_book(path: Path, passphrase: str) -> Book:
    """The book in a sealed file; raises BookError, naming the file."""
    return unseal_book(read_document(path, BookError), passphrase)


def _cipher(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
    """The cipher of a passphrase, which is the same however its accents are typed (Unicode NFC)."""
    normal = unicodedata.normalize("NFC", passphrase)
    if len(normal) < SHORTEST_PASSPHRASE:
        rule = f"must have at least {SHORTEST_PASSPHRASE} characters"
        raise InputError("passphrase", "(hidden)", rule)
    aead = _cryptography("hazmat.primitives.ciphers.aead")
    key = hashlib.scrypt(
        normal.encode(),
        salt=salt,
        n=1 << work,
        r=_BLOCK,
        p=1,
        maxmem=(256 * _BLOCK) << work,  # twice what it takes
        dklen=_KEY_BYTES,
    )
    cipher: ChaCha20Poly1305 = aead.ChaCha20Poly1305(key)
    return cipher


def _authenticated(head: Mapping[str, str]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _bytes(field: Field, count: int) -> bytes:
    text = field.text(2 * count)
    if len(text) != 2 * count or not _HEX.fullmatch(text):
        raise field.error(f"must have {2 * count} hexadecimal digits, in lower case")
    return bytes.fromhex(text)


def _cryptography(module: str) -> Any:
    """A module of the package; raises ToolError if the package is not installed."""
    try:
        return import_module(f"cryptography.{module}")
    except ImportError:
        rule = "not installed: cryptography; pip install 'zkmargin[wallet]'"
        raise ToolError(["cryptography"], None, rule) from None
