# SPDX-License-Identifier: Apache-2.0
"""Quote files: four formats and their units."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from quote_files import (
    AS_OF,
    DATA,
    EXAMPLE,
    EXPIRY,
    VENUE_FILES,
    Write,
    csv,
    edited,
)

from zkmargin.quotes import Quote, load_chain


def test_the_example_holds_eighteen_quotes_of_four_expiries() -> None:
    chain = load_chain(EXAMPLE, "csv")

    assert (len(chain.quotes), len(chain.expiries)) == (18, 4)
    assert (chain.as_of, chain.rejected) == (AS_OF, ())


def test_a_csv_row_becomes_a_quote_field_by_field(write: Write) -> None:
    (quote,) = csv(write, f"{EXPIRY},2000,0.63,2681.5,0.62,0.64,{AS_OF}").quotes

    assert Quote(EXPIRY, 2000.0, 0.63, 2681.5, 0.62, 0.64, float(AS_OF), row=2) == quote


def test_an_expiry_may_be_unix_seconds_or_an_iso_time(write: Write) -> None:
    rows = [
        f"{e},{k},0.6,2000,,,"
        for k, e in enumerate(
            (str(EXPIRY), "2025-03-28T08:00:00Z", "2025-03-28T08:00:00+00:00"), 2000
        )
    ]

    assert {EXPIRY} == {quote.expiry for quote in csv(write, *rows).quotes}


def test_a_json_list_is_read_like_the_csv_of_the_same_fields(write: Write) -> None:
    rows = [{"expiry": EXPIRY, "strike": 2000, "mark_vol": 0.6, "forward": "2100", "bid_vol": None}]
    path = write("quotes.json", json.dumps(rows))

    (quote,) = load_chain(path, "csv", as_of=AS_OF).quotes

    assert Quote(EXPIRY, 2000.0, 0.6, 2100.0, row=1) == quote


@pytest.mark.parametrize(("name", "format"), VENUE_FILES.items())
def test_every_venue_states_the_same_smile_in_its_own_units(name: str, format: str) -> None:
    smile = {
        1700: 0.8966,
        1800: 0.85132,
        2700: 0.64253,
        3400: 0.71004,
        3500: 0.72068,
        5500: 0.88431,
    }

    chain = load_chain(DATA / f"{name}.json", format, as_of=AS_OF)

    assert chain.rejected == ()
    assert smile == {quote.strike: pytest.approx(quote.mark_vol) for quote in chain.at(EXPIRY)}
    assert chain.forward(EXPIRY) == 2695.7815


@pytest.mark.parametrize(
    ("name", "multiplier", "index"),
    [
        ("deribit_summary", 1.0, 2681.603),
        ("deribit_tickers", 1.0, 2681.603),
        ("okx_summary", 0.1, None),
        ("derive_tickers", 1.0, 2681.603),
        ("derive_short", 1.0, 2681.603),
    ],
)
def test_a_venue_chain_states_underlying_multiplier_and_index(
    name: str, multiplier: float, index: float | None
) -> None:
    chain = load_chain(DATA / f"{name}.json", VENUE_FILES[name], as_of=AS_OF)

    assert ("ETH", multiplier, index) == (chain.underlying, chain.contract_multiplier, chain.index)


def test_a_multiplier_that_the_venue_does_not_state_is_not_made_up(write: Write) -> None:
    def to_sol(payload: Any) -> None:
        for row in payload["data"]:
            row["instId"] = row["instId"].replace("ETH-USD", "SOL-USD_UM")

    chain = load_chain(edited(write, "okx_summary", to_sol), "okx")

    assert (chain.underlying, chain.contract_multiplier) == ("SOL", None)


def test_bid_and_ask_vols_follow_the_unit_of_the_format() -> None:
    deribit = load_chain(DATA / "deribit_tickers.json", "deribit").quotes[0]
    derive = load_chain(DATA / "derive_tickers.json", "derive").quotes[0]

    assert (pytest.approx(0.8886), pytest.approx(0.9056)) == (deribit.bid_vol, deribit.ask_vol)
    assert (derive.bid_vol, derive.ask_vol) == (0.8886, 0.9056)


def test_a_vol_that_the_venue_writes_as_zero_is_absent() -> None:
    chain = load_chain(DATA / "okx_summary.json", "okx")
    wing = next(quote for quote in chain.quotes if quote.strike == 4200)

    assert (wing.bid_vol, wing.ask_vol) == (None, 0.89233)


def test_the_expiry_of_derive_comes_from_its_field(write: Write) -> None:
    def at_four(payload: Any) -> None:
        for response in payload:
            response["result"]["option_details"]["expiry"] = EXPIRY + 12 * 3600

    chain = load_chain(edited(write, "derive_tickers", at_four), "derive")

    assert chain.expiries == (EXPIRY + 12 * 3600,)


@pytest.mark.parametrize(
    ("name", "format", "old", "new", "strike"),
    [
        ("deribit_summary", "deribit", "ETH-28FEB25-2000-P", "ETH-28FEB25-0d625-P", 0.625),
        ("derive_short", "derive", "ETH-20250328-1700-P", "ETH-20250328-1700_5-P", 1700.5),
        ("okx_summary", "okx", "ETH-USD-250228-2000-P", "ETH-USD-250228-0.5-P", 0.5),
    ],
)
def test_each_venue_has_its_own_decimal_point_in_a_strike(
    write: Write, name: str, format: str, old: str, new: str, strike: float
) -> None:
    text = (DATA / f"{name}.json").read_text().replace(old, new)

    chain = load_chain(write("quotes.json", text), format)

    assert strike == min(quote.strike for quote in chain.quotes)


def test_the_valuation_time_is_the_newest_timestamp_by_default() -> None:
    chain = load_chain(DATA / "derive_tickers.json", "derive")

    assert chain.as_of == AS_OF


def test_reading_quotes_loads_no_numerical_library() -> None:
    code = "import sys, zkmargin.quotes; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert outcome.stdout.strip() == "[]"
