# SPDX-License-Identifier: Apache-2.0
"""Format `csv`: expiry, strike, mark_vol, forward, and optionally bid_vol, ask_vol, timestamp.

    expiry, timestamp   unix seconds, or an ISO-8601 UTC time such as 2025-03-28T08:00:00Z
    strike, forward     quote per underlying unit
    the three vols      annual, as a fraction: 0.63 is 63 %

A file that ends in .json holds the same fields as a list of objects. Rows of a CSV file are
numbered as an editor numbers lines (the header is row 1), those of a list from 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from zkmargin.errors import QuoteError
from zkmargin.quotes.chain import Quote, Rejected
from zkmargin.quotes.record import FRACTION, Contract, Layout, Record
from zkmargin.quotes.source import Feed, read_json, read_rows, records_of

REQUIRED: Final = ("expiry", "strike", "mark_vol", "forward")
OPTIONAL: Final = ("bid_vol", "ask_vol", "timestamp")

_LAYOUT = Layout(
    mark="mark_vol",
    forward="forward",
    bid="bid_vol",
    ask="ask_vol",
    timestamp="timestamp",
    unit=FRACTION,
    zero_is_none=False,
    milliseconds=False,
)


def read(path: Path) -> Feed:
    """The quotes of a CSV file, or of a JSON list of the same fields.

    raises   QuoteError naming the row and the field, or the header's fault
    """
    is_json = path.suffix.lower() == ".json"
    records = records_of(path.name, read_json(path)) if is_json else _records(path)
    for record in records:
        _check_names(f"{record.source} row {record.row}", list(record.values))
    return Feed(None, None, None, tuple(_entry(record) for record in records))


def _records(path: Path) -> list[Record]:
    rows = read_rows(path)
    if not rows:
        raise QuoteError(path.name, "an empty file", f"must begin with {','.join(REQUIRED)}")
    line, header = rows[0]
    _check_names(f"{path.name} row {line}", header)
    records = []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            rule = f"must have {len(header)}, one per column of the header"
            raise QuoteError(f"{path.name} row {line}", f"{len(cells)} cells", rule)
        records.append(Record(path.name, line, dict(zip(header, cells, strict=True))))
    return records


def _check_names(place: str, names: list[str]) -> None:
    known = (*REQUIRED, *OPTIONAL)
    for name in names:
        if name not in known:
            raise QuoteError(f"{place} column", name, f"must be one of {', '.join(known)}")
        if names.count(name) > 1:
            raise QuoteError(f"{place} column", name, "must appear once")
    for name in REQUIRED:
        if name not in names:
            raise QuoteError(f"{place} columns", ",".join(names), f"must include {name}")


def _entry(record: Record) -> Quote | Rejected:
    expiry = record.time("expiry")
    if expiry is None or expiry != int(expiry):
        raise record.error("expiry", record.get("expiry"), "is required, in whole seconds")
    record.required("forward")
    return record.quote(Contract(int(expiry), record.required("strike")), _LAYOUT)
