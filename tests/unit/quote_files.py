# SPDX-License-Identifier: Apache-2.0
"""Quote files for the tests: the samples of every venue, and changed copies of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zkmargin.quotes import Chain, Reason, load_chain

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "quotes"
EXAMPLE = ROOT / "examples" / "eth_quotes.csv"
AS_OF = 1_740_000_000
EXPIRY = 1_743_148_800  # 2025-03-28T08:00:00Z

HEADER = "expiry,strike,mark_vol,forward,bid_vol,ask_vol,timestamp\n"
VENUE_FILES = {
    "deribit_summary": "deribit",
    "deribit_tickers": "deribit",
    "okx_summary": "okx",
    "derive_tickers": "derive",
    "derive_short": "derive",
}
Write = Callable[[str, str], Path]


def edited(write: Write, name: str, edit: Callable[[Any], None]) -> Path:
    """A sample file after an edit of its JSON."""
    payload = json.loads((DATA / f"{name}.json").read_text())
    edit(payload)
    return write(f"{name}.json", json.dumps(payload))


def csv(write: Write, *rows: str) -> Chain:
    return load_chain(write("quotes.csv", HEADER + "\n".join(rows)), "csv", as_of=AS_OF)


def reasons(chain: Chain) -> list[tuple[int, Reason]]:
    return [(entry.row, entry.reason) for entry in chain.rejected]
