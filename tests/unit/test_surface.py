# SPDX-License-Identifier: Apache-2.0
"""The fitted surface: how closely it meets its quotes, and that it admits no arbitrage.

The arbitrage checks here are independent of the fit's own: they price Black-76 calls on a dense
grid of strikes and look at finite differences of the prices.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr

from zkmargin.errors import QuoteError
from zkmargin.quotes import Chain, Quote, load_chain
from zkmargin.surface import Surface, SviSlice, fit_surface
from zkmargin.surface.svi import check_calendar

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "eth_quotes.csv"
AS_OF = 1_740_000_000
YEAR = 31_536_000
FORWARD = 2700.0

Row = tuple[float, float, float]  # years, strike, vol
Array = NDArray[np.float64]


def chain_of(rows: Sequence[Row]) -> Chain:
    quotes = [
        Quote(AS_OF + round(years * YEAR), strike, vol, FORWARD, row=number)
        for number, (years, strike, vol) in enumerate(rows, 1)
    ]
    return Chain("quotes.csv", "ETH", None, None, AS_OF, tuple(sorted(quotes, key=place)))


def place(quote: Quote) -> tuple[int, float]:
    return quote.expiry, quote.strike


def moved(chain: Chain, row: int, vol: float) -> Chain:
    """The chain with another vol in one row."""
    return replace(
        chain,
        quotes=tuple(
            replace(quote, mark_vol=quote.mark_vol + vol) if quote.row == row else quote
            for quote in chain.quotes
        ),
    )


def variance(piece: SviSlice, k: Array) -> Array:
    y = k - piece.m
    return piece.a + piece.b * (piece.rho * y + np.sqrt(y**2 + piece.sigma**2))


def calls(piece: SviSlice, k: Array) -> Array:
    """Undiscounted Black-76 calls over the forward, at strikes exp(k)."""
    s = np.sqrt(variance(piece, k))
    return np.asarray(ndtr(-k / s + s / 2) - np.exp(k) * ndtr(-k / s - s / 2))


def density(piece: SviSlice, k: Array) -> Array:
    """Second difference of the call in strike: the risk-neutral density."""
    strike, price = np.exp(k), calls(piece, k)
    slope = np.diff(price) / np.diff(strike)
    return 2 * np.diff(slope) / (strike[2:] - strike[:-2])


def assert_no_arbitrage(surface: Surface) -> None:
    for piece in surface.slices:
        width = math.sqrt(piece.total_variance(0.0))
        near = np.linspace(-5 * width, 5 * width, 4001)
        strike_step = np.exp(near[1:-1]) * (near[1] - near[0])

        assert (density(piece, near) * strike_step > -1e-9).all()

        price, strike = calls(piece, near), np.exp(near)
        spread = np.diff(price) / np.diff(strike)

        assert (spread <= 1e-9).all()
        assert (spread >= -1 - 1e-9).all()

        k = np.linspace(-8, 8, 16_001)
        s = np.sqrt(variance(piece, k))

        assert s.min() > 2.0**-13
        assert s.max() < 40
        assert np.abs(np.diff(s) / np.diff(k)).max() <= 1.5
        assert piece.b * (1 + abs(piece.rho)) <= 2
        assert durrleman(piece, k).min() >= 0
    for early, late in pairwise(surface.slices):
        k = np.linspace(-8, 8, 16_001)

        assert (variance(late, k) >= variance(early, k)).all()


def durrleman(piece: SviSlice, k: Array) -> Array:
    """g(k) by finite differences of w, not by the formulae of the fit."""
    h = 1e-5
    low, mid, high = variance(piece, k - h), variance(piece, k), variance(piece, k + h)
    first, second = (high - low) / (2 * h), (high - 2 * mid + low) / h**2
    g = (1 - k * first / (2 * mid)) ** 2 - first**2 / 4 * (1 / mid + 0.25) + second / 2
    return np.asarray(g + 1e-4)  # the second difference is known to about 1e-5


@pytest.fixture(scope="module")
def eth() -> Surface:
    return fit_surface(load_chain(EXAMPLE, "csv"))


# The real smile


def test_every_quote_of_the_real_smile_is_met(eth: Surface) -> None:
    errors = {quote.quote.row: quote.vol_error for fit in eth.fits for quote in fit.quotes}
    concave = {7, 8}  # 4000 and 4200 of the first expiry

    assert len(errors) == 18
    assert max(abs(error) for row, error in errors.items() if row not in concave) < 0.25
    assert max(abs(errors[row]) for row in concave) < 1.2


def test_the_two_largest_errors_are_forced_by_convexity_in_the_wing() -> None:
    """3200, 4000, 4200 are concave in total variance; any convex slice misses one by 0.9 points."""
    vols, strikes = np.array([0.74375, 0.87955, 0.88333]), np.array([3200.0, 4000.0, 4200.0])
    years = 794_852 / YEAR
    k = np.log(strikes / 2682.9997)

    def bend(error: float) -> float:
        w = (vols + np.array([error, -error, error])) ** 2 * years
        left, right = np.diff(w) / np.diff(k)
        return float(right - left)

    assert bend(0.009) < 0
    assert bend(0.011) > 0


def test_the_vega_weighted_error_of_every_expiry_is_below_a_fifth_of_a_point(eth: Surface) -> None:
    assert max(fit.rms for fit in eth.fits) < 0.2


def test_the_real_smile_is_free_of_arbitrage(eth: Surface) -> None:
    assert_no_arbitrage(eth)


def test_errors_are_those_of_black_76_on_the_reported_slice(eth: Surface) -> None:
    for fit in eth.fits:
        for quote in fit.quotes:
            k = math.log(quote.quote.strike / fit.slice.forward)
            vol = math.sqrt(float(variance(fit.slice, np.array(k))) / fit.years)
            flat = replace(fit.slice, a=quote.quote.mark_vol**2 * fit.years, b=0.0)
            price = float(calls(fit.slice, np.array(k)) - calls(flat, np.array(k)))

            assert quote.model_vol == pytest.approx(vol)
            assert fit.vol(quote.quote.strike) == pytest.approx(vol)
            assert quote.vol_error == pytest.approx(100 * (vol - quote.quote.mark_vol))
            assert quote.price_error == pytest.approx(1e4 * price, abs=1e-6)


def test_the_rms_is_weighted_by_vega(eth: Surface) -> None:
    for fit in eth.fits:
        total = sum(quote.vega for quote in fit.quotes)
        mean = sum(quote.vega * quote.vol_error**2 for quote in fit.quotes) / total

        assert fit.rms == pytest.approx(math.sqrt(mean))


def test_thin_expiries_say_in_words_what_was_free(eth: Surface) -> None:
    words = {fit.slice.quotes: (fit.slice.free_parameters, fit.words) for fit in eth.fits}

    assert words[7] == words[6] == (5, "5 free parameters")
    assert words[3][0] == 3
    assert "3 free parameters (level, m, sigma); b, rho taken from the neighbouring" in words[3][1]
    assert words[2][0] == 2
    assert "2 free parameters (level, m); sigma, b, rho taken from the neighbour" in words[2][1]


def test_the_report_names_every_quote_expiry_and_warning(eth: Surface) -> None:
    text = "\n".join(eth.report())

    assert text.count("(strike ") == 18 + 2
    assert "2025-03-01T02:07:32Z: 7 quotes, 5 free parameters" in text
    assert "warning: row 7 (strike 4000): vol 87." in text
    assert "2025-03-08T02:07:32Z (3 quotes): 3 free parameters" in text


def test_the_same_chain_gives_the_same_slices(eth: Surface) -> None:
    assert fit_surface(load_chain(EXAMPLE, "csv")).slices == eth.slices


# Round trips


def quoted(piece: SviSlice, years: float, k: Array) -> list[Row]:
    vols = np.sqrt(variance(piece, k) / years)
    return [(years, FORWARD * math.exp(x), float(vol)) for x, vol in zip(k, vols, strict=True)]


@given(
    years=st.floats(0.01, 1.5),
    vol=st.floats(0.2, 1.5),
    wing=st.floats(0.2, 0.5),
    rho=st.floats(-0.6, 0.6),
    center=st.floats(-0.4, 0.4),
    width=st.floats(0.4, 1.5),
)
@settings(max_examples=40, deadline=None)
def test_quotes_of_a_known_slice_give_it_back(
    years: float, vol: float, wing: float, rho: float, center: float, width: float
) -> None:
    s = vol * math.sqrt(years)
    known = SviSlice(0, FORWARD, 0.7 * s * s, wing * s, rho, center * s, width * s)
    k = s * np.linspace(-2, 2, 9)

    (found,) = fit_surface(chain_of(quoted(known, years, k))).slices

    wide = s * np.linspace(-4, 4, 81)
    vols = np.sqrt(variance(known, wide) / years)
    assert np.sqrt(variance(found, wide) / years) == pytest.approx(vols, abs=2e-4)


@given(st.lists(st.floats(-0.005, 0.005), min_size=21, max_size=21), st.floats(-0.4, 0.1))
@settings(max_examples=15, deadline=None)
def test_noisy_quotes_of_three_expiries_are_met_without_arbitrage(
    noise: list[float], rho: float
) -> None:
    rows: list[Row] = []
    for years in (0.05, 0.07, 0.3):
        s = 0.6 * math.sqrt(years)
        piece = SviSlice(0, FORWARD, 0.7 * s * s, 0.35 * s, rho, 0.0, 0.9 * s)
        rows += quoted(piece, years, s * np.linspace(-1.5, 2, 7))
    rows = [(t, k, vol + error) for (t, k, vol), error in zip(rows, noise, strict=True)]

    surface = fit_surface(chain_of(rows))

    assert max(abs(quote.vol_error) for fit in surface.fits for quote in fit.quotes) < 2
    assert_no_arbitrage(surface)


def test_equal_vols_give_a_flat_slice() -> None:
    rows = [
        (years, strike, 0.6) for years in (0.1, 0.2) for strike in (2000, 2400, 2700, 3000, 3500)
    ]

    surface = fit_surface(chain_of(rows))

    for fit in surface.fits:
        assert (fit.slice.b, fit.slice.free_parameters) == (0, 1)
        assert fit.slice.a == pytest.approx(0.36 * fit.years)
    assert_no_arbitrage(surface)


# Few quotes


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_an_expiry_alone_with_few_quotes_has_as_many_free_parameters(count: int) -> None:
    rows = [(0.1, k, v) for k, v in ((2700, 0.6), (3300, 0.66), (2200, 0.68), (4000, 0.75))][:count]

    surface = fit_surface(chain_of(rows))

    (fit,) = surface.fits
    assert (fit.slice.free_parameters, fit.slice.quotes) == (count, count)
    assert fit.words.startswith(f"{count} free parameter")
    assert any(fit.words in warning for warning in surface.warnings)
    assert max(abs(quote.vol_error) for quote in fit.quotes) < 0.5
    assert_no_arbitrage(surface)


def test_a_single_quote_alone_is_a_flat_vol() -> None:
    (piece,) = fit_surface(chain_of([(0.1, 3000, 0.66)])).slices

    assert (piece.b, piece.a) == (0, pytest.approx(0.66**2 * 0.1))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_few_quotes_between_smiles_take_their_wings_from_them(count: int) -> None:
    def smile(years: float, k: Array) -> list[Row]:
        s = 0.6 * math.sqrt(years)
        piece = SviSlice(0, FORWARD, 0.7 * s * s, 0.35 * s, -0.3, 0.0, 0.9 * s)
        return quoted(piece, years, k * s)

    x = np.array([0.05, 0.9, -0.8, 1.5][:count])
    rows = smile(0.05, np.linspace(-2, 2, 7)) + smile(0.12, x) + smile(0.3, np.linspace(-2, 2, 7))

    surface = fit_surface(chain_of(rows))

    wings = [(strike, vol) for _, strike, vol in smile(0.12, np.array([-3.0, 3.0]))]
    thin = surface.fits[1]
    assert thin.slice.free_parameters == count
    assert "neighbouring expiries" in thin.words
    for strike, vol in wings:
        assert thin.vol(strike) == pytest.approx(vol, abs=1e-3)


def test_a_thin_expiry_is_bent_where_its_neighbours_leave_no_room() -> None:
    chain = load_chain(EXAMPLE, "csv")

    surface = fit_surface(moved(chain, 9, -0.08))

    assert "bent where arbitrage needs it" in surface.fits[1].words
    assert surface.fits[1].slice.free_parameters == 3
    assert_no_arbitrage(surface)


def test_expiries_that_cross_beyond_their_quotes_are_fitted_together() -> None:
    strikes = (2200, 2500, 2700, 2900, 3200)
    early = [(0.05, k, v) for k, v in zip(strikes, (0.7, 0.62, 0.6, 0.64, 0.72), strict=True)]
    late = [(0.1, k, v) for k, v in zip(strikes, (0.66, 0.61, 0.595, 0.6, 0.62), strict=True)]
    (short,) = fit_surface(chain_of(early)).slices
    (long,) = fit_surface(chain_of(late)).slices
    k = np.linspace(-8, 8, 1601)

    surface = fit_surface(chain_of(early + late))

    assert (variance(long, k) < variance(short, k)).any()
    assert_no_arbitrage(surface)


# Refusals


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


def test_importing_the_surface_does_not_load_scipy() -> None:
    code = "import sys, zkmargin.surface; print('scipy' in sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert outcome.stdout.strip() == "False"
