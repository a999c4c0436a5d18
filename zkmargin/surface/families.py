# SPDX-License-Identifier: Apache-2.0
"""Which family fits an expiry: how many of the five SVI numbers its quotes decide.

Five quotes or more decide all five. With fewer, the far wings come from the neighbouring expiries,
because two or three quotes near the money say nothing about them: a smile scales with the square
root of time,

    v ~ T,   b ~ sqrt(T),   m ~ sqrt(T),   sigma ~ sqrt(T),   rho constant,

linear in sqrt(T) between two neighbours. An expiry without a neighbour falls back on surface SVI,
the three-number subfamily

    w = theta/2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)),   phi = eta / sqrt(theta).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from zkmargin.surface.family import (
    RHO_BOUNDS,
    Bounds,
    Family,
    coarse_start,
    five,
    inside,
    least_variance,
    level_bounds,
    place_bounds,
    unknowns,
    vertex,
    width_bounds,
    wing_bounds,
)
from zkmargin.surface.smile import Smile
from zkmargin.surface.svi import LEE_BOUND, Array, Raw, total_variance

DEFAULT_ETA: Final = 1.0  # wing of a smile that nothing else decides

_THETA: Final[Bounds] = (0.01, 50.0)
_ETA: Final[Bounds] = (1e-4, 20.0)
_ALONE = "surface SVI, no neighbouring expiry"
_TIED = "taken from the neighbouring expiries by the square root of time"


def families(smile: Smile, shape: Raw | None) -> list[Family]:
    """The families to try for a smile, preferred first.

    shape   SVI numbers that the neighbouring expiries suggest, None without a neighbour that smiles
    """
    if smile.count >= 5:
        return [five(smile, coarse_start(smile))]
    if smile.count == 1:
        return [flat(smile)] if shape is None else [_scaled(smile, shape), flat(smile)]
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
    steepest = 0.9 * LEE_BOUND / (1 + abs(rho))
    return vertex(v * years, min(b * root, steepest), rho, m * root, sigma * root)


def _per_root_time(years: float, raw: Raw) -> tuple[float, ...]:
    """Least variance and shape, with the growth in time divided out."""
    root = float(np.sqrt(years))
    return least_variance(raw) / years, raw.b / root, raw.rho, raw.m / root, raw.sigma / root


def _tied(smile: Smile, shape: Raw) -> Family:
    """Two, three or four quotes, the rest of the slice tied to its neighbours."""
    unit = smile.unit
    start = [least_variance(shape) / unit**2, shape.m / unit, shape.sigma / unit, shape.b / unit]
    bounds = [
        level_bounds(smile),
        place_bounds(smile),
        width_bounds(smile),
        wing_bounds(smile),
    ]
    free = smile.count
    names = ["level", "m", "sigma", "b"]
    ties = ["sigma", "b", "rho"][free - 2 :]

    def raw(x: Array) -> Raw:
        sigma = x[2] * unit if free > 2 else shape.sigma
        b = x[3] * unit if free > 3 else shape.b
        return vertex(x[0] * unit**2, b, shape.rho, x[1] * unit, sigma)

    words = f"{free} free parameters ({', '.join(names[:free])}); {', '.join(ties)} {_TIED}"
    return Family(words, inside(start, bounds)[:free], bounds[:free], raw, free)


def _scaled(smile: Smile, shape: Raw) -> Family:
    """One quote: the neighbours' smile with its variance scaled to go through it."""
    w = float(total_variance(shape, smile.k)[0])
    ratio = float(smile.variances[0]) / w

    def raw(x: Array) -> Raw:
        root = np.sqrt(x[0])
        return Raw(shape.a * x[0], shape.b * root, shape.rho, shape.m * root, shape.sigma * root)

    words = f"1 free parameter (level); the smile is {_TIED}"
    return Family(words, [ratio], [(1e-3 * ratio, 1e3 * ratio)], raw, 1)


def _ssvi(smile: Smile) -> Family:
    unit = smile.unit**2
    return Family(
        f"3 free parameters (theta, rho, eta): {_ALONE}",
        [1.0, 0.0, DEFAULT_ETA],
        [_THETA, RHO_BOUNDS, _ETA],
        lambda x: _surface_svi(x[0] * unit, x[1], x[2]),
        3,
    )


def _ssvi_skew(smile: Smile) -> Family:
    unit = smile.unit**2
    return Family(
        f"2 free parameters (theta, rho), eta = {DEFAULT_ETA:g}: {_ALONE}",
        [1.0, 0.0],
        [_THETA, RHO_BOUNDS],
        lambda x: _surface_svi(x[0] * unit, x[1], DEFAULT_ETA),
        2,
    )


def _ssvi_wing(smile: Smile) -> Family:
    unit = smile.unit**2
    return Family(
        f"2 free parameters (theta, eta), rho = 0: {_ALONE}",
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
        return vertex(x[0] * unit**2, x[1] * unit, x[2], m, sigma)

    return Family(
        "4 free parameters (level, b, rho, sigma), m as in surface SVI: no neighbouring expiry",
        [0.7, 0.4, 0.0, 1.0],
        [level_bounds(smile), wing_bounds(smile), RHO_BOUNDS, width_bounds(smile)],
        raw,
        4,
    )


def _surface_svi(theta: Any, rho: Any, eta: Any) -> Raw:
    phi = eta / np.sqrt(theta)
    hole = 1 - rho * rho
    return Raw(theta * hole / 2, theta * phi / 2, rho, -rho / phi, np.sqrt(hole) / phi)


def ordered_starts(smiles: Sequence[Smile]) -> list[list[float]]:
    """A start without arbitrage: one surface SVI smile whose variance grows with every expiry."""
    theta, starts = 0.0, []
    for smile in smiles:
        theta = max(1.01 * theta, smile.unit**2)
        slice_ = _surface_svi(theta, 0.0, DEFAULT_ETA)
        starts.append(list(five(smile, unknowns(smile, slice_)).start))
    return starts
