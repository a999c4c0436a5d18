# SPDX-License-Identifier: Apache-2.0
"""Rows of a quote file that are left out, each with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from quote_files import (
    AS_OF,
    EXPIRY,
    HEADER,
    Write,
    csv,
    edited,
    reasons,
)

from zkmargin.errors import QuoteError
from zkmargin.quotes import Reason, load_chain


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
