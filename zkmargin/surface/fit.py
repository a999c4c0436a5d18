# SPDX-License-Identifier: Apache-2.0
"""From a chain of quotes to one arbitrage-free slice per expiry.

Each expiry is fitted alone first, the best quoted ones leading, since the thinly quoted take their
wings from them. Expiries that then cross each other (R5) are fitted again together, in groups that
grow until none cross: the misfit is shared by vega, not left to whichever expiry came last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from zkmargin.errors import QuoteError
from zkmargin.quotes import Chain
from zkmargin.surface.families import (
    Family,
    bent,
    families,
    flat,
    ordered_starts,
    shape_at,
    unknowns,
)
from zkmargin.surface.report import WARN_POINTS, Surface, check_errors, slice_fit
from zkmargin.surface.smile import Smile, smile_of
from zkmargin.surface.solver import GRIDS, Grids, Vector, solve
from zkmargin.surface.svi import (
    Raw,
    SviSlice,
    calendar_gap,
    check_calendar,
    dense_grid,
    durrleman,
    total_variance,
)

MAX_EXPIRIES: Final = 15  # rows of a snapshot

_MIN_ANCHOR_QUOTES = 2
_ROUNDS = 6  # beyond one per expiry, before a rule is reported as broken


@dataclass(eq=False)
class _Fit:
    """One expiry on its way: its quotes, its family, its unknowns."""

    smile: Smile
    family: Family
    x: Vector

    @property
    def raw(self) -> Raw:
        return Raw(*(float(np.real(number)) for number in self.family.raw(self.x)))

    @property
    def errors(self) -> Vector:
        errors: Vector = self.smile.vol_errors(total_variance(self.raw, self.smile.k))
        return errors

    @property
    def slice(self) -> SviSlice:
        smile = self.smile
        free, count = self.family.free, smile.count
        return SviSlice(smile.expiry, smile.forward, *self.raw, free, count)


def fit_surface(chain: Chain) -> Surface:
    """The slices of a chain's expiries, and how well each quote is met.

    raises   QuoteError naming the quote that the fit misses by more than 2 vol points and by more
             than 5 bp of the forward (or half its bid-ask spread, if wider), or the rule that no
             slice can obey
    """
    expiries = chain.expiries
    if len(expiries) > MAX_EXPIRIES:
        rule = f"must be at most {MAX_EXPIRIES}, the rows of a snapshot"
        raise QuoteError(f"{chain.source} expiries", len(expiries), rule)
    smiles = [smile_of(chain, expiry) for expiry in expiries]
    fits = _without_crossings(_fit_alone(smiles))
    slices = [fit.slice for fit in fits]
    surface = Surface(
        source=chain.source,
        as_of=chain.as_of,
        fits=tuple(
            slice_fit(fit.smile, piece, fit.family.words)
            for fit, piece in zip(fits, slices, strict=True)
        ),
        rejected=chain.rejected,
    )
    check_errors(surface)
    for piece in slices:
        piece.check()
    for early, late in pairwise(slices):
        check_calendar(early, late)
    return surface


def _fit_alone(smiles: Sequence[Smile]) -> list[_Fit]:
    """Every expiry on its own, the best quoted first."""
    done: dict[int, _Fit] = {}
    for smile in sorted(smiles, key=lambda smile: (-min(smile.count, 5), smile.expiry)):
        anchors = sorted(
            (fit.smile.years, fit.raw)
            for fit in done.values()
            if _MIN_ANCHOR_QUOTES <= fit.smile.count > smile.count and fit.raw.b > 0
        )
        shape = shape_at(smile.years, anchors) if smile.count < 5 else None
        done[smile.expiry] = _best(smile, shape)
    return [done[smile.expiry] for smile in smiles]


def _best(smile: Smile, shape: Raw | None) -> _Fit:
    """The first family that meets every quote within the warning bound, else the closest one."""
    found: list[_Fit] = []
    candidates = families(smile, shape)
    if smile.is_flat and shape is None:
        candidates.insert(0, flat(smile))
    for family in candidates:
        fit = _Fit(smile, family, solve([smile], [family], [family.start]).x[0])
        if np.abs(fit.errors).max() <= WARN_POINTS:
            return fit
        found.append(fit)
    return min(found, key=lambda fit: float(np.square(fit.errors * smile.weights).sum()))


def _without_crossings(fits: list[_Fit]) -> list[_Fit]:
    """The same expiries, those that cross fitted again together."""
    group = list(range(len(fits)))  # group[i] is the first expiry of the group of i
    loose = [bent(fit.smile, fit.raw, fit.family.words, fit.family.free) for fit in fits]
    grids = GRIDS
    for _ in range(_ROUNDS + len(fits)):
        crossings = _crossings(fits)
        bulges = _bulges(fits)
        if not crossings and not bulges:
            break
        inside = [k for i, k in crossings.items() if group[i] == group[i + 1]]
        grids = grids.with_points(list(bulges.values()), inside)
        for i in crossings:
            group = [group[i] if g == group[i + 1] else g for g in group]
        for first in {group[i] for i in (*crossings, *bulges)}:
            members = [i for i, g in enumerate(group) if g == first]
            for i, fit in zip(members, _fit_together(fits, loose, members, grids), strict=True):
                fits[i] = fit
    return fits


def _crossings(fits: Sequence[_Fit]) -> dict[int, float]:
    """The expiries i whose successor falls below them (R5), and the k where it is worst."""
    found = {}
    for i, (early, late) in enumerate(pairwise(fits)):
        gap, k = calendar_gap(early.raw, late.raw)
        if gap < 0:
            found[i] = k
    return found


def _bulges(fits: Sequence[_Fit]) -> dict[int, float]:
    """The expiries with a negative density (R1), and the (k - m) / sigma where it is worst."""
    found = {}
    for i, fit in enumerate(fits):
        k = dense_grid(fit.raw)
        g = durrleman(fit.raw, k)
        if g.min() < 0:
            found[i] = float((k[g.argmin()] - fit.raw.m) / fit.raw.sigma)
    return found


def _fit_together(
    fits: Sequence[_Fit], loose: Sequence[Family], members: Sequence[int], grids: Grids
) -> list[_Fit]:
    """A group of expiries fitted jointly, every number of every slice free to move."""
    smiles = [fits[i].smile for i in members]
    group = [loose[i] for i in members]
    solution = solve(smiles, group, [unknowns(fits[i].smile, fits[i].raw) for i in members], grids)
    if not solution.is_feasible:
        second = solve(smiles, group, ordered_starts(smiles), grids)
        solution = second if second.is_feasible else solution
    return [_Fit(*each) for each in zip(smiles, group, solution.x, strict=True)]
