# SPDX-License-Identifier: Apache-2.0
"""Families of SVI slices: how many of the five numbers the quotes of an expiry decide.

Five quotes or more decide all five. With fewer, the far wings come from the neighbouring expiries,
because two or three quotes near the money say nothing about them: a smile scales with the square
root of time,

    a ~ T,   b ~ sqrt(T),   m ~ sqrt(T),   sigma ~ sqrt(T),   rho constant,

linear in sqrt(T) between two neighbours. An expiry without a neighbour falls back on surface SVI,
the three-number subfamily that is free of butterfly arbitrage,

    w = theta/2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)),   phi = eta / sqrt(theta).

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

DEFAULT_ETA: Final = 1.0  # wing of a smile that nothing else decides
PULL: Final = 0.5  # vol points per unit of a scaled parameter

Bounds = tuple[float, float]
_RHO: Final[Bounds] = (-0.995, 0.995)
_THETA: Final[Bounds] = (0.01, 50.0)
_ETA: Final[Bounds] = (1e-4, 20.0)
_TO_SVI = "surface SVI, no neighbouring expiry"
_TIED = "taken from the neighbouring expiries by the square root of time"


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


def families(smile: Smile, shape: Raw | None) -> list[Family]:
    """The families to try for a smile, preferred first.

    shape   SVI numbers that the neighbouring expiries suggest, None without a smiling neighbour
    """
    if smile.count >= 5:
        return [_five(smile, _coarse_start(smile))]
    if smile.count == 1:
        return [flat(smile)] if shape is None else [_scaled(smile, shape)]
    alone = {4: [_four_alone], 3: [_ssvi], 2: [_ssvi_skew, _ssvi_wing]}[smile.count]
    found = [make(smile) for make in alone]
    if shape is None:
        return found
    return [_tied(smile, shape), *found]


def flat(smile: Smile) -> Family:
    """One vol for every strike: b = 0."""
    unit = smile.unit**2
    level = float(np.average(smile.variances, weights=smile.weights)) / unit
    words = "1 free parameter: flat vol"
    return Family(words, [level], [_THETA], lambda x: Raw(x[0] * unit, 0.0, 0.0, 0.0, 1.0), 1)


def bent(smile: Smile, near: Raw, words: str, free: int) -> Family:
    """All five numbers, those of a thinly quoted slice held near what its family gave.

    The rules of arbitrage may need any of the five to move; the pull moves them no further.
    """
    whole = _five(smile, unknowns(smile, near))
    if smile.count >= 5:
        return whole
    pulled = f"{words}; bent to keep clear of its neighbours"
    return replace(whole, words=pulled, free=free, pull=PULL)


def shape_at(years: float, anchors: Sequence[tuple[float, Raw]]) -> Raw | None:
    """What the nearest fitted expiries before and after suggest for this one.

    anchors   (years, SVI numbers) of fitted expiries, ascending; None is returned for none
    """
    before = [anchor for anchor in anchors if anchor[0] < years][-1:]
    after = [anchor for anchor in anchors if anchor[0] > years][:1]
    near = [(np.sqrt(t), _per_root_time(t, raw)) for t, raw in before + after]
    if not near:
        return None
    root = float(np.sqrt(years))
    (first, low), (last, high) = near[0], near[-1]
    share = 0.0 if first == last else (root - first) / (last - first)
    v, b, rho, m, sigma = (x + share * (y - x) for x, y in zip(low, high, strict=True))
    return _vertex(v * years, b * root, rho, m * root, sigma * root)


def _per_root_time(years: float, raw: Raw) -> tuple[float, ...]:
    """Least variance and shape, with the growth in time divided out."""
    root = float(np.sqrt(years))
    return _least(raw) / years, raw.b / root, raw.rho, raw.m / root, raw.sigma / root


def _least(raw: Raw) -> float:
    return float(raw.a + raw.b * raw.sigma * np.sqrt(1 - raw.rho**2))


def unknowns(smile: Smile, raw: Raw) -> list[float]:
    """The scaled unknowns of `_five` at a slice; a flat one starts with a small wing."""
    unit = smile.unit
    if raw.b == 0:
        return [_least(raw) / unit**2, 0.05, 0.0, 0.0, 1.0]
    return [_least(raw) / unit**2, raw.b / unit, raw.rho, raw.m / unit, raw.sigma / unit]


def _vertex(v: Any, b: Any, rho: Any, m: Any, sigma: Any) -> Raw:
    """The slice whose least total variance is v."""
    return Raw(v - b * sigma * np.sqrt(1 - rho * rho), b, rho, m, sigma)


def _level_bounds(smile: Smile) -> Bounds:
    """Of v over unit^2: vol stays above a tenth of the lowest quote, and inside its range."""
    low = max(0.01 * float(smile.variances.min()), 1.21 * MIN_TOTAL_VOL**2)
    return low / smile.unit**2, 2 * float(smile.variances.max()) / smile.unit**2


def _place_bounds(smile: Smile) -> Bounds:
    """Of m over unit: three total vols beyond the quotes and the forward."""
    low, high = min(0.0, smile.k[0]), max(0.0, smile.k[-1])
    return low / smile.unit - 3, high / smile.unit + 3


def _width_bounds(smile: Smile) -> Bounds:
    """Of sigma over unit."""
    return 0.01, 10 + 10 * float(np.ptp(smile.k)) / smile.unit


def _wing_bounds(smile: Smile) -> Bounds:
    """Of b over unit."""
    return 0.0, LEE_BOUND / smile.unit


def _five(smile: Smile, start: Sequence[float]) -> Family:
    unit = smile.unit
    bounds = [
        _level_bounds(smile),
        _wing_bounds(smile),
        _RHO,
        _place_bounds(smile),
        _width_bounds(smile),
    ]
    return Family(
        words="5 free parameters",
        start=_inside(start, bounds),
        bounds=bounds,
        raw=lambda x: _vertex(x[0] * unit**2, x[1] * unit, x[2], x[3] * unit, x[4] * unit),
        free=5,
    )


def _tied(smile: Smile, shape: Raw) -> Family:
    """Two, three or four quotes, the rest of the slice tied to its neighbours."""
    unit = smile.unit
    start = [_least(shape) / unit**2, shape.m / unit, shape.sigma / unit, shape.b / unit]
    bounds = [
        _level_bounds(smile),
        _place_bounds(smile),
        _width_bounds(smile),
        _wing_bounds(smile),
    ]
    free = smile.count
    names = ["level", "m", "sigma", "b"]
    ties = ["sigma", "b", "rho"][free - 2 :]

    def raw(x: Array) -> Raw:
        sigma = x[2] * unit if free > 2 else shape.sigma
        b = x[3] * unit if free > 3 else shape.b
        return _vertex(x[0] * unit**2, b, shape.rho, x[1] * unit, sigma)

    words = f"{free} free parameters ({', '.join(names[:free])}); {', '.join(ties)} {_TIED}"
    return Family(words, _inside(start, bounds)[:free], bounds[:free], raw, free)


def _inside(start: Sequence[float], bounds: Sequence[Bounds]) -> list[float]:
    return [min(max(x, low), high) for x, (low, high) in zip(start, bounds, strict=True)]


def _scaled(smile: Smile, shape: Raw) -> Family:
    """One quote: the neighbours' smile with its variance scaled to go through it."""
    w = float(total_variance(shape, smile.k)[0])
    ratio = float(smile.variances[0]) / w

    def raw(x: Array) -> Raw:
        root = np.sqrt(x[0])
        return Raw(shape.a * x[0], shape.b * root, shape.rho, shape.m * root, shape.sigma * root)

    words = f"1 free parameter (level); the smile is {_TIED}"
    return Family(words, [ratio], [(1e-3 * ratio, 1e3 * ratio)], raw, 1)


