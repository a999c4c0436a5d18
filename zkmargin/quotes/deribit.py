# SPDX-License-Identifier: Apache-2.0
"""Format `deribit`: public/get_book_summary_by_currency, or public/ticker per option.

    instrument_name   ETH-28MAR25-2000-C; coin-margined, or ETH_USDC-28MAR25-2000-C
                      (a strike below 1 is written 0d625); expires 08:00 UTC of the date
    mark_iv, bid_iv, ask_iv   percent: 63.112 is 63.112 %; 0 or null where there is none
    underlying_price  the forward of the expiry
    timestamp (ticker), creation_timestamp (summary)   unix ms
    index_price (ticker), estimated_delivery_price (summary)   the index

Option prices are in coin and are not read: the vol carries them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from zkmargin.quotes.record import PERCENT, Contract, Layout, Record
from zkmargin.quotes.source import records_of
from zkmargin.quotes.venue import Venue, expiry_of, results_of

_NAME = re.compile(r"([A-Z0-9]+(?:_[A-Z]+)?)-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:d\d+)?)-([CP])")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_TICKER = Layout("mark_iv", "underlying_price", "bid_iv", "ask_iv", "timestamp", PERCENT)
_SUMMARY = replace(_TICKER, timestamp="creation_timestamp")


def _contract(record: Record) -> Contract | None:
    name = record.text("instrument_name")
    match = _NAME.fullmatch(name)
    if match is None or match[3] not in _MONTHS:
        return None
    month = _MONTHS.index(match[3]) + 1
    expiry = expiry_of(record, "instrument_name", int(match[4]), month, int(match[2]))
    strike = float(match[5].replace("d", "."))
    return Contract(expiry, strike, name, match[6], family=match[1])


def _layout(record: Record) -> Layout:
    return _SUMMARY if record.get("timestamp") is None else _TICKER


DERIBIT: Final = Venue(
    name_field="instrument_name",
    example="ETH-28MAR25-2000-C",
    rows=lambda source, payload: records_of(source, results_of(source, payload)),
    contract=_contract,
    layout=_layout,
    index_fields=("index_price", "estimated_delivery_price"),
    multipliers={"BTC": 1.0, "ETH": 1.0},
)
