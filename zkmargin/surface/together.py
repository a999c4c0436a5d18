# SPDX-License-Identifier: Apache-2.0
"""Expiries that cross each other (R5), fitted again together until none do.

A group begins with two expiries that cross and grows by the neighbours that its solution crosses,
so the misfit is shared by vega and not left to whichever expiry came last. Rules are imposed on
sparse grids; a dense check adds the points where a solution broke one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from zkmargin.surface.alone import Fit
from zkmargin.surface.families import ordered_starts
from zkmargin.surface.family import Family, bent, unknowns
from zkmargin.surface.report import check_errors
from zkmargin.surface.solver import GRIDS, Grids, Solution, solve
from zkmargin.surface.svi import calendar_gap, dense_grid, durrleman, utc_text

ROUNDS: Final = 8  # beyond one per expiry
LARGE_MISFIT: Final = 4.0  # per quote [vol points squared]; another start is tried above it


def without_crossings(source: str, fits: Sequence[Fit]) -> list[Fit]:
    """The same expiries, without a crossing or a negative density if the rounds suffice.

    raises   QuoteError as soon as expiries cannot meet their quotes without crossing
    """
    fits = list(fits)
    loose = [bent(fit.smile, fit.raw, fit.family.words, fit.family.free) for fit in fits]
    group = list(range(len(fits)))  # group[i] is the first expiry of the group of i
    grids = GRIDS
    for _ in range(ROUNDS + len(fits)):
        crossings, bulges = _crossings(fits), _bulges(fits)
        if not crossings and not bulges:
            break
        inside = [k for i, k in crossings.items() if group[i] == group[i + 1]]
        grids = grids.with_points(list(bulges.values()), inside)
        for i in crossings:
            group = [group[i] if g == group[i + 1] else g for g in group]
        for first in sorted({group[i] for i in (*crossings, *bulges)}):
            members = slice(first, first + group.count(first))
            fits[members] = _refit(source, fits[members], loose[members], grids)
    return fits


def _crossings(fits: Sequence[Fit]) -> dict[int, float]:
    """The expiries i whose successor falls below them (R5), and the k where it is worst."""
    gaps = [calendar_gap(early.raw, late.raw) for early, late in pairwise(fits)]
    return {i: k for i, (gap, k) in enumerate(gaps) if gap < 0}


def _bulges(fits: Sequence[Fit]) -> dict[int, float]:
    """The expiries with a negative density (R1), and the (k - m) / sigma where it is worst."""
    found = {}
    for i, fit in enumerate(fits):
        k = dense_grid(fit.raw)
        g = durrleman(fit.raw, k)
        if g.min() < 0:
            found[i] = float((k[int(np.argmin(g))] - fit.raw.m) / fit.raw.sigma)
    return found


def _refit(source: str, fits: Sequence[Fit], families: Sequence[Family], grids: Grids) -> list[Fit]:
    """A group fitted jointly, every number of every slice free to move."""
    smiles = [fit.smile for fit in fits]
    solution = solve(smiles, families, [unknowns(fit.smile, fit.raw) for fit in fits], grids)
    quotes = sum(smile.count for smile in smiles)
    if not solution.is_feasible or solution.misfit > LARGE_MISFIT * quotes:
        other = solve(smiles, families, ordered_starts(smiles), grids)
        solution = min(solution, other, key=_rank)
    found = [Fit(*each) for each in zip(smiles, families, solution.x, strict=True)]
    if solution.is_feasible:
        dates = ", ".join(utc_text(smile.expiry) for smile in smiles)
        condition = f"without arbitrage within and between {dates}"
        check_errors(source, [fit.report for fit in found], condition)
    return found


def _rank(solution: Solution) -> tuple[bool, float]:
    return not solution.is_feasible, solution.misfit