def _surface_svi(theta: Any, rho: Any, eta: Any) -> Raw:
    phi = eta / np.sqrt(theta)
    hole = 1 - rho * rho
    return Raw(theta * hole / 2, theta * phi / 2, rho, -rho / phi, np.sqrt(hole) / phi)


def _ssvi(smile: Smile) -> Family:
    unit = smile.unit**2
    return Family(
        f"3 free parameters (theta, rho, eta): {_TO_SVI}",
        [1.0, 0.0, DEFAULT_ETA],
        [_THETA, _RHO, _ETA],
        lambda x: _surface_svi(x[0] * unit, x[1], x[2]),
        3,
    )


def _ssvi_skew(smile: Smile) -> Family:
    unit = smile.unit**2
    return Family(
        f"2 free parameters (theta, rho), eta = {DEFAULT_ETA:g}: {_TO_SVI}",
        [1.0, 0.0],
        [_THETA, _RHO],
        lambda x: _surface_svi(x[0] * unit, x[1], DEFAULT_ETA),
        2,
    )


def _ssvi_wing(smile: Smile) -> Family:
    unit = smile.unit**2
    return Family(
        f"2 free parameters (theta, eta), rho = 0: {_TO_SVI}",
        [1.0, DEFAULT_ETA],
        [_THETA, _ETA],
        lambda x: _surface_svi(x[0] * unit, 0.0, x[1]),
        2,
    )


def _four_alone(smile: Smile) -> Family:
    unit = smile.unit

    def raw(x: Array) -> Raw:
        sigma = x[3] * unit
        m = -x[2] * sigma / np.sqrt(1 - x[2] * x[2])
        return _vertex(x[0] * unit**2, x[1] * unit, x[2], m, sigma)

    return Family(
        "4 free parameters (level, b, rho, sigma), m as in surface SVI: no neighbouring expiry",
        [0.7, 0.4, 0.0, 1.0],
        [_level_bounds(smile), _wing_bounds(smile), _RHO, _width_bounds(smile)],
        raw,
        4,
    )


def _coarse_start(smile: Smile) -> list[float]:
    """The best of a grid over m and sigma, for which w is linear in the other three numbers."""
    unit = smile.unit
    scale = smile.weights / smile.vols
    low, high = (unit**2 * bound for bound in _level_bounds(smile))
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


def ordered_starts(smiles: Sequence[Smile]) -> list[list[float]]:
    """A start without arbitrage: one surface SVI smile whose variance grows with every expiry."""
    theta, starts = 0.0, []
    for smile in smiles:
        theta = max(1.01 * theta, smile.unit**2)
        slice_ = _surface_svi(theta, 0.0, DEFAULT_ETA)
        starts.append(list(_five(smile, unknowns(smile, slice_)).start))
    return starts
