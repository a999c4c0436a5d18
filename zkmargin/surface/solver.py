# SPDX-License-Identifier: Apache-2.0
"""Least squares over one or several expiries at once, under the rules R1 to R5.

Derivatives are complex steps, exact to rounding: every formula here is analytic in the unknowns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from zkmargin.surface.family import Family
from zkmargin.surface.smile import Smile
from zkmargin.surface.svi import (
    LEE_BOUND,
    LOG_RANGE,
    MAX_SLOPE,
    MIN_TOTAL_VOL,
    Array,
    durrleman,
    total_variance,
    vol_slope,
)

Vector = NDArray[np.float64]

# The solver works on sparse grids and stays this far inside the rules that are checked densely.
BUTTERFLY_MARGIN: Final = 1e-3  # of g
CALENDAR_MARGIN: Final = 5e-4  # of w_late / w_early - 1
WING_SHARE: Final = 0.995  # of Lee's bound
SLOPE_SHARE: Final = 0.98  # of the bound on the slope of total vol
MAX_STEPS: Final = 150
PRECISION: Final = 1e-14  # of the misfit of one expiry [vol points squared]
GROUP_PRECISION: Final = 1e-8  # of the misfit of several

_STEP = 1e-30
_TOLERANCE = 0.9 * CALENDAR_MARGIN  # of a constraint; the rule itself still holds
_WINGS = np.geomspace(0.02, LOG_RANGE, 14)


@dataclass(frozen=True, eq=False)
class Grids:
    """Where the rules are imposed; the dense check adds the points where a solution broke one.

    vertex     (k - m) / sigma of rules R1 and R4
    calendar   k of rule R5
    """

    vertex: Vector
    calendar: Vector

    def with_points(self, vertex: Sequence[float], calendar: Sequence[float]) -> Grids:
        """The grids with more points."""
        return Grids(np.union1d(self.vertex, vertex), np.union1d(self.calendar, calendar))


GRIDS: Final = Grids(
    vertex=np.sinh(np.linspace(-1, 1, 25) * np.arcsinh(400)),
    calendar=np.concatenate([-_WINGS[::-1], [0.0], _WINGS]),
)


@dataclass(frozen=True, eq=False)
class Solution:
    """The unknowns of each expiry, the misfit [vol points squared], and whether the rules hold."""

    x: list[Vector]
    misfit: float
    is_feasible: bool


def solve(
    smiles: Sequence[Smile],
    families: Sequence[Family],
    starts: Sequence[Sequence[float]],
    grids: Grids = GRIDS,
) -> Solution:
    """The unknowns of each expiry that fit all quotes best, no arbitrage inside or between them.

    smiles   ascending expiries; families and starts as many
    """
    from scipy.optimize import minimize  # heavy, and only a fit needs it

    problem = _Problem(smiles, families, grids)
    bounds = [bound for family in families for bound in family.bounds]
    with np.errstate(all="ignore"):  # a trial step may leave the rules
        outcome = minimize(
            problem.objective,
            np.concatenate(starts),
            jac=problem.gradient,
            bounds=bounds,
            constraints={"type": "ineq", "fun": problem.slack, "jac": problem.slack_jacobian},
            method="SLSQP",
            options={
                "maxiter": MAX_STEPS,
                "ftol": PRECISION if len(smiles) == 1 else GROUP_PRECISION,
            },
        )
        low, high = np.array(bounds).T
        x = np.clip(outcome.x, low, high)
        is_feasible = bool(problem.slack(x).min() >= -_TOLERANCE)  # False for NaN too
        return Solution(problem.split(x), problem.objective(x), is_feasible)


class _Problem:
    """Objective and constraints of a group of expiries, evaluated one expiry at a time."""

    def __init__(self, smiles: Sequence[Smile], families: Sequence[Family], grids: Grids) -> None:
        self._smiles = smiles
        self._families = families
        self._grids = grids
        sizes = [len(family.start) for family in families]
        ends = np.cumsum(sizes).tolist()
        self._parts = [slice(end - n, end) for end, n in zip(ends, sizes, strict=True)]
        self._key = b""
        self._values: list[tuple[Vector, ...]] = []
        self._slopes: list[tuple[Vector, ...]] = []

    def split(self, x: Vector) -> list[Vector]:
        """The unknowns of each expiry."""
        return [x[part] for part in self._parts]

    def objective(self, x: Vector) -> float:
        """Weighted sum of squared errors [vol points squared]."""
        self._evaluate(x)
        return float(sum(residuals @ residuals for residuals, _, _ in self._values))

    def gradient(self, x: Vector) -> Vector:
        """Gradient of the objective."""
        self._evaluate(x)
        pairs = zip(self._values, self._slopes, strict=True)
        return np.concatenate([2 * slope[0] @ value[0] for value, slope in pairs])

    def slack(self, x: Vector) -> Vector:
        """Every constraint, at least zero inside the rules."""
        self._evaluate(x)
        own = [value[1] for value in self._values]
        gaps = [late[2] / early[2] - 1 - CALENDAR_MARGIN for early, late in pairwise(self._values)]
        return np.concatenate([*own, *gaps])

    def slack_jacobian(self, x: Vector) -> Vector:
        """Jacobian of the slack, shape [constraints, unknowns]."""
        self._evaluate(x)
        rows = []
        for part, slope in zip(self._parts, self._slopes, strict=True):
            row = np.zeros((slope[1].shape[1], len(x)))
            row[:, part] = slope[1].T
            rows.append(row)
        for i, (early, late) in enumerate(pairwise(self._values)):
            row = np.zeros((len(self._grids.calendar), len(x)))
            row[:, self._parts[i]] = -(self._slopes[i][2] * late[2] / early[2] ** 2).T
            row[:, self._parts[i + 1]] = (self._slopes[i + 1][2] / early[2]).T
            rows.append(row)
        return np.concatenate(rows)

    def _evaluate(self, x: Vector) -> None:
        if x.tobytes() == self._key:
            return
        self._key = x.tobytes()
        self._values, self._slopes = [], []
        for smile, family, part in zip(self._smiles, self._families, self._parts, strict=True):
            size = len(family.start)
            steps = x[part][:, None] + np.hstack([np.zeros((size, 1)), 1j * _STEP * np.eye(size)])
            pieces = _pieces(smile, family, steps[:, :, None], self._grids)
            self._values.append(tuple(piece[0].real for piece in pieces))
            self._slopes.append(tuple(piece[1:].imag / _STEP for piece in pieces))


def _pieces(smile: Smile, family: Family, x: Array, grids: Grids) -> tuple[Any, Any, Any]:
    """Weighted errors, own constraints, w on the calendar grid; x is [unknowns, trials, 1]."""
    raw = family.raw(x)
    trials = x.shape[1]
    k = raw.m + raw.sigma * grids.vertex
    wing, floor = WING_SHARE * LEE_BOUND, 1.1 * MIN_TOTAL_VOL**2
    low = raw.a + raw.b * raw.sigma * np.sqrt(1 - raw.rho * raw.rho)
    own = (
        durrleman(raw, k) - BUTTERFLY_MARGIN,
        (SLOPE_SHARE * MAX_SLOPE) ** 2 - np.square(vol_slope(raw, k)),
        wing - raw.b * (1 + raw.rho),
        wing - raw.b * (1 - raw.rho),
        1 - floor / low,
    )
    errors = np.sqrt(smile.weights) * smile.vol_errors(total_variance(raw, smile.k))
    away = family.pull * (x[:, :, 0].T - np.array(family.start))
    return (
        np.concatenate([_spread(errors, trials), away], axis=1),
        np.concatenate([_spread(part, trials) for part in own], axis=1),
        _spread(total_variance(raw, grids.calendar), trials),
    )


def _spread(part: Any, trials: int) -> Any:
    """The part as [trials, values]; a family that fixes a number leaves an axis out."""
    width = np.shape(part)[-1] if np.ndim(part) else 1
    return np.broadcast_to(part, (trials, width))
