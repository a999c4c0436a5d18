# SPDX-License-Identifier: Apache-2.0
"""Quote files: four formats, their units, and what is refused or rejected."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkmargin.errors import QuoteError
from zkmargin.quotes import FORMATS, Chain, Quote, Reason, load_chain

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


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def edited(write: Write, name: str, edit: Callable[[Any], None]) -> Path:
    """A sample file after an edit of its JSON."""
    payload = json.loads((DATA / f"{name}.json").read_text())
    edit(payload)
    return write(f"{name}.json", json.dumps(payload))


def csv(write: Write, *rows: str) -> Chain:
    return load_chain(write("quotes.csv", HEADER + "\n".join(rows)), "csv", as_of=AS_OF)


def reasons(chain: Chain) -> list[tuple[int, Reason]]:
    return [(entry.row, entry.reason) for entry in chain.rejected]


# Formats


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


# Rows that are rejected with a reason


def test_an_expired_quote_is_reported(write: Write) -> None:
    chain = csv(write, f"{AS_OF},2000,0.6,2000,,,", f"{EXPIRY},2000,0.6,2000,,,")

    assert reasons(chain) == [(2, Reason.EXPIRED)]


@pytest.mark.parametrize(("age", "side"), [(301, "older"), (-301, "newer")])
def test_a_stale_quote_is_reported_with_its_age_and_the_bound(
    write: Write, age: int, side: str
) -> None:
    chain = csv(
        write, f"{EXPIRY},2000,0.6,2000,,,{AS_OF - age}", f"{EXPIRY},2100,0.6,2000,,,{AS_OF - 300}"
    )

    assert reasons(chain) == [(2, Reason.STALE)]
    assert f"301 s {side}" in str(chain.rejected[0])
    assert "within 300 s" in str(chain.rejected[0])


def test_no_quote_is_stale_without_a_maximum_age(write: Write) -> None:
    path = write("quotes.csv", HEADER + f"{EXPIRY},2000,0.6,2000,,,{AS_OF - 10**6}")

    assert load_chain(path, "csv", as_of=AS_OF, max_age=None).rejected == ()


def test_a_crossed_quote_is_reported_with_both_vols(write: Write) -> None:
    chain = csv(write, f"{EXPIRY},2000,0.6,2000,0.62,0.61,", f"{EXPIRY},2100,0.6,2000,0.6,0.6,")

    assert reasons(chain) == [(2, Reason.CROSSED)]
    assert "bid vol 0.62 must not be above ask vol 0.61" in str(chain.rejected[0])


@pytest.mark.parametrize("vol", [None, 0])
def test_a_deribit_row_without_a_vol_is_reported(write: Write, vol: object) -> None:
    def blank(payload: Any) -> None:
        payload["result"][3]["mark_iv"] = vol

    chain = load_chain(edited(write, "deribit_summary", blank), "deribit")

    assert reasons(chain) == [(4, Reason.NO_VOL)]
    assert len(chain.quotes) == 17


def test_a_csv_row_without_a_vol_is_reported(write: Write) -> None:
    chain = csv(write, f"{EXPIRY},2000,,2000,,,", f"{EXPIRY},2100,0.6,2000,,,")

    assert reasons(chain) == [(2, Reason.NO_VOL)]


def test_an_okx_row_without_a_forward_is_reported(write: Write) -> None:
    def blank(payload: Any) -> None:
        payload["data"][0]["fwdPx"] = ""

    chain = load_chain(edited(write, "okx_summary", blank), "okx")

    assert reasons(chain) == [(1, Reason.NO_FORWARD)]


def test_a_side_out_of_range_is_reported_by_field(write: Write) -> None:
    chain = csv(write, f"{EXPIRY},2000,0.6,2000,,65,", f"{EXPIRY},2100,0.6,2000,,,")

    assert reasons(chain) == [(2, Reason.OUT_OF_RANGE)]
    assert "ask_vol: got 65" in str(chain.rejected[0])


def test_what_is_not_an_option_is_reported_by_name(write: Write) -> None:
    def rename(payload: Any) -> None:
        payload["result"][0]["instrument_name"] = "ETH-PERPETUAL"

    chain = load_chain(edited(write, "deribit_summary", rename), "deribit")

    assert reasons(chain) == [(1, Reason.NOT_AN_OPTION)]
    assert "ETH-PERPETUAL" in str(chain.rejected[0])


def test_of_a_call_and_a_put_at_one_strike_the_out_of_the_money_one_is_kept(write: Write) -> None:
    def twins(payload: Any) -> None:
        for row in payload["result"][:2]:
            call = row["instrument_name"][:-1] + "C"
            payload["result"].insert(0, {**row, "instrument_name": call, "mark_iv": 70.0})

    chain = load_chain(edited(write, "deribit_summary", twins), "deribit")

    assert reasons(chain) == [(1, Reason.DUPLICATE), (2, Reason.DUPLICATE)]
    assert "ETH-28FEB25-2000-P" in {quote.label for quote in chain.quotes}


def test_the_second_quote_of_a_strike_in_a_csv_is_reported(write: Write) -> None:
    chain = csv(write, f"{EXPIRY},2000,0.6,2000,,,", f"{EXPIRY},2000,0.7,2000,,,")

    assert reasons(chain) == [(3, Reason.DUPLICATE)]


def test_a_quote_at_another_forward_than_its_expiry_is_reported(write: Write) -> None:
    rows = [f"{EXPIRY},{k},0.6,{f},,," for k, f in ((2000, 2000), (2100, 2009), (2200, 2011))]
    rows.append(f"{EXPIRY},2300,0.6,2100,,,")
    chain = csv(write, *rows)

    assert reasons(chain) == [(5, Reason.FORWARD)]
    assert chain.forward(EXPIRY) == 2009


def test_a_file_without_a_usable_row_is_refused_with_the_first_reason(write: Write) -> None:
    with pytest.raises(QuoteError, match=r"1 rows.*usable.*row 2.*expired"):
        csv(write, f"{AS_OF - 1},2000,0.6,2000,,,")


# What is refused


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


def test_reading_quotes_loads_no_numerical_library() -> None:
    code = "import sys, zkmargin.quotes; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert outcome.stdout.strip() == "[]"
