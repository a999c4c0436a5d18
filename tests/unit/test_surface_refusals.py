# SPDX-License-Identifier: Apache-2.0
"""Quotes and slices that the surface refuses, and how far off a quote may be."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from smiles import (
    AS_OF,
    EXAMPLE,
    FORWARD,
    YEAR,
    calls,
    chain_of,
    moved,
)

from zkmargin.errors import QuoteError
from zkmargin.quotes import load_chain
from zkmargin.surface import SviSlice, fit_surface
from zkmargin.surface.svi import check_calendar


def test_a_quote_off_by_more_than_two_points_and_five_basis_points_is_named() -> None:
    chain = load_chain(EXAMPLE, "csv")

    with pytest.raises(
        QuoteError, match=r"eth_quotes.csv row 15 \(strike 3400\).*mark vol: got "
    ) as caught:
        fit_surface(moved(chain, 15, 0.3))

    assert re.search(r"off by -\d+\.\d+ vol points, -\d+\.\d bp", str(caught.value))
    assert "within 2 vol points or 5.0 bp" in str(caught.value)


def test_a_quote_off_in_vol_but_not_in_price_is_a_warning() -> None:
    surface = fit_surface(moved(load_chain(EXAMPLE, "csv"), 8, 0.3))

    (far,) = [quote for fit in surface.fits for quote in fit.quotes if quote.quote.row == 8]
    assert abs(far.vol_error) > 2
    assert abs(far.price_error) < 5
    assert any(warning.startswith("row 8 (strike 4200)") for warning in surface.warnings)


def test_half_a_wide_spread_is_accepted_as_a_price_error() -> None:
    vols = (0.66, 0.6, 0.66, 0.6, 0.66, 0.6, 0.66, 0.6)
    chain = chain_of([(0.1, 2000 + 200 * i, vol) for i, vol in enumerate(vols)])
    wide = replace(
        chain,
        quotes=tuple(
            replace(quote, bid_vol=quote.mark_vol - 0.05, ask_vol=quote.mark_vol + 0.05)
            for quote in chain.quotes
        ),
    )

    with pytest.raises(QuoteError, match=r"within 2 vol points or 5\.0 bp"):
        fit_surface(chain)
    (fit,) = fit_surface(wide).fits

    assert max(abs(quote.price_error) for quote in fit.quotes) > 5
    for quote in fit.quotes:
        s = 0.05 * math.sqrt(fit.years)
        k = math.log(quote.quote.strike / FORWARD)
        sides = [
            replace(fit.slice, a=(quote.quote.mark_vol * math.sqrt(fit.years) + side) ** 2, b=0.0)
            for side in (-s, s)
        ]
        bid, ask = (float(calls(side, np.array(k))) for side in sides)

        assert quote.tolerance == pytest.approx(max(5.0, 1e4 * (ask - bid) / 2))


def test_quotes_whose_variance_falls_with_time_are_refused_by_the_expiries() -> None:
    strikes = (2000, 2400, 2700, 3000, 3500)
    rows = [(0.1, strike, 0.9) for strike in strikes] + [(0.12, strike, 0.5) for strike in strikes]

    with pytest.raises(QuoteError, match="2025-03-28T09:20:00Z, 2025-04-0") as caught:
        fit_surface(chain_of(rows))

    assert "without arbitrage within and between" in str(caught.value)


def test_two_single_quotes_whose_variance_falls_with_time_are_refused() -> None:
    with pytest.raises(QuoteError, match="arbitrage"):
        fit_surface(chain_of([(0.1, 2700, 0.9), (0.12, 2700, 0.5)]))


def test_a_smile_that_no_density_explains_is_refused() -> None:
    vols = (0.6, 0.9, 0.5, 0.9, 0.5, 0.9, 0.6)
    rows = [(0.2, 2000 + 200 * i, vol) for i, vol in enumerate(vols)]

    with pytest.raises(QuoteError, match="without butterfly arbitrage"):
        fit_surface(chain_of(rows))


def test_a_strike_beyond_the_admitted_range_is_refused() -> None:
    with pytest.raises(QuoteError, match=r"row 2 .*strike: got .*exp\(8\)"):
        fit_surface(chain_of([(0.1, 2700, 0.6), (0.1, 2700 * 3000, 0.6)]))


def test_an_expiry_too_near_for_its_vol_is_refused() -> None:
    with pytest.raises(
        QuoteError, match=r"row 1 .*mark vol: got 0.02, must give a total vol above"
    ):
        fit_surface(chain_of([(1 / YEAR, 2700, 0.02)]))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"a": math.nan}, "must be finite"),
        ({"b": -0.1}, "b >= 0"),
        ({"rho": 1.1}, r"abs\(rho\) <= 1"),
        ({"sigma": 0.0}, "sigma > 0"),
        ({"b": 1.5, "rho": 0.5}, "wing b"),
        ({"a": -0.03}, "total vol"),
        ({"a": 1700.0}, "total vol"),
        ({"a": 1e-5, "b": 0.9, "m": 0.5}, "butterfly g"),
        ({"a": 0.0004, "b": 1.0, "rho": -0.98, "sigma": 0.001, "m": 0.04}, "butterfly g|ds/dk"),
    ],
)
def test_a_slice_that_breaks_a_rule_is_refused_by_the_rule(
    change: dict[str, float], rule: str
) -> None:
    good = SviSlice(AS_OF, FORWARD, 0.02, 0.1, -0.3, 0.0, 0.1)
    good.check()

    with pytest.raises(QuoteError, match=rule):
        replace(good, **change).check()


def test_a_later_slice_below_an_earlier_one_is_refused_by_both_expiries() -> None:
    early = SviSlice(AS_OF, FORWARD, 0.02, 0.1, -0.3, 0.0, 0.1)
    late = replace(early, expiry=AS_OF + YEAR, a=0.021, b=0.09)

    with pytest.raises(
        QuoteError, match=r"2025-02-19T21:20:00Z and 2026-02-19T21:20:00Z .*calendar"
    ):
        check_calendar(early, late)
