# SPDX-License-Identifier: Apache-2.0
"""A private book as a JSON document; examples/README.md describes it field by field.

    {"account": "7", "version": "1", "cash": "250000", "base": "120",
     "perp": {"size": "-35", "entry_price": "2650.5"},
     "options": [{"expiry": "2025-03-28T08:00:00Z", "strike": "3000", "call": "-20", "put": "0"}],
     "blinding": "0x.."}

`perp` may be left out, and so may one of `call` and `put`. Whoever reads the file knows the book
and, with `blinding`, opens its commitment: books are written for their owner alone (0600).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from zkmargin.book import MOST_SLOTS, Book, Slot
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.reading import Field, naming, read_document, time_text
from zkmargin.documents.writing import Json, write_document
from zkmargin.errors import BookError
from zkmargin.field import MODULUS
from zkmargin.fixed import divide_up
from zkmargin.snapshot import Snapshot
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, QUOTE, SIZE, SIZE_BOUND

Blinding = Callable[[int, int], int]  # account, version -> blinding

_REQUIRED: Final = ("account", "version", "cash", "base", "options")


def load_book(path: Path, blinding: Blinding | None = None) -> Book:
    """The book in a file; `blinding` is asked for one if the file has none.

    raises   BookError, naming the file, the field, the value and the bound
    """
    return parse_book(read_document(path, BookError), blinding)


def parse_book(document: Field, blinding: Blinding | None = None) -> Book:
    """The book that a document states; raises BookError."""
    fields = document.members(_REQUIRED, ("perp", "blinding"))
    account = fields["account"].integer(0, ID_BOUND)
    version = fields["version"].integer(0, ID_BOUND)
    cash = fields["cash"].amount(QUOTE, 1 - CASH_BOUND, CASH_BOUND)
    base = fields["base"].amount(SIZE, 0, SIZE_BOUND)
    perp, perp_entry = _perp(fields["perp"]) if "perp" in fields else (0, 0)
    slots = _slots(fields["options"])
    if "blinding" in fields:
        hiding = fields["blinding"].natural(MODULUS, secret=True)
    elif blinding is None:
        rule = "is missing: draw one or derive it with `zkmargin commit`"
        raise BookError(f"{document.source}: blinding", "nothing", rule)
    else:
        hiding = blinding(account, version)
    with naming(document.source, BookError):
        return Book(account, version, cash, base, perp, perp_entry, slots, hiding)


def dump_book(book: Book) -> Json:
    """The document that reads back as this book, its blinding included; it is private."""
    perp = {"size": exact_text(book.perp, SIZE), "entry_value": exact_text(book.perp_entry, QUOTE)}
    return {
        "account": str(book.account),
        "version": str(book.version),
        "cash": exact_text(book.cash, QUOTE),
        "base": exact_text(book.base, SIZE),
        "perp": perp,
        "options": [_dump_slot(slot) for slot in book.slots],
        "blinding": f"{book.blinding:#x}",
    }


def write_book(path: Path, book: Book) -> None:
    """Writes a book that only its owner can read (0600)."""
    write_document(path, dump_book(book), private=True)


def check_listed(book: Book, snapshot: Snapshot, source: str) -> None:
    """Refuses a book with an expiry that the snapshot does not list.

    raises   BookError, naming the option and what is listed
    """
    listed = [row.expiry for row in snapshot.rows]
    for place, slot in enumerate(book.slots):
        if slot.expiry not in listed:
            names = ", ".join(map(time_text, listed)) or "no expiry"
            field = f"{source}: options[{place}].expiry"
            raise BookError(
                field, time_text(slot.expiry), f"is not in the snapshot, which has {names}"
            )


def _perp(field: Field) -> tuple[int, int]:
    """Size, and what it was entered for; a price times the size is rounded up, as a cost."""
    fields = field.members(("size",), ("entry_price", "entry_value"))
    size = fields["size"].amount(SIZE, 1 - SIZE_BOUND, SIZE_BOUND)
    if ("entry_price" in fields) == ("entry_value" in fields):
        shown = "both" if "entry_price" in fields else "neither"
        raise field.error("must have exactly one of entry_price and entry_value", shown)
    if "entry_value" in fields:
        return size, fields["entry_value"].amount(QUOTE, 1 - CASH_BOUND, CASH_BOUND)
    price = fields["entry_price"].amount(QUOTE, 1, PRICE_BOUND)
    return size, divide_up(size * price, SIZE)


def _slots(field: Field) -> tuple[Slot, ...]:
    entries = field.items()
    if len(entries) > MOST_SLOTS:
        raise field.error(f"at most {MOST_SLOTS} strikes fit a book", f"{len(entries)} entries")
    slots: dict[tuple[int, int], Slot] = {}
    for entry in entries:
        slot = _slot(entry)
        if (slot.expiry, slot.strike) in slots:
            shown = f"{time_text(slot.expiry)} strike {exact_text(slot.strike, QUOTE)}"
            raise entry.error("is listed twice: add the sizes in one entry", shown)
        slots[slot.expiry, slot.strike] = slot
    return tuple(slots.values())


def _slot(entry: Field) -> Slot:
    fields = entry.members(("expiry", "strike"), ("call", "put"))
    if "call" not in fields and "put" not in fields:
        raise entry.error("must have a call or a put size, or both", "neither")
    return Slot(
        expiry=fields["expiry"].time(),
        strike=fields["strike"].amount(QUOTE, 1, PRICE_BOUND),
        call=_size(fields, "call"),
        put=_size(fields, "put"),
    )


def _size(fields: Mapping[str, Field], name: str) -> int:
    return fields[name].amount(SIZE, 1 - SIZE_BOUND, SIZE_BOUND) if name in fields else 0


def _dump_slot(slot: Slot) -> Json:
    return {
        "expiry": time_text(slot.expiry),
        "strike": exact_text(slot.strike, QUOTE),
        "call": exact_text(slot.call, SIZE),
        "put": exact_text(slot.put, SIZE),
    }
