# SPDX-License-Identifier: Apache-2.0
"""The fitted surface: how closely it meets its quotes, and that it admits no arbitrage."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smiles import (
    EXAMPLE,
    FORWARD,
    YEAR,
    Array,
    Row,
    assert_no_arbitrage,
    calls,
    chain_of,
    moved,
    variance,
)

from zkmargin.quotes import load_chain
from zkmargin.surface import Surface, SviSlice, fit_surface


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


def test_importing_the_surface_does_not_load_scipy() -> None:
    code = "import sys, zkmargin.surface; print('scipy' in sys.modules)"
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert outcome.stdout.strip() == "False"
