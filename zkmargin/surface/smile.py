# SPDX-License-Identifier: Apache-2.0
"""The quotes of one expiry as arrays, with the weight that each has in the fit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from zkmargin.errors import QuoteError
from zkmargin.quotes import Chain, Quote
from zkmargin.surface.svi import LOG_RANGE, MIN_TOTAL_VOL, utc_text
from zkmargin.units import SECONDS_PER_YEAR

# A far wing has no vega now, but a shock brings it to the money: it keeps this much weight.
WEIGHT_FLOOR: Final = 0.3
_LEAST_WEIGHT = 1e-3  # by vega alone


@dataclass(frozen=True, eq=False)
class Smile:
    """One expiry to be fitted.

    years     to expiry, of 365 days
    k         ln(K / F) of each quote, ascending
    vols      mark vols, fraction
    vega      F n(d1) sqrt(years): price per unit of vol [quote]
    weights   of the squared error: vega over its maximum, at least WEIGHT_FLOOR
    unit      total vol at the money, the scale in which the parameters are near 1
    """

    expiry: int
    years: float
    forward: float
    quotes: tuple[Quote, ...]
    k: NDArray[np.float64]
    vols: NDArray[np.float64]
    vega: NDArray[np.float64]
    weights: NDArray[np.float64]
    unit: float

    @property
    def count(self) -> int:
        """Number of quotes."""
        return len(self.quotes)

    @property
    def variances(self) -> NDArray[np.float64]:
        """Total variance of each quote."""
        return np.square(self.vols) * self.years

    @property
    def is_flat(self) -> bool:
        """Every quote has the same vol, to a hundredth of a basis point."""
        return float(np.ptp(self.vols)) < 1e-6

    @property
    def by_vega(self) -> Smile:
        """The same quotes weighted by vega alone, so that a worthless wing does not decide."""
        return replace(self, weights=np.maximum(self.vega / self.vega.max(), _LEAST_WEIGHT))

    def vol_errors(self, variances: Any) -> Any:
        """Model vol minus quoted vol [vol points], to first order in the error.

        variances   model total variance of each quote; complex where a derivative is taken
        """
        root = 2 * self.vols * self.years
        return 100 * (variances - self.variances) / root


def smile_of(chain: Chain, expiry: int) -> Smile:
    """The smile of one expiry of a chain.

    raises   QuoteError if a strike is beyond exp(8) of the forward, or the total vol is too small
    """
    quotes, forward = chain.at(expiry), chain.forward(expiry)
    years = (expiry - chain.as_of) / SECONDS_PER_YEAR
    for quote in quotes:
        if abs(math.log(quote.strike / forward)) >= LOG_RANGE:
            rule = f"must be within a factor exp({LOG_RANGE:g}) of the forward {forward:g}"
            raise QuoteError(f"{chain.source} {quote.name}, strike", quote.strike, rule)
        if quote.mark_vol * math.sqrt(years) <= 2 * MIN_TOTAL_VOL:
            rule = f"must give a total vol above 2^-12 over {years * SECONDS_PER_YEAR:.0f} s"
            raise QuoteError(f"{chain.source} {quote.name}, mark vol", quote.mark_vol, rule)
    k = np.array([math.log(quote.strike / forward) for quote in quotes])
    vols = np.array([quote.mark_vol for quote in quotes])
    s = vols * math.sqrt(years)
    d1_squared = np.square(s / 2 - k / s)
    density = np.exp(-d1_squared / 2)
    return Smile(
        expiry=expiry,
        years=years,
        forward=forward,
        quotes=quotes,
        k=k,
        vols=vols,
        vega=forward * math.sqrt(years) * density / math.sqrt(2 * math.pi),
        weights=np.maximum(np.exp((d1_squared.min() - d1_squared) / 2), WEIGHT_FLOOR),
        unit=float(np.interp(0.0, k, s)),
    )


def describe(smile: Smile) -> str:
    """The expiry in words: 2025-03-28T08:00:00Z (7 quotes)."""
    plural = "" if smile.count == 1 else "s"
    return f"{utc_text(smile.expiry)} ({smile.count} quote{plural})"
