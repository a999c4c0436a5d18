# SPDX-License-Identifier: Apache-2.0
"""Quote files that are refused whole, by row, field, value and bound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quote_files import (
    AS_OF,
    DATA,
    EXAMPLE,
    EXPIRY,
    HEADER,
    VENUE_FILES,
    Write,
    csv,
    edited,
)

from zkmargin.errors import QuoteError
from zkmargin.quotes import FORMATS, load_chain


def test_a_fraction_where_deribit_has_percent_is_refused_by_row_field_value_and_bound(
    write: Write,
) -> None:
    def fraction(payload: Any) -> None:
        payload["result"][6]["mark_iv"] = 0.63

    with pytest.raises(
        QuoteError, match=r"deribit_summary.json row 7, mark_iv: got 0.63, .*percent.*5 and 2000"
    ):
        load_chain(edited(write, "deribit_summary", fraction), "deribit")


@pytest.mark.parametrize("vol", ["63", "-0.6", "0", "0.005", "10.1"])
def test_a_csv_vol_outside_its_bounds_is_refused(write: Write, vol: str) -> None:
    with pytest.raises(QuoteError, match=r"quotes.csv row 2, mark_vol: .*between 0.01 and 10"):
        csv(write, f"{EXPIRY},2000,{vol},2000,,,")


@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "1e999", "abc", "1_000", "0x10", "1,5", "٣"]
)
@pytest.mark.parametrize("field", ["strike", "mark_vol", "forward", "bid_vol", "ask_vol"])
def test_a_field_that_is_no_number_is_refused_by_name(write: Write, field: str, value: str) -> None:
    cells = dict(
        zip(
            HEADER.strip().split(","), [str(EXPIRY), "2000", "0.6", "2000", "", "", ""], strict=True
        )
    )
    cells[field] = f'"{value}"'

    with pytest.raises(QuoteError, match=rf"row 2, {field}: got .*finite decimal number"):
        csv(write, ",".join(cells.values()))


@pytest.mark.parametrize("value", ["0", "-5", ""])
@pytest.mark.parametrize("place", [1, 3])
def test_a_strike_or_forward_that_is_not_positive_is_refused(
    write: Write, place: int, value: str
) -> None:
    cells = [str(EXPIRY), "2000", "0.6", "2000", "", "", ""]
    cells[place] = value

    with pytest.raises(QuoteError, match=r"(strike|forward): .*above 0"):
        csv(write, ",".join(cells))


def test_a_negative_bid_is_refused(write: Write) -> None:
    with pytest.raises(QuoteError, match=r"bid_vol: got '-0.5', must be above 0"):
        csv(write, f"{EXPIRY},2000,0.6,2000,-0.5,,")


@pytest.mark.parametrize(
    "expiry",
    ["", "1743148800000", "28MAR25", "2025-03-28", "2025-03-28T08:00:00", "1743148800.5",
     "2025-03-28T08:00:00+01:00", "2025-02-30T08:00:00Z", "-1", "0001-01-01T00:00:00Z"],
)  # fmt: skip
def test_an_expiry_in_another_form_is_refused(write: Write, expiry: str) -> None:
    with pytest.raises(QuoteError, match=r"quotes.csv row 2, expiry: got "):
        csv(write, f"{expiry},2000,0.6,2000,,,")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty file"),
        ("expiry,strike,mark_vol\n", "must include forward"),
        ("expiry,strike,mark_vol,forward,vega\n", "column: got 'vega'"),
        ("expiry,strike,mark_vol,forward,strike\n", "must appear once"),
        ("expiry,strike,mark_vol,forward\n1,2,3\n", "row 2: got '3 cells', must have 4"),
        ('expiry,strike,mark_vol,forward\n"1,2,3,4\n', "must be CSV"),
        ("expiry,strike,mark_vol,forward\n", "0 rows"),
    ],
)
def test_a_damaged_csv_is_refused(write: Write, text: str, message: str) -> None:
    with pytest.raises(QuoteError, match=message):
        load_chain(write("quotes.csv", text), "csv", as_of=AS_OF)


@pytest.mark.parametrize("format", ["deribit", "okx", "derive"])
@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "3", '"text"', "[1]", "[[]]", "{}", '{"result": null}', '{"data": {}}',
     '[{"instrument_name": 5, "instId": 5}]', '{"result": NaN}', "[" * 100_000,
     '{"result": {"tickers": [1]}}', '{"result": {"tickers": {"ETH-20250328-1700-P": 1}}}',
     '{"result": [' + "9" * 5000 + "]}"],
    ids=lambda text: text[:24] or "empty",
)  # fmt: skip
def test_damaged_json_is_refused(write: Write, format: str, text: str) -> None:
    with pytest.raises(QuoteError):
        load_chain(write("quotes.json", text), format, as_of=AS_OF)


def test_a_failed_call_is_refused_with_the_venues_own_message(write: Write) -> None:
    okx = write("okx.json", '{"code": "50011", "msg": "Too Many Requests", "data": []}')
    deribit = write("deribit.json", '{"error": {"message": "over_limit", "code": 10028}}')

    with pytest.raises(QuoteError, match="50011 Too Many Requests"):
        load_chain(okx, "okx")
    with pytest.raises(QuoteError, match="over_limit"):
        load_chain(deribit, "deribit")


def test_a_file_of_two_underlyings_is_refused(write: Write) -> None:
    def mix(payload: Any) -> None:
        payload["result"][5]["instrument_name"] = "BTC-28FEB25-90000-C"

    with pytest.raises(QuoteError, match=r"row 6, instrument_name.*one underlying per file"):
        load_chain(edited(write, "deribit_summary", mix), "deribit")


@pytest.mark.parametrize(
    ("name", "format", "old", "new"),
    [
        ("deribit_summary", "deribit", "ETH-28FEB25-2000-P", "ETH-31FEB25-2000-P"),
        ("okx_summary", "okx", "ETH-USD-250228-2000-P", "ETH-USD-251328-2000-P"),
        ("derive_short", "derive", "ETH-20250328-1700-P", "ETH-20250332-1700-P"),
    ],
)
def test_a_date_that_does_not_exist_is_refused(
    write: Write, name: str, format: str, old: str, new: str
) -> None:
    text = (DATA / f"{name}.json").read_text().replace(old, new)

    with pytest.raises(QuoteError, match=r"row 1, .*a date that exists"):
        load_chain(write("quotes.json", text), format)


@pytest.mark.parametrize("expiry", [None, EXPIRY + 86_400, EXPIRY * 1000, "soon", True])
def test_a_derive_expiry_that_contradicts_the_name_is_refused(write: Write, expiry: object) -> None:
    def change(payload: Any) -> None:
        payload[0]["result"]["option_details"]["expiry"] = expiry

    with pytest.raises(QuoteError, match=r"option_details.expiry"):
        load_chain(edited(write, "derive_tickers", change), "derive")


def test_a_timestamp_in_seconds_where_the_venue_has_milliseconds_is_refused(write: Write) -> None:
    def seconds(payload: Any) -> None:
        payload["data"][0]["ts"] = str(AS_OF)

    with pytest.raises(QuoteError, match=r"row 1, ts: got '1740000000', must be unix time in ms"):
        load_chain(edited(write, "okx_summary", seconds), "okx")


def test_a_strike_of_zero_in_a_name_is_refused(write: Write) -> None:
    text = (DATA / "okx_summary.json").read_text().replace("250228-2000-P", "250228-0-P")

    with pytest.raises(QuoteError, match=r"strike: got 0.0, must be above 0"):
        load_chain(write("quotes.json", text), "okx")


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        QuoteError, match="format: got 'xls', must be one of csv, deribit, okx, deriv"
    ):
        load_chain(EXAMPLE, "xls")


@pytest.mark.parametrize("as_of", [0, -1, 1.5, True, "now", AS_OF * 1000])
def test_a_valuation_time_that_is_no_unix_second_is_refused(as_of: Any) -> None:
    with pytest.raises(QuoteError, match="as_of"):
        load_chain(EXAMPLE, "csv", as_of=as_of)


@pytest.mark.parametrize("max_age", [-1, float("nan"), float("inf"), True, "5"])
def test_a_maximum_age_that_is_no_duration_is_refused(max_age: Any) -> None:
    with pytest.raises(QuoteError, match="max_age"):
        load_chain(EXAMPLE, "csv", max_age=max_age)


def test_a_file_without_timestamps_needs_a_valuation_time(write: Write) -> None:
    path = write("quotes.csv", HEADER + f"{EXPIRY},2000,0.6,2000,,,")

    with pytest.raises(QuoteError, match="as_of: got None, is required"):
        load_chain(path, "csv")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"\xff\xfe\xff")

    with pytest.raises(QuoteError, match="cannot be read"):
        load_chain(tmp_path / "absent.csv", "csv")
    with pytest.raises(QuoteError, match="cannot be read"):
        load_chain(tmp_path, "csv")
    with pytest.raises(QuoteError, match="UTF-8"):
        load_chain(tmp_path / "latin.csv", "csv")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_any_one_value_replaced_is_read_or_refused_but_never_crashes(
    write: Write, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(VENUE_FILES)))
    payload = json.loads((DATA / f"{name}.json").read_text())
    place: Any = payload
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        child = place[key]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            place[key] = data.draw(JSON)
            break
        place = child
    path = write("quotes.json", json.dumps(payload))

    try:
        chain = load_chain(path, VENUE_FILES[name], as_of=AS_OF)
    except QuoteError:
        return

    assert all(0 < quote.mark_vol <= 20 and quote.forward > 0 for quote in chain.quotes)


@given(st.text(max_size=60), st.sampled_from(sorted(FORMATS)), st.sampled_from(["csv", "json"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_refused_as_a_quote_error(
    tmp_path: Path, text: str, format: str, ending: str
) -> None:
    path = tmp_path / f"quotes.{ending}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with pytest.raises(QuoteError):
        load_chain(path, format, as_of=AS_OF)
