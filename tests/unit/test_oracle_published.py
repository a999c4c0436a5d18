# SPDX-License-Identifier: Apache-2.0
"""The oracle against textbooks, other libraries and other venues."""

from __future__ import annotations

from fractions import Fraction

import pytest
from real_markets import book, expiry, market, real

from zkmargin.oracle import (
    REAL,
    RealBook,
    RealScenario,
    black76_call,
    evaluate,
    scan_loss,
)

# Options on futures, strike 100, rate 10 %, by years and vol: calls and puts at forwards 90, 100
# and 110. E. G. Haug, The Complete Guide to Option Pricing Formulas, 1998, page 24, as quoted in
# QuantLib's test suite (europeanoption.cpp).
HAUG_PAGE_24 = {
    ("0.10", "0.15"): (("0.0205", "1.8734", "9.9413"), ("9.9210", "1.8734", "0.0408")),
    ("0.10", "0.25"): (("0.3150", "3.1217", "10.3556"), ("10.2155", "3.1217", "0.4551")),
    ("0.10", "0.35"): (("0.9474", "4.3693", "11.1381"), ("10.8479", "4.3693", "1.2376")),
    ("0.50", "0.15"): (("0.8069", "4.0232", "10.5769"), ("10.3192", "4.0232", "1.0646")),
    ("0.50", "0.25"): (("2.7026", "6.6997", "12.7857"), ("12.2149", "6.6997", "3.2734")),
    ("0.50", "0.35"): (("4.9329", "9.3679", "15.3086"), ("14.4452", "9.3679", "5.7963")),
}

# Profit of one long contract in the 16 SPAN scenarios, from L. G. McMillan, Options as a Strategic
# Investment, pages 668 to 671: the array is given there, not derived.
SPAN_CALL = [460, -610, 2640, 1730, -1270, -2340, 5210, 4540, -2540, -3430, 8060, 7640]
SPAN_CALL += [-3380, -3990, 3130, -1500]
SPAN_FUTURE = [0, 0, 3330, 3330, -3330, -3330, 6670, 6670, -6670, -6670, 10000, 10000]
SPAN_FUTURE += [-10000, -10000, 7000, -7000]


@pytest.mark.parametrize("at", HAUG_PAGE_24)
def test_calls_and_puts_are_those_of_haug(at: tuple[str, str]) -> None:
    years, vol = at
    discount = REAL.exp(-real("0.1") * real(years))
    for place, forward in enumerate((90, 100, 110)):
        rows = {"jun": expiry(forward, vol, years)}
        call = evaluate(market(rows), book(("jun", 100, 1, 0))).nav * discount
        put = evaluate(market(rows), book(("jun", 100, 0, 1))).nav * discount
        calls, puts = HAUG_PAGE_24[at]

        assert abs(call - real(calls[place])) <= real("1e-4")
        assert abs(put - real(puts[place])) <= real("1e-4")


@pytest.mark.parametrize(
    ("forward", "strike", "vol", "years", "rate", "side", "expected", "tolerance"),
    [
        # J. C. Hull, Options, Futures and Other Derivatives, 7th edition, examples 16.6 and 16.7
        (20, 20, "0.25", Fraction(4, 12), "0.09", "put", "1.12", "0.005"),
        (620, 600, "0.2", Fraction(1, 2), "0.05", "call", "44.19", "0.005"),
        # MATLAB blkprice, its documented example
        (20, 20, "0.25", Fraction(4, 12), "0.09", "call", "1.1166", "0.00005"),
        # py_vollib 1.0, doctests of black and undiscounted_black
        (100, 100, "0.2", Fraction(1, 2), "0", "call", "5.637197779701664", "1e-13"),
        (100, 100, "0.2", Fraction(1, 2), "0.02", "call", "5.5811067246048118", "1e-13"),
        # Haug, pages 2 to 8, as quoted in QuantLib
        (19, 19, "0.28", Fraction(3, 4), "0.10", "put", "1.7011", "0.00005"),
    ],
)
def test_black76_gives_published_prices(
    forward: int,
    strike: int,
    vol: str,
    years: Fraction,
    rate: str,
    side: str,
    expected: str,
    tolerance: str,
) -> None:
    price = black76_call(forward, strike, real(vol) * REAL.sqrt(REAL.convert(years)))
    if side == "put":
        price -= forward - strike
    price *= REAL.exp(-real(rate) * REAL.convert(years))

    assert abs(price - real(expected)) <= real(tolerance)


