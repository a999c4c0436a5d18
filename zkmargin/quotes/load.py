# SPDX-License-Identifier: Apache-2.0
"""The one entry: a file in a named format, read and screened into a chain."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from zkmargin.errors import QuoteError
from zkmargin.quotes import table
from zkmargin.quotes.chain import Chain, Quote, Rejected, screen
from zkmargin.quotes.deribit import DERIBIT
from zkmargin.quotes.derive import DERIVE
from zkmargin.quotes.okx import OKX
from zkmargin.quotes.record import EARLIEST, LATEST
from zkmargin.quotes.source import Feed

FORMATS: Final[Mapping[str, Callable[[Path], Feed]]] = {
    "csv": table.read,
    "deribit": DERIBIT.read,
    "okx": OKX.read,
    "derive": DERIVE.read,
}
MAX_AGE: Final = 300.0  # of a quote against the valuation time [s]


def load_chain(
    path: str | os.PathLike[str],
    format: str,
    *,
    as_of: int | None = None,
    max_age: float | None = MAX_AGE,
) -> Chain:
    """The usable quotes of a file, and its rejected rows with their reasons.

    format    "csv", "deribit", "okx" or "derive"; it fixes every unit
    as_of     valuation time, unix [s]; by default the newest timestamp in the file
    max_age   a quote stamped further than this from as_of is stale [s]; None accepts any
    raises    QuoteError if the file or a row is malformed, or no row is usable
    """
    if format not in FORMATS:
        raise QuoteError("format", format, f"must be one of {', '.join(FORMATS)}")
    if max_age is not None and not (_is_number(max_age) and max_age >= 0):
        raise QuoteError("max_age", max_age, "must be seconds, at least 0, or None")
    where = Path(path)
    feed = FORMATS[format](where)
    turned_down = [entry for entry in feed.entries if isinstance(entry, Rejected)]
    if len(turned_down) == len(feed.entries):
        raise _unusable(where.name, turned_down)
    time = _valuation_time(feed, as_of)
    quotes, rejected = screen(feed.entries, time, max_age)
    if not quotes:
        raise _unusable(where.name, rejected)
    return Chain(
        source=where.name,
        underlying=feed.underlying,
        index=feed.index,
        contract_multiplier=feed.contract_multiplier,
        as_of=time,
        quotes=quotes,
        rejected=rejected,
    )


def _valuation_time(feed: Feed, as_of: int | None) -> int:
    if as_of is not None:
        if isinstance(as_of, bool) or not isinstance(as_of, int) or not EARLIEST <= as_of <= LATEST:
            rule = f"must be whole unix seconds, {EARLIEST} to {LATEST}"
            raise QuoteError("as_of", as_of, rule)
        return as_of
    quotes = (entry for entry in feed.entries if isinstance(entry, Quote))
    stamps = [quote.timestamp for quote in quotes if quote.timestamp is not None]
    if not stamps:
        raise QuoteError("as_of", as_of, "is required: no usable row states its timestamp")
    return math.ceil(max(stamps))  # a valuation never comes before its quotes


def _unusable(source: str, rejected: Sequence[Rejected]) -> QuoteError:
    first = f"; the first: {rejected[0]}" if rejected else ""
    return QuoteError(source, f"{len(rejected)} rows", f"must hold a usable quote{first}")


def _is_number(value: object) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and math.isfinite(value)  # type: ignore[arg-type]
