# SPDX-License-Identifier: Apache-2.0
"""One row of a quote file, and the reading of its fields with units that the format fixes.

A unit is never guessed from a value: a vol outside its unit's bounds is refused, because a vol in
percent read as a fraction (or the reverse) is a wrong market, not an odd one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from zkmargin.errors import QuoteError
from zkmargin.quotes.chain import Quote, Reason, Rejected

EARLIEST: Final = 1_262_304_000  # 2010-01-01, unix [s]
LATEST: Final = 4_102_444_800  # 2100-01-01, unix [s]

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_MAX_DIGITS = 64


@dataclass(frozen=True)
class VolUnit:
    """A unit of vol and the bounds that tell it from the other one."""

    name: str
    scale: float  # of this unit per plain fraction
    low: float
    high: float

    @property
    def rule(self) -> str:
        """The bound, in words."""
        example = f"{0.63 * self.scale:g} is 63 %"
        return f"must be {self.name} between {self.low:g} and {self.high:g} ({example})"


FRACTION: Final = VolUnit("a vol as a fraction", 1, 0.01, 10)
PERCENT: Final = VolUnit("a vol in percent", 100, 5, 2000)


@dataclass(frozen=True)
class Layout:
    """Where a format keeps the fields of a quote; a dot steps into a nested object.

    zero_is_none   the venue writes 0 for a vol or forward that it does not have
    """

    mark: str
    forward: str
    bid: str
    ask: str
    timestamp: str
    unit: VolUnit
    zero_is_none: bool = True
    milliseconds: bool = True


@dataclass(frozen=True)
class Contract:
    """What is quoted: expiry unix [s], strike [quote], and the venue's name for it."""

    expiry: int
    strike: float
    label: str = ""
    option_type: str = ""
    family: str = ""


@dataclass(frozen=True)
class Record:
    """One row: its file, its number, its fields."""

    source: str
    row: int
    values: Mapping[str, object]

    def error(self, field: str, value: object, rule: str) -> QuoteError:
        """The error that names file, row, field, value and rule."""
        return QuoteError(f"{self.source} row {self.row}, {field}", value, rule)

    def get(self, path: str) -> object:
        """The value at a dotted path, None where it is absent."""
        value: object = self.values
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def text(self, path: str) -> str:
        """A non-empty text."""
        value = self.get(path)
        if not isinstance(value, str) or not value:
            raise self.error(path, value, "must be a text that names the instrument")
        return value

    def number(self, path: str) -> float | None:
        """A finite number, written as a JSON number or as decimal text; None if absent."""
        value = self.get(path)
        if value is None or value == "":
            return None
        number = _finite(value)
        if number is None:
            raise self.error(path, value, "must be a finite decimal number")
        return number

    def positive(self, path: str, *, zero_is_none: bool = False) -> float | None:
        """A number above zero; None if absent, or if zero stands for absent."""
        number = self.number(path)
        if number is None or (number == 0 and zero_is_none):
            return None
        if number <= 0:
            raise self.error(path, self.get(path), "must be above 0")
        return number

    def required(self, path: str) -> float:
        """A number above zero that must be there."""
        number = self.positive(path)
        if number is None:
            raise self.error(path, self.get(path), "is required and must be above 0")
        return number

    def unix_time(self, path: str, *, milliseconds: bool = False) -> float | None:
        """Unix time [s] from seconds or milliseconds, as the format says; None if absent."""
        number = self.number(path)
        if number is None:
            return None
        scale, unit = (1000, "ms") if milliseconds else (1, "s")
        if not EARLIEST * scale <= number <= LATEST * scale:
            rule = f"must be unix time in {unit}, {EARLIEST * scale} to {LATEST * scale}"
            raise self.error(path, self.get(path), rule)
        return number / scale

    def time(self, path: str) -> float | None:
        """Unix time [s] from unix seconds or an ISO-8601 UTC time; None if absent."""
        value = self.get(path)
        if not isinstance(value, str) or value == "" or _DECIMAL.fullmatch(value.strip()):
            return self.unix_time(path)
        rule = "must be unix seconds or an ISO-8601 UTC time such as 2025-03-28T08:00:00Z"
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            raise self.error(path, value, rule) from None
        if moment.utcoffset() != timedelta(0):
            raise self.error(path, value, rule)
        seconds = moment.timestamp()
        if not EARLIEST <= seconds <= LATEST:
            raise self.error(path, value, f"must lie between {EARLIEST} and {LATEST}")
        return seconds

    def quote(self, contract: Contract, layout: Layout) -> Quote | Rejected:
        """The quote of this row, or the row rejected because a value is missing.

        raises   QuoteError if a value is malformed, negative, or in the wrong unit
        """
        if not 0 < contract.strike < math.inf:
            raise self.error("strike", contract.strike, "must be above 0 and finite")
        zero = layout.zero_is_none
        mark = self._mark_vol(layout)
        forward = self.positive(layout.forward, zero_is_none=zero)
        if mark is None:
            return self._missing(contract, Reason.NO_VOL, layout.mark)
        if forward is None:
            return self._missing(contract, Reason.NO_FORWARD, layout.forward)
        sides = (layout.bid, layout.ask)
        bid, ask = (self.positive(path, zero_is_none=zero) for path in sides)
        unit = layout.unit
        for path, side in zip(sides, (bid, ask), strict=True):
            if side is not None and not unit.low <= side <= unit.high:
                detail = f"{path}: got {side:g}, {unit.rule}"
                return Rejected(self.row, contract.label, Reason.OUT_OF_RANGE, detail)
        return Quote(
            expiry=contract.expiry,
            strike=contract.strike,
            mark_vol=mark,
            forward=forward,
            bid_vol=None if bid is None else bid / unit.scale,
            ask_vol=None if ask is None else ask / unit.scale,
            timestamp=self._timestamp(layout),
            row=self.row,
            label=contract.label,
            option_type=contract.option_type,
        )

    def _mark_vol(self, layout: Layout) -> float | None:
        number = self.number(layout.mark)
        if number is None or (number == 0 and layout.zero_is_none):
            return None
        if not layout.unit.low <= number <= layout.unit.high:
            raise self.error(layout.mark, self.get(layout.mark), layout.unit.rule)
        return number / layout.unit.scale

    def _timestamp(self, layout: Layout) -> float | None:
        if layout.milliseconds:
            return self.unix_time(layout.timestamp, milliseconds=True)
        return self.time(layout.timestamp)

    def _missing(self, contract: Contract, reason: Reason, path: str) -> Rejected:
        detail = f"{path}: got {self.get(path)!r}, must be above 0"
        return Rejected(self.row, contract.label, reason, detail)


def settlement_time(year: int, month: int, day: int) -> int:
    """08:00 UTC of a date, unix [s]: when Deribit, OKX and Derive options expire.

    raises   ValueError if there is no such date
    """
    return int(datetime(year, month, day, 8, tzinfo=UTC).timestamp())


def _finite(value: object) -> float | None:
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _MAX_DIGITS or not _DECIMAL.fullmatch(text):
            return None
        value = float(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
