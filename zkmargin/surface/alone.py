# SPDX-License-Identifier: Apache-2.0
"""Every expiry fitted on its own under R1 to R4; a thin one takes its wings from neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from zkmargin.surface.families import families, flat, shape_at
from zkmargin.surface.family import Family
from zkmargin.surface.report import WARN_POINTS, SliceFit, slice_fit
from zkmargin.surface.smile import Smile
from zkmargin.surface.solver import Vector, solve
from zkmargin.surface.svi import Raw, SviSlice, total_variance

MIN_ANCHOR_QUOTES: Final = 2  # a slice of one quote has no wings to lend


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted expiry: its quotes, its family, its unknowns."""

    smile: Smile
    family: Family
    x: Vector

    @cached_property
    def raw(self) -> Raw:
        """The SVI numbers."""
        return Raw(*(float(np.real(number)) for number in self.family.raw(self.x)))

    @property
    def errors(self) -> Vector:
        """Model vol minus quoted vol, to first order [vol points]."""
        errors: Vector = self.smile.vol_errors(total_variance(self.raw, self.smile.k))
        return errors

    @property
    def slice(self) -> SviSlice:
        """The slice as users see it."""
        smile = self.smile
        return SviSlice(smile.expiry, smile.forward, *self.raw, self.family.free, smile.count)

    @cached_property
    def report(self) -> SliceFit:
        """The slice with the error of every quote."""
        return slice_fit(self.smile, self.slice, self.family.words)


def fit_alone(smiles: Sequence[Smile]) -> list[Fit]:
    """One fit per expiry; the best quoted are fitted first and lend their wings to the thin ones.

    smiles   ascending expiries
    """
    done: dict[int, Fit] = {}
    for smile in sorted(smiles, key=lambda smile: (-min(smile.count, 5), smile.expiry)):
        anchors = sorted(
            (fit.smile.years, fit.raw)
            for fit in done.values()
            if MIN_ANCHOR_QUOTES <= fit.smile.count > smile.count and fit.raw.b > 0
        )
        shape = shape_at(smile.years, anchors) if smile.count < 5 else None
        done[smile.expiry] = _acceptable(smile, shape)
    return [done[smile.expiry] for smile in smiles]


def _acceptable(smile: Smile, shape: Raw | None) -> Fit:
    """The best fit, or the best by vega alone if only that one meets every quote."""
    fit = _best(smile, shape)
    if not fit.report.is_refused:
        return fit
    other = _best(smile.by_vega, shape)
    return fit if other.report.is_refused else other


def _best(smile: Smile, shape: Raw | None) -> Fit:
    """The first family that meets every quote within the warning bound, else the closest one.

    A family that its ties keep from obeying the rules comes last: it is bent later.
    """
    found: list[tuple[bool, float, Fit]] = []
    candidates = families(smile, shape)
    if smile.is_flat and shape is None:
        candidates.insert(0, flat(smile))
    for family in candidates:
        solution = solve([smile], [family], [family.start])
        fit = Fit(smile, family, solution.x[0])
        if solution.is_feasible and np.abs(fit.errors).max() <= WARN_POINTS:
            return fit
        found.append((not solution.is_feasible, solution.misfit, fit))
    return min(found, key=lambda each: each[:2])[2]
