# SPDX-License-Identifier: Apache-2.0
"""The trade log of one account: JSON lines, one for each version of its book, only ever added to.

    {"version": "0", "event": "open", "account": "7"}
    {"version": "1", "event": "deposit", "cash": "250000", "base": "60"}
    {"version": "2", "event": "trade", "cash": "1210.5", "options":
        [{"expiry": "2025-03-28T08:00:00Z", "strike": "3000", "call": "-20"}]}    (in one line)
    {"version": "3", "event": "trade", "perp": {"size": "-35", "entry_value": "-92767.5"}}
    {"version": "4", "event": "withdraw", "cash": "1000"}
    {"version": "5", "event": "settlement", "expiry": "2025-03-28T08:00:00Z", "cash": "-400"}

Numbers are those of a book document: exact to their unit, nothing is rounded. Those of a trade and
the cash of a settlement are changes and have a sign; deposits and withdrawals are positive. A log
is as private as the book, but opens nothing without the view secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from zkmargin.book import MOST_SLOTS, Slot
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.reading import Field, parse_document, time_text
from zkmargin.documents.writing import Json
from zkmargin.errors import BookError
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, QUOTE, SIZE, SIZE_BOUND

OPEN: Final = "open"
DEPOSIT: Final = "deposit"
WITHDRAW: Final = "withdraw"
TRADE: Final = "trade"
SETTLEMENT: Final = "settlement"

# Required and optional fields of each event, beside version and event.
_FIELDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    OPEN: (("account",), ()),
    DEPOSIT: ((), ("cash", "base")),
    WITHDRAW: ((), ("cash", "base")),
    TRADE: ((), ("cash", "base", "perp", "options")),
    SETTLEMENT: (("expiry", "cash"), ()),
}
_ALL_FIELDS: Final = ("account", "cash", "base", "perp", "options", "expiry")
_SUBJECTS: Final = ("base", "perp", "options")  # what a trade can be about


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Event:
    """One line of the log.

    kind        "open", "deposit", "withdraw", "trade" or "settlement"
    version     of the book after the event
    account     of "open" alone
    expiry      of "settlement" alone: its options end, for cash [s]
    cash        [1e-6 quote]
    base, perp  [1e-6 contract]
    perp_entry  what was paid for the perp, as the book's perp_entry counts it [1e-6 quote]
    options     sizes to add to the book's
    place       file and line, for messages
    """

    kind: str
    version: int
    account: int = 0
    cash: int = 0
    base: int = 0
    perp: int = 0
    perp_entry: int = 0
    options: tuple[Slot, ...] = ()
    expiry: int = 0
    place: str = field(default="event", compare=False)

    def __repr__(self) -> str:
        return f"Event(kind={self.kind!r}, version={self.version}, <private>)"


def load_trades(path: Path) -> list[Event]:
    """Every event of a trade log.

    raises   BookError, naming the file, the line, the field, the value and the bound
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BookError(path.name, error.strerror, "must be a readable file") from error
    return [parse_event(line, f"{path.name} line {n}") for n, line in enumerate(lines, start=1)]


def parse_event(line: bytes | str, place: str = "event") -> Event:
    """The event that one line states; raises BookError, naming the place."""
    document = parse_document(line, place, BookError)
    kind = document.members(("version", "event"), _ALL_FIELDS)["event"].one_of(tuple(_FIELDS))
    required, optional = _FIELDS[kind]
    fields = document.members(("version", "event", *required), optional)
    _require_a_subject(document, kind, fields)
    signed = kind in (TRADE, SETTLEMENT)
    perp, perp_entry = _perp(fields["perp"]) if "perp" in fields else (0, 0)
    return Event(
        kind=kind,
        version=fields["version"].integer(0, ID_BOUND),
        account=fields["account"].integer(0, ID_BOUND) if "account" in fields else 0,
        cash=_change(fields, "cash", QUOTE, CASH_BOUND, signed),
        base=_change(fields, "base", SIZE, SIZE_BOUND, signed),
        perp=perp,
        perp_entry=perp_entry,
        options=_options(fields["options"]) if "options" in fields else (),
        expiry=fields["expiry"].time() if "expiry" in fields else 0,
        place=place,
    )


def dump_event(event: Event) -> str:
    """The line that reads back as this event; raises BookError if there is none."""
    if event.kind not in _FIELDS:
        raise BookError("event", event.kind, f"must be one of {', '.join(_FIELDS)}")
    required, optional = _FIELDS[event.kind]
    stated = {name: text for name, text in _texts(event).items() if name in optional and text}
    always = {name: _texts(event)[name] or "0" for name in required}
    head = {"version": str(event.version), "event": event.kind}
    line = json.dumps({**head, **always, **stated})
    if parse_event(line) != event:
        rule = f"has a field that {event.kind} does not have"
        raise BookError(f"event {event.kind}", repr(event), rule)
    return line


def _texts(event: Event) -> dict[str, Json]:
    """Every field of an event as its document has it; None where the event says nothing."""
    entry = {"size": exact_text(event.perp, SIZE)}
    entry["entry_value"] = exact_text(event.perp_entry, QUOTE)
    return {
        "account": str(event.account),
        "cash": exact_text(event.cash, QUOTE) if event.cash else None,
        "base": exact_text(event.base, SIZE) if event.base else None,
        "perp": entry if event.perp or event.perp_entry else None,
        "options": [_option_text(slot) for slot in event.options] or None,
        "expiry": time_text(event.expiry),
    }


def _option_text(slot: Slot) -> Json:
    return {
        "expiry": time_text(slot.expiry),
        "strike": exact_text(slot.strike, QUOTE),
        "call": exact_text(slot.call, SIZE),
        "put": exact_text(slot.put, SIZE),
    }


def _require_a_subject(document: Field, kind: str, fields: Mapping[str, Field]) -> None:
    """A line that changes nothing is a mistake, and so is a trade of nothing but cash."""
    wanted = _SUBJECTS if kind == TRADE else _FIELDS[kind][1]
    if wanted and not any(name in fields for name in wanted):
        raise document.error(f"a {kind} must have one of {', '.join(wanted)}", "none of them")


def _change(fields: Mapping[str, Field], name: str, scale: int, bound: int, signed: bool) -> int:
    if name not in fields:
        return 0
    return fields[name].amount(scale, 1 - bound if signed else 1, bound)


def _perp(field: Field) -> tuple[int, int]:
    fields = field.members(("size", "entry_value"))
    size = fields["size"].amount(SIZE, 1 - SIZE_BOUND, SIZE_BOUND)
    return size, fields["entry_value"].amount(QUOTE, 1 - CASH_BOUND, CASH_BOUND)


def _options(field: Field) -> tuple[Slot, ...]:
    entries = field.items()
    if not 1 <= len(entries) <= 2 * MOST_SLOTS:
        raise field.error(f"must have 1 to {2 * MOST_SLOTS} entries", f"{len(entries)} entries")
    return tuple(_option(entry) for entry in entries)


def _option(entry: Field) -> Slot:
    fields = entry.members(("expiry", "strike"), ("call", "put"))
    if "call" not in fields and "put" not in fields:
        raise entry.error("must have a call or a put size, or both", "neither")
    return Slot(
        expiry=fields["expiry"].time(),
        strike=fields["strike"].amount(QUOTE, 1, PRICE_BOUND),
        call=_change(fields, "call", SIZE, SIZE_BOUND, signed=True),
        put=_change(fields, "put", SIZE, SIZE_BOUND, signed=True),
    )
