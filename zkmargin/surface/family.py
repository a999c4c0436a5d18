# SPDX-License-Identifier: Apache-2.0
"""A family of SVI slices: a map from scaled unknowns to the five numbers, and the whole family.

The unknowns are scaled by the total vol at the money, so that all are near 1; the level is the
least total variance v = a + b sigma sqrt(1 - rho^2), which keeps w above zero by its bound alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from zkmargin.surface.smile import Smile
from zkmargin.surface.svi import LEE_BOUND, MIN_TOTAL_VOL, Array, Raw, total_variance

PULL: Final = 0.5  # vol points per unit of a scaled parameter

Bounds = tuple[float, float]
RHO_BOUNDS: Final[Bounds] = (-0.995, 0.995)


@dataclass(frozen=True, eq=False)
class Family:
    """A map from a few unknowns to the five SVI numbers.

    words    what is free and where the rest comes from
    start    first guess, shape [unknowns]
    bounds   of each unknown
    raw      the SVI numbers of x, shape [unknowns, ...], real or complex
    free     how many parameters the quotes decide
    pull     misfit per unit of distance from the start [vol points]; 0 lets the quotes decide alone
    """

    words: str
    start: Sequence[float]
    bounds: Sequence[Bounds]
    raw: Callable[[Array], Raw]
    free: int
    pull: float = 0.0


def five(smile: Smile, start: Sequence[float]) -> Family:
    """All five numbers free: level, b, rho, m, sigma."""
    unit = smile.unit
    bounds = [
        level_bounds(smile),
        wing_bounds(smile),
        RHO_BOUNDS,
        place_bounds(smile),
        width_bounds(smile),
    ]
    return Family(
        words="5 free parameters",
        start=inside(start, bounds),
        bounds=bounds,
        raw=lambda x: vertex(x[0] * unit**2, x[1] * unit, x[2], x[3] * unit, x[4] * unit),
        free=5,
    )


def bent(smile: Smile, near: Raw, words: str, free: int) -> Family:
    """All five numbers, those of a thinly quoted slice held near what its family gave.

    The rules of arbitrage may need any of the five to move; the pull moves them no further.
    """
    whole = five(smile, unknowns(smile, near))
    if smile.count >= 5:
        return whole
    pulled = f"{words}; bent where arbitrage needs it"
    return replace(whole, words=pulled, free=free, pull=PULL)


def unknowns(smile: Smile, raw: Raw) -> list[float]:
    """The scaled unknowns of `five` at a slice; a flat one starts with a small wing."""
    unit = smile.unit
    if raw.b == 0:
        return [least_variance(raw) / unit**2, 0.05, 0.0, 0.0, 1.0]
    return [least_variance(raw) / unit**2, raw.b / unit, raw.rho, raw.m / unit, raw.sigma / unit]


def vertex(v: Any, b: Any, rho: Any, m: Any, sigma: Any) -> Raw:
    """The slice whose least total variance is v."""
    return Raw(v - b * sigma * np.sqrt(1 - rho * rho), b, rho, m, sigma)


def least_variance(raw: Raw) -> float:
    """v, the total variance at the lowest point of the smile."""
    return float(raw.a + raw.b * raw.sigma * np.sqrt(1 - raw.rho**2))


def inside(start: Sequence[float], bounds: Sequence[Bounds]) -> list[float]:
    """The start, each unknown moved into its bounds."""
    return [min(max(x, low), high) for x, (low, high) in zip(start, bounds, strict=True)]


def level_bounds(smile: Smile) -> Bounds:
    """Of v over unit^2: vol stays above a tenth of the lowest quote, and inside its range."""
    low = max(0.01 * float(smile.variances.min()), 1.21 * MIN_TOTAL_VOL**2)
    return low / smile.unit**2, 2 * float(smile.variances.max()) / smile.unit**2


def place_bounds(smile: Smile) -> Bounds:
    """Of m over unit: three total vols beyond the quotes and the forward."""
    low, high = min(0.0, smile.k[0]), max(0.0, smile.k[-1])
    return low / smile.unit - 3, high / smile.unit + 3


def width_bounds(smile: Smile) -> Bounds:
    """Of sigma over unit."""
    return 0.01, 10 + 10 * float(np.ptp(smile.k)) / smile.unit


def wing_bounds(smile: Smile) -> Bounds:
    """Of b over unit."""
    return 0.0, LEE_BOUND / smile.unit


def coarse_start(smile: Smile) -> list[float]:
    """The best of a grid over m and sigma, for which w is linear in the other three numbers."""
    unit = smile.unit
    scale = np.sqrt(smile.weights) / smile.vols
    low, high = (unit**2 * bound for bound in level_bounds(smile))
    best, start = np.inf, [0.7, 0.4, 0.0, 0.0, 1.0]
    reach = max(unit, float(np.ptp(smile.k)))
    for m in np.linspace(smile.k[0] - unit, smile.k[-1] + unit, 13):
        for sigma in np.geomspace(0.05 * unit, 3 * reach, 9):
            y = smile.k - m
            columns = np.stack([np.ones_like(y), y, np.hypot(y, sigma)])
            a, skew, wing = np.linalg.lstsq((columns * scale).T, smile.variances * scale)[0]
            b = min(max(wing, abs(skew) / 0.9, 1e-3 * unit), 0.9 * LEE_BOUND)
            rho = min(max(skew / b, -0.9), 0.9)
            root = b * sigma * np.sqrt(1 - rho * rho)
            v = min(max(a + root, low), high)
            miss = total_variance(Raw(v - root, b, rho, m, sigma), smile.k) - smile.variances
            error = float(np.sum(np.square(miss * scale)))
            if error < best:
                best, start = error, [v / unit**2, b / unit, rho, m / unit, sigma / unit]
    return start
