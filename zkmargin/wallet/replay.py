# SPDX-License-Identifier: Apache-2.0
"""The book that a trade log and a view secret give, at any of its versions.

The replay is exact and has one result: changes are added up in integers, each version is one more
than the last, strikes stand in the order of expiry and strike, and one whose call and put are both
zero is gone. A wallet that commits to the books of its log can lose every book file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from zkmargin.book import Book, Slot
from zkmargin.documents.reading import naming, time_text
from zkmargin.errors import BookError
from zkmargin.files import exclusive
from zkmargin.wallet.private_file import append_line
from zkmargin.wallet.secret import ViewSecret
from zkmargin.wallet.trade_log import (
    OPEN,
    SETTLEMENT,
    WITHDRAW,
    Event,
    dump_event,
    load_trades,
    parse_event,
)

_UNDERIVED: Final = 1 << 247  # the blinding while a replay is under way


def recover_book(path: Path, secret: ViewSecret, version: int | None = None) -> Book:
    """The book that the log in a file gives, with its blinding.

    version   the log's last unless told
    raises    BookError, naming the file, the line and the field, or the versions that there are
    """
    return replay(load_trades(path), secret, version, source=path.name)


def replay(
    events: Iterable[Event],
    secret: ViewSecret,
    version: int | None = None,
    *,
    source: str = "trades",
) -> Book:
    """The book after the events up to a version, with its blinding; raises BookError."""
    books = _books(events)
    if not books:
        raise BookError(
            source, "no events", 'must begin with {"version": "0", "event": "open", ..}'
        )
    first, last = books[0].version, books[-1].version
    wanted = last if version is None else version
    if not first <= wanted <= last:
        raise BookError(f"{source}: version", wanted, f"the log has versions {first} to {last}")
    book = books[wanted - first]
    return replace(book, blinding=secret.blinding(book.account, book.version))


def append_event(path: Path, event: Event) -> None:
    """Adds an event to the log in a file, made for its owner alone (0600) if it is an opening.

    raises   BookError if the event does not follow from the log, which is then left as it is
    """
    line = dump_event(event)
    with exclusive(path.with_name(f".{path.name}.lock")):
        earlier = load_trades(path) if path.exists() else []
        _books([*earlier, parse_event(line, f"{path.name} line {len(earlier) + 1}")])
        append_line(path, line)


def _books(events: Iterable[Event]) -> list[Book]:
    """The book after each event, without its blinding."""
    books: list[Book] = []
    for event in events:
        with naming(event.place, BookError):
            books.append(_after(books[-1], event) if books else _opened(event))
    return books


def _opened(event: Event) -> Book:
    if event.kind != OPEN:
        raise BookError("event", event.kind, "the first must be an open")
    return Book(event.account, event.version, 0, 0, 0, 0, (), _UNDERIVED)


def _after(book: Book, event: Event) -> Book:
    """The book after one event; raises BookError if the event cannot follow."""
    if event.kind == OPEN:
        raise BookError("event", event.kind, "the account is open already")
    if event.version != book.version + 1:
        raise BookError("version", event.version, f"must be {book.version + 1}, the next one")
    sign = -1 if event.kind == WITHDRAW else 1
    return Book(
        account=book.account,
        version=event.version,
        cash=book.cash + sign * event.cash,
        base=book.base + sign * event.base,
        perp=book.perp + event.perp,
        perp_entry=book.perp_entry + event.perp_entry,
        slots=_settled(book, event) if event.kind == SETTLEMENT else _traded(book, event),
        blinding=_UNDERIVED,
    )


def _settled(book: Book, event: Event) -> tuple[Slot, ...]:
    if event.expiry not in book.expiries:
        raise BookError("expiry", time_text(event.expiry), "the book holds nothing of it")
    return tuple(slot for slot in book.slots if slot.expiry != event.expiry)


def _traded(book: Book, event: Event) -> tuple[Slot, ...]:
    sizes = {(slot.expiry, slot.strike): (slot.call, slot.put) for slot in book.slots}
    for slot in event.options:
        call, put = sizes.get((slot.expiry, slot.strike), (0, 0))
        sizes[slot.expiry, slot.strike] = (call + slot.call, put + slot.put)
    return tuple(Slot(*place, *held) for place, held in sorted(sizes.items()) if any(held))
