# SPDX-License-Identifier: Apache-2.0
"""Chains of quotes for the tests of the surface, and checks against arbitrage.

The checks are independent of the fit's own: they price Black-76 calls on a dense grid of strikes
and look at finite differences of the prices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from zkmargin.quotes import Chain, Quote
from zkmargin.surface import Surface, SviSlice

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
