# SPDX-License-Identifier: Apache-2.0
"""The text of a quote file, as JSON or as lines of CSV; every damage is a QuoteError."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from zkmargin.errors import QuoteError
from zkmargin.files import MAX_JSON_DEPTH, nesting
from zkmargin.quotes.chain import Quote, Rejected
from zkmargin.quotes.record import Record


@dataclass(frozen=True)
class Feed:
    """What one file states, before it is screened."""

    underlying: str | None
    index: float | None
    contract_multiplier: float | None
    entries: tuple[Quote | Rejected, ...]


def read_text(path: Path) -> str:
    """The file's text, a byte order mark removed.

    raises   QuoteError if the file cannot be read or is not UTF-8
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuoteError("quote file", str(path), f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise QuoteError("quote file", str(path), "must be UTF-8 text") from None


def read_json(path: Path) -> object:
    """The file's JSON value.

    raises   QuoteError if it is not strict JSON; NaN and Infinity are not JSON
    """
    text = read_text(path)
    if (depth := nesting(text)) > MAX_JSON_DEPTH:
        raise QuoteError(path.name, f"{depth} deep", f"must be at most {MAX_JSON_DEPTH} deep")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise QuoteError(path.name, place, f"must be JSON: {error.msg}") from None
    except QuoteError:
        raise
    except ValueError as error:
        raise QuoteError(path.name, "JSON", f"must be plain JSON: {error}") from None


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The non-empty rows of a CSV file, each with its line number; the first line is 1."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        place = f"{path.name} row {reader.line_num}"
        raise QuoteError(place, "this line", f"must be CSV: {error}") from None
    return rows


def records_of(source: str, rows: object) -> list[Record]:
    """One record per JSON object of a list, numbered from 1.

    raises   QuoteError if it is not a list of objects
    """
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise QuoteError(source, _kind(rows), "must hold a list of quotes")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise QuoteError(f"{source} row {number}", _kind(row), "must be a JSON object")
    return [Record(source, number, row) for number, row in enumerate(rows, 1)]


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
