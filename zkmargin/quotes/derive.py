# SPDX-License-Identifier: Apache-2.0
"""Format `derive`: public/get_ticker per option, or public/get_tickers for one expiry.

    instrument_name   ETH-20250328-2000-C (a strike of 2000.5 is written 2000_5)
    option_details    expiry (unix s, taken from here), strike
    option_pricing    iv, bid_iv, ask_iv (fraction, as text; "0" where there is none), forward_price
    timestamp         unix ms
    index_price       the index

get_tickers answers a map from instrument name to a short form: option_pricing {i, bi, ai, f}, t and
I. It states no expiry: 08:00 UTC of the date in the name. A contract is one unit of the underlying.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from zkmargin.quotes.record import FRACTION, Contract, Layout, Record
from zkmargin.quotes.source import records_of
from zkmargin.quotes.venue import Venue, expiry_of, result_of, results_of

_NAME = re.compile(r"([A-Z0-9]+)-20(\d{2})(\d{2})(\d{2})-(\d+(?:_\d+)?)-([CP])")
_FULL = Layout(
    mark="option_pricing.iv",
    forward="option_pricing.forward_price",
    bid="option_pricing.bid_iv",
    ask="option_pricing.ask_iv",
    timestamp="timestamp",
    unit=FRACTION,
)
_SHORT = Layout(
    mark="option_pricing.i",
    forward="option_pricing.f",
    bid="option_pricing.bi",
    ask="option_pricing.ai",
    timestamp="t",
    unit=FRACTION,
)


def _rows(source: str, payload: object) -> list[Record]:
    result = result_of(source, payload)
    tickers = result.get("tickers") if isinstance(result, dict) else None
    if not isinstance(tickers, dict):
        return records_of(source, results_of(source, payload))
    named = records_of(source, list(tickers.values()))
    return [
        Record(source, record.row, {**record.values, "instrument_name": name})
        for name, record in zip(tickers, named, strict=True)
    ]


def _contract(record: Record) -> Contract | None:
    name = record.text("instrument_name")
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    year, month, day = int(match[2]), int(match[3]), int(match[4])
    expiry = expiry_of(record, "instrument_name", year, month, day)
    strike = float(match[5].replace("_", "."))
    if record.get("option_details") is not None:
        expiry = _stated_expiry(record, expiry)
    return Contract(expiry, strike, name, match[6], family=match[1])


def _stated_expiry(record: Record, named: int) -> int:
    """The expiry of option_details, which must fall on the date in the name."""
    field = "option_details.expiry"
    stated = record.unix_time(field)
    date = datetime.fromtimestamp(named, UTC).date()
    if stated is None or datetime.fromtimestamp(stated, UTC).date() != date:
        raise record.error(field, record.get(field), f"must be unix time in s, on {date}")
    return int(stated)


DERIVE: Final = Venue(
    name_field="instrument_name",
    example="ETH-20250328-2000-C",
    rows=_rows,
    contract=_contract,
    layout=lambda record: _SHORT if record.get("timestamp") is None else _FULL,
    index_fields=("index_price", "I"),
    default_multiplier=1.0,
)
