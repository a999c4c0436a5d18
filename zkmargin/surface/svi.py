# SPDX-License-Identifier: Apache-2.0
"""One expiry's smile as a raw SVI slice, and the rules that every slice and every pair obeys.

    w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)),   k = ln(K / F)           (M1)

w is total variance (vol squared times years), so a slice needs no clock. The rules:

    R1  butterfly  g(k) = (1 - k w' / 2w)^2 - (w'^2 / 4)(1 / w + 1 / 4) + w'' / 2 >= 0  (Durrleman)
    R2  wings      b (1 + abs(rho)) <= 2, Lee's bound on the slope of total variance
    R3  range      2^-13 < sqrt(w) < 40           for abs(k) <= 8
    R4  slope      abs(d sqrt(w) / dk) <= 1.5     for abs(k) <= 8
    R5  calendar   w of a later expiry >= w of an earlier one at equal k, for abs(k) <= 8

R1 and R2 make the density nowhere negative. R5 makes a call at equal moneyness never fall with
time. Every rule is measured on a grid dense around the vertex, where a slice bends.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import numpy as np

from zkmargin.errors import QuoteError

Array = Any  # NDArray of float, or of complex where a derivative is taken

LOG_RANGE: Final = 8.0  # admitted abs(k): strikes from F / 2980 to 2980 F
LEE_BOUND: Final = 2.0  # of b (1 + abs(rho)), total variance
MIN_TOTAL_VOL: Final = 2.0**-13  # eight times the least total vol of a scenario
MAX_TOTAL_VOL: Final = 40.0
MAX_SLOPE: Final = 1.5  # of abs(d sqrt(w) / dk)

_STEPS = 1200  # grid points on each side of the vertex


class Raw(NamedTuple):
    """The five numbers of raw SVI, real, or complex where a derivative is taken."""

    a: Any
    b: Any
    rho: Any
    m: Any
    sigma: Any


@dataclass(frozen=True)
class SviSlice:
    """The fitted smile of one expiry.

    expiry            unix time [s]
    forward           F [quote]
    a, b, rho, m, sigma   raw SVI in total variance; b = 0 is a flat vol
    free_parameters   how many of the five the quotes decided
    quotes            how many quotes were fitted
    """

    expiry: int
    forward: float
    a: float
    b: float
    rho: float
    m: float
    sigma: float
    free_parameters: int = 5
    quotes: int = 0

    @property
    def raw(self) -> Raw:
        """The five SVI numbers."""
        return Raw(self.a, self.b, self.rho, self.m, self.sigma)

    def total_variance(self, k: float) -> float:
        """w(k) at k = ln(K / F) (M1)."""
        return float(total_variance(self.raw, np.array(k)))

    def total_vol(self, strike: float) -> float:
        """s = sqrt(w) of a strike, that is vol times the square root of years (M1)."""
        return math.sqrt(self.total_variance(math.log(strike / self.forward)))

    def check(self) -> None:
        """R1 to R4 hold.

        raises   QuoteError naming the expiry, the rule, its worst value and the k of that value
        """
        where = f"expiry {utc_text(self.expiry)}"
        is_finite = all(map(math.isfinite, astuple(self)))
        if not is_finite or self.b < 0 or abs(self.rho) > 1 or self.sigma <= 0:
            rule = "must be finite with b >= 0, abs(rho) <= 1, sigma > 0"
            raise QuoteError(f"{where} SVI", tuple(self.raw), rule)
        wing = self.b * (1 + abs(self.rho))
        if wing > LEE_BOUND:
            raise QuoteError(f"{where} wing b(1+|rho|)", wing, f"must be at most {LEE_BOUND}")
        k = dense_grid(self.raw)
        w = total_variance(self.raw, k)
        if w.min() <= MIN_TOTAL_VOL**2 or w.max() >= MAX_TOTAL_VOL**2:
            low, high = (math.sqrt(max(0.0, float(x))) for x in (w.min(), w.max()))
            rule = "must stay between 2^-13 and 40 for abs(k) <= 8"
            raise QuoteError(f"{where} total vol", f"{low:.3g} to {high:.3g}", rule)
        self._bound(where, "butterfly g", durrleman(self.raw, k), k, "must be at least 0")
        steepness = MAX_SLOPE - np.abs(vol_slope(self.raw, k))
        self._bound(where, "1.5 - |ds/dk|", steepness, k, "must be at least 0")

    @staticmethod
    def _bound(where: str, name: str, value: Array, k: Array, rule: str) -> None:
        worst = int(value.argmin())
        if value[worst] < 0:
            raise QuoteError(f"{where} {name} at k = {k[worst]:.3f}", float(value[worst]), rule)


def utc_text(seconds: float) -> str:
    """Unix seconds as 2025-03-28T08:00:00Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def total_variance(raw: Raw, k: Array) -> Array:
    """w(k) (M1)."""
    y = k - raw.m
    return raw.a + raw.b * (raw.rho * y + np.sqrt(y * y + raw.sigma * raw.sigma))


def vol_slope(raw: Raw, k: Array) -> Array:
    """d sqrt(w) / dk (R4)."""
    w, first, _ = _derivatives(raw, k)
    return first / (2 * np.sqrt(w))


def durrleman(raw: Raw, k: Array) -> Array:
    """g(k), the density of ln(S / F) up to a positive factor (R1)."""
    w, first, second = _derivatives(raw, k)
    level = 1 - k * first / (2 * w)
    return level * level - first * first / 4 * (1 / w + 0.25) + second / 2


def dense_grid(*slices: Raw) -> Array:
    """Abscissas k in [-8, 8], sorted, dense around every vertex and evenly spread elsewhere."""
    u = np.linspace(-1, 1, 2 * _STEPS + 1)
    parts = [u * LOG_RANGE]
    for raw in slices:
        reach = math.asinh((LOG_RANGE + abs(raw.m)) / raw.sigma)
        parts.append(raw.m + raw.sigma * np.sinh(u * reach))
    k = np.unique(np.concatenate(parts))
    return k[np.abs(k) <= LOG_RANGE]


def calendar_gap(early: Raw, late: Raw) -> tuple[float, float]:
    """Least of w_late / w_early - 1 on the dense grid, and its k; negative breaks R5."""
    k = dense_grid(early, late)
    gap = total_variance(late, k) / total_variance(early, k) - 1
    worst = int(gap.argmin())
    return float(gap[worst]), float(k[worst])


def check_calendar(early: SviSlice, late: SviSlice) -> None:
    """R5 holds between two neighbouring expiries.

    raises   QuoteError naming both expiries, the worst gap and its k
    """
    gap, k = calendar_gap(early.raw, late.raw)
    if gap < 0:
        pair = f"expiries {utc_text(early.expiry)} and {utc_text(late.expiry)}"
        rule = "must be at least 0: total variance must not fall with time (calendar arbitrage)"
        raise QuoteError(f"{pair} w_late / w_early - 1 at k = {k:.3f}", f"{gap:.3g}", rule)


def _derivatives(raw: Raw, k: Array) -> tuple[Array, Array, Array]:
    y = k - raw.m
    root = np.sqrt(y * y + raw.sigma * raw.sigma)
    w = raw.a + raw.b * (raw.rho * y + root)
    return w, raw.b * (raw.rho + y / root), raw.b * raw.sigma * raw.sigma / root**3