def test_black76_gives_the_normalised_prices_of_py_vollib() -> None:
    s = real("0.3") * REAL.sqrt(real("0.5"))
    call = black76_call(100, 95, s)
    unit = REAL.sqrt(real(9500))

    assert abs(call / unit - real("0.11259558142181655")) < real("1e-15")
    assert abs((call - 5) / unit - real("0.061296663817558904")) < real("1e-15")


def test_greeks_are_those_published_by_haug_and_py_vollib() -> None:
    """Haug, pages 11 to 16: futures K 100, spot K 60; py_vollib: doctests of black.greeks."""
    haug = evaluate(market({"jun": expiry(105, "0.36", "0.5")}), book(("jun", 100, 1, 0)))
    short = evaluate(market({"jun": expiry(105, "0.36", "0.5")}), book(("jun", 100, 0, 1)))
    growth = REAL.exp(real("0.075"))
    spot = evaluate(market({"jun": expiry(55 * growth, "0.3", "0.75")}), book(("jun", 60, 0, 1)))
    vollib = evaluate(market({"jun": expiry(49, "0.2", "0.3846")}), book(("jun", 50, 1, 0)))
    half_year, period = REAL.exp(-real("0.05")), REAL.exp(-real("0.01923"))

    assert abs(haug.delta * half_year - real("0.5946")) <= real("0.00005")
    assert abs(short.delta * half_year + real("0.3566")) <= real("0.00005")
    assert abs(spot.gamma * growth - real("0.0278")) <= real("0.00005")
    assert abs(spot.vega / growth - real("18.9358")) <= real("0.00005")
    assert abs(vollib.delta * period - real("0.45107017482201828")) < real("1e-15")
    assert abs(vollib.gamma * period - real("0.0640646705882")) < real("1e-13")
    assert abs(vollib.vega * period / 100 - real("0.118317785624")) < real("1e-12")


@pytest.mark.parametrize(
    ("array", "requirement"),
    [
        (SPAN_CALL, 3990),
        (SPAN_FUTURE, 10000),
        ([f - c for c, f in zip(SPAN_CALL, SPAN_FUTURE, strict=True)], 6620),
    ],
    ids=["long call", "long future", "covered write"],
)
def test_scan_is_the_worst_of_the_span_array(array: list[int], requirement: int) -> None:
    assert scan_loss([real(profit) for profit in array], real(0)) == requirement


@pytest.mark.parametrize(
    ("quantity", "step", "charge", "worst", "margin"),
    [
        ("0.313350830", "0.04", "0.00315725898", "0.05968587238095239", "0.050274504784"),
        ("-0.999487053", "0.045", "0.004997435265", "0.15246412672881357", "0.125969249812"),
    ],
    ids=["BTC: perpetual and a short future", "ETH: perpetual"],
)
def test_requirement_of_deribit_captures(
    quantity: str, step: str, charge: str, worst: str, margin: str
) -> None:
    """docs.deribit.com, simulated portfolios: factor 0.8, four moves to each side, futures roll.

    An inverse contract gains q x / (1 + x) on a move x: a linear one weighted by 1 / (1 + x).
    """
    moves = [1 + count * real(step) for count in range(-4, 5)]
    grid = tuple(RealScenario(str(m), m, "none", 1 / m) for m in moves)
    roll = real(charge) / abs(real(quantity))
    public = market({}, index=1, perp_mark=1, scenarios=grid, perp_pct=roll, phi="0.8")
    result = evaluate(public, RealBook(0, 0, quantity, quantity))

    assert abs(result.scan - real(worst)) < real("1e-15")
    assert abs(result.mmr - real(margin)) < real("1e-9")


def test_pnl_and_charge_of_the_dederi_example() -> None:
    """wiki.dederi.io: long 10 futures, 11 moves of 3 %, contingency 0.6 % of the index."""
    grid = tuple(RealScenario(str(n), 1 + real(3 * n) / 100, "none", 1) for n in range(-5, 6))
    public = market({}, index="2243.3", perp_mark="2253.2", scenarios=grid, perp_pct="0.006")
    result = evaluate(public, book(perp=10, perp_entry=22532))
    published = [-3380, -2704, -2028, -1352, -676, 0, 676, 1352, 2028, 2704, 3380]

    assert [int(REAL.nint(gain)) for gain in result.pnl] == published
    assert abs(result.contingencies.perp - real("134.6")) < real("0.05")
    assert result.nav == 0
