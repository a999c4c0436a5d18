# SPDX-License-Identifier: Apache-2.0
"""Strict JSON documents in human units: what a file may say, and how a mistake in it is named.

A document is an object with known fields only. A number is a decimal string ("1234.5") or a JSON
number whose digits survive every reader: an integer up to 2^53, or a float that is its own shortest
form. It must be a multiple of its field's unit: nothing is rounded, unless the field says so. Every
refusal names the file, the path of the field in it, the value and the bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.strict_json import Literal, parse_strict, read_strict
from zkmargin.errors import InputError
from zkmargin.units import BPS, TIME_BOUND

ISO_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"

_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MOVE: Final = re.compile(r"([+-]?)((?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(%?)")
_NATURAL: Final = re.compile(r"0x[0-9a-fA-F]{1,64}|0|[1-9][0-9]{0,77}")
_CONTAINERS: Final[Mapping[type, str]] = {list: "a list", dict: "an object"}
_LONGEST_NAME: Final = 40
_LONGEST_NUMBER: Final = 120
_SAFE_INTEGER: Final = 1 << 53  # beyond it, readers that hold numbers as floats lose digits


class Field:
    """One value of a document, and the place where it stands."""

    __slots__ = ("kind", "path", "source", "value")

    def __init__(self, source: str, path: str, value: Any, kind: type[InputError]) -> None:
        self.source = source  # name of the file
        self.path = path  # "options[2].strike"; empty for the whole document
        self.value = value
        self.kind = kind  # the error that this document raises

    def error(self, rule: str, shown: object = None) -> InputError:
        """The refusal of this value, naming file and field; `shown` stands in for a secret.

        Lists and objects are not shown: a book's blinding may be among them.
        """
        place = f"{self.source}: {self.path}" if self.path else self.source
        if shown is None:
            shown = _CONTAINERS.get(type(self.value), self.value)
        return self.kind(place, shown, rule)

    def members(self, required: Sequence[str], optional: Sequence[str] = ()) -> Mapping[str, Field]:
        """The fields of an object, those absent left out.

        raises   InputError on anything but an object, a missing field or an unknown one
        """
        if not isinstance(self.value, dict):
            raise self.error("must be an object, {...}")
        known = dict.fromkeys((*required, *optional))
        for name in self.value:
            if name not in known:
                rule = f"is not a field here: those are {', '.join(known)}"
                raise self._child(name).error(rule, name)
        for name in required:
            if name not in self.value:
                raise self._child(name).error("is required", "nothing")
        return {name: self._child(name) for name in known if name in self.value}

    def entries(self) -> Mapping[str, Field]:
        """The fields of an object that may have any names."""
        return self.members(tuple(self.value) if isinstance(self.value, dict) else ())

    def items(self) -> list[Field]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise self.error("must be a list, [...]")
        return [
            Field(self.source, f"{self.path}[{place}]", value, self.kind)
            for place, value in enumerate(self.value)
        ]

    def text(self, longest: int = 64) -> str:
        """A printable string of 1 to `longest` characters."""
        value = self.value
        if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
            raise self.error(f"must be a string of 1 to {longest} printable characters")
        return value

    def one_of(self, words: Sequence[str]) -> str:
        """One of a few words."""
        if not isinstance(self.value, str) or self.value not in words:
            raise self.error(f"must be one of {', '.join(words)}")
        return self.value

    def real(self, low: Decimal | int, high: Decimal | int) -> str:
        """A decimal between two bounds, both included, as its text; its field rounds it."""
        text = self._number()
        if not low <= Decimal(text) <= high:
            raise self.error(f"must be between {low} and {high}")
        return text

    def amount(self, scale: int, low: int, end: int) -> int:
        """A decimal in units of 1 / scale, all digits kept, in [low, end) of those units."""
        value = self._scaled(self._number(), scale)
        if not low <= value < end:
            first, last = exact_text(low, scale), exact_text(end - 1, scale)
            raise self.error(f"must be between {first} and {last}")
        return value

    def integer(self, low: int, end: int) -> int:
        """A whole number in [low, end)."""
        return self.amount(1, low, end)

    def ratio(self, low: int, high: int) -> int:
        """A plain number ("0.03") or a percentage ("3%"), in bps of 1; bounds included."""
        sign, number, percent = self._move_parts()
        if sign:
            raise self.error("must not have a sign")
        return self._within(self._scaled(number, BPS // 100 if percent else BPS), low, high)

    def multiplier(self, low: int, high: int) -> int:
        """A signed move ("-15%") or a multiplier ("0.85"), in bps of 1; bounds included."""
        sign, number, percent = self._move_parts()
        if percent and not sign and Decimal(number):
            raise self.error(f"must say its sign, +{number}% or -{number}%")
        if sign and not percent:
            raise self.error("must be a move such as -15% or a multiplier such as 0.85")
        value = self._scaled(sign + number, BPS // 100 if percent else BPS)
        return self._within(value + BPS if percent else value, low, high)

    def time(self) -> int:
        """Unix seconds, as a whole number or as 2025-03-28T08:00:00Z."""
        text = self._text()
        if _DECIMAL.fullmatch(text):
            return self.integer(1, TIME_BOUND)
        try:
            seconds = datetime.strptime(text, ISO_TIME).replace(tzinfo=UTC).timestamp()
        except ValueError:
            seconds = 0
        if seconds < 1:
            raise self.error("must be unix seconds or UTC such as 2025-03-28T08:00:00Z, after 1970")
        return int(seconds)

    def natural(self, end: int, secret: bool = False) -> int:
        """A whole number in [0, end), hexadecimal after 0x or decimal; a secret is never shown."""
        text = self.value if isinstance(self.value, str) else ""
        value = int(text, 0) if _NATURAL.fullmatch(text) else end
        if value >= end:
            bound = end if end.bit_count() > 1 else f"2^{end.bit_length() - 1}"
            rule = f"must be a string of digits, hexadecimal ones after 0x, below {bound}"
            raise self.error(rule, "(hidden)" if secret else None)
        return value

    def _child(self, name: str) -> Field:
        shown = (
            name
            if name.isprintable() and len(name) <= _LONGEST_NAME
            else repr(name)[:_LONGEST_NAME]
        )
        path = f"{self.path}.{shown}" if self.path else shown
        return Field(self.source, path, self.value.get(name), self.kind)

    def _text(self) -> str:
        text = self.value.text if isinstance(self.value, Literal) else self.value
        if not isinstance(text, str):
            raise self.error('must be a number such as "1234.5"')
        if len(text) > _LONGEST_NUMBER:
            raise self.error(f"must have at most {_LONGEST_NUMBER} characters")
        return text

    def _number(self) -> str:
        text = self._text()
        if not _DECIMAL.fullmatch(text):
            raise self.error('must be a plain decimal number such as "1234.5"')
        if isinstance(self.value, Literal) and _loses_digits(text):
            raise self.error(f'loses digits as a JSON number: write "{text}"')
        return text

    def _move_parts(self) -> tuple[str, str, str]:
        text = self._number() if isinstance(self.value, Literal) else self._text()
        match = _MOVE.fullmatch(text)
        if match is None:
            raise self.error('must be a number such as "0.03" or a percentage such as "3%"')
        return match[1], match[2], match[3]

    def _scaled(self, number: str, scale: int) -> int:
        scaled = Fraction(number) * scale
        if scaled.denominator != 1:
            raise self.error(f"must be a multiple of {exact_text(1, scale)}")
        return scaled.numerator

    def _within(self, value: int, low: int, high: int) -> int:
        if not low <= value <= high:
            raise self.error(f"must be between {exact_text(low, BPS)} and {exact_text(high, BPS)}")
        return value


def read_document(path: Path, kind: type[InputError]) -> Field:
    """The document in a file; raises `kind`, naming the file, if it cannot be read or parsed."""
    return Field(path.name, "", read_strict(path, kind), kind)


def parse_document(content: bytes | str, source: str, kind: type[InputError]) -> Field:
    """The document in a text; raises `kind`, naming the source, if it is not strict JSON."""
    return Field(source, "", parse_strict(content, source, kind), kind)


@contextmanager
def naming(source: str, kind: type[InputError]) -> Iterator[None]:
    """Puts the file's name before the field of any refusal inside the block."""
    try:
        yield
    except InputError as error:
        raise kind(f"{source}: {error.field}", error.value, error.rule) from error


def time_text(seconds: int) -> str:
    """Unix seconds as 2025-03-28T08:00:00Z, or as the number itself beyond the year 9999."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(ISO_TIME)
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _loses_digits(literal: str) -> bool:
    if "." in literal:
        return Decimal(repr(float(literal))) != Decimal(literal)
    return abs(int(literal)) > _SAFE_INTEGER
