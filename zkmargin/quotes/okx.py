# SPDX-License-Identifier: Apache-2.0
"""Format `okx`: GET /api/v5/public/opt-summary.

    code              "0" where the call succeeded
    instId            ETH-USD-250328-2000-C; expires 08:00 UTC of the date
    markVol, bidVol, askVol   fraction, as text; "0" or "" where there is none
    fwdPx             forward of the expiry
    ts                unix ms, as text

A contract is ctVal x ctMult of /api/v5/public/instruments: 0.1 ETH or 0.01 BTC for the
coin-margined families. The summary states neither, nor the index.
"""

from __future__ import annotations

import re
from typing import Final

from zkmargin.errors import QuoteError
from zkmargin.quotes.record import FRACTION, Contract, Layout, Record
from zkmargin.quotes.source import records_of
from zkmargin.quotes.venue import Venue, expiry_of

_NAME = re.compile(r"([A-Z0-9]+-[A-Z]+(?:_[A-Z]+)?)-(\d{2})(\d{2})(\d{2})-(\d+(?:\.\d+)?)-([CP])")
_LAYOUT = Layout("markVol", "fwdPx", "bidVol", "askVol", "ts", FRACTION)


def _rows(source: str, payload: object) -> list[Record]:
    if not isinstance(payload, dict):
        return records_of(source, payload)
    if payload.get("code", "0") != "0":
        answer = f"{payload.get('code')} {payload.get('msg', '')}".strip()
        raise QuoteError(f"{source} code", answer, "must be 0, a call that succeeded")
    return records_of(source, payload.get("data"))


def _contract(record: Record) -> Contract | None:
    name = record.text("instId")
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    year, month, day = int(match[2]), int(match[3]), int(match[4])
    expiry = expiry_of(record, "instId", year, month, day)
    return Contract(expiry, float(match[5]), name, match[6], family=match[1])


OKX: Final = Venue(
    name_field="instId",
    example="ETH-USD-250328-2000-C",
    rows=_rows,
    contract=_contract,
    layout=lambda record: _LAYOUT,
    multipliers={"BTC-USD": 0.01, "ETH-USD": 0.1},
)
