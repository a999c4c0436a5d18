# SPDX-License-Identifier: Apache-2.0
"""The Poseidon commitment to a book: what the chain stores instead of the book.

Slots are hashed in blocks of four; all eight blocks enter the commitment, an unused block being a
constant, so that one commitment opens in every preset that is large enough.
"""

from __future__ import annotations

import hashlib
import hmac

from zkmargin.book import EMPTY_SLOT, MOST_SLOTS, Book, Slot
from zkmargin.domains import BLINDING, BOOK, SLOTS
from zkmargin.errors import BookError
from zkmargin.field import encode
from zkmargin.poseidon import poseidon
from zkmargin.presets import SLOT_BLOCK
from zkmargin.units import CASH_BOUND, ID_BOUND, SIZE_BOUND


def commitment(book: Book) -> int:
    """Poseidon commitment to a book, a field element."""
    padded = book.slots + (EMPTY_SLOT,) * (MOST_SLOTS - len(book.slots))
    blocks = [padded[i : i + SLOT_BLOCK] for i in range(0, MOST_SLOTS, SLOT_BLOCK)]
    head = [packed_identity(book), packed_balances(book), book.blinding]
    return poseidon([*head, *(block_digest(block) for block in blocks)], domain=BOOK)


def block_digest(block: tuple[Slot, ...]) -> int:
    """Poseidon hash of four slots."""
    return poseidon([encode(packed_slot(slot)) for slot in block], domain=SLOTS)


def packed_slot(slot: Slot) -> int:
    """put + call 2^41 + strike 2^82 + expiry 2^130; zero for an unused slot, signed otherwise."""
    return slot.put + (slot.call << 41) + (slot.strike << 82) + (slot.expiry << 130)


def packed_identity(book: Book) -> int:
    """cash (offset by 2^63) + version 2^64 + account 2^128."""
    return (book.cash + CASH_BOUND) + (book.version << 64) + (book.account << 128)


def packed_balances(book: Book) -> int:
    """base + (perp offset by 2^40) 2^40 + (perp entry offset by 2^63) 2^81."""
    return book.base + ((book.perp + SIZE_BOUND) << 40) + ((book.perp_entry + CASH_BOUND) << 81)


def successor_blinding(blinding: int, account: int, version: int) -> int:
    """The blinding that a settlement gives the next version of a book, a field element.

    Who opens the old version opens the new one; who does not learns nothing of either.
    version   of the new book
    """
    return poseidon([blinding, account, version], domain=BLINDING)


def derive_blinding(view_secret: bytes, account: int, version: int) -> int:
    """The blinding of one version of one account, 248 random bits, by HKDF-SHA256 (RFC 5869).

    A lost book file is not a lost account: secret, account and version give the blinding back.

    view_secret   at least 32 bytes from the system's random source
    raises        BookError if the secret is short, or account or version is out of range
    """
    if len(view_secret) < 32:
        raise BookError("view secret", "(hidden)", "must have at least 32 bytes")
    for name, value in (("account", account), ("version", version)):
        if not 0 <= value < ID_BOUND:
            raise BookError(name, value, f"must be at least 0 and less than {ID_BOUND}")
    info = b"zkmargin/blinding" + account.to_bytes(8, "big") + version.to_bytes(8, "big")
    extracted = hmac.digest(b"zkmargin", view_secret, hashlib.sha256)
    expanded = hmac.digest(extracted, info + b"\x01", hashlib.sha256)
    return (1 << 248) | int.from_bytes(expanded[:31], "big")
