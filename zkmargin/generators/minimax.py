# SPDX-License-Identifier: Apache-2.0
"""Polynomials of least maximum error on a grid of integers, and their integer coefficients.

The fit is Remez exchange, restricted to a finite grid: the best polynomial of degree n has an error
that alternates in sign, at equal size, on n + 2 points of the grid.  Rounding all coefficients at
once would spoil it; here the highest is rounded, subtracted, and the rest is fitted again, so each
rounding error is repaired by all lower coefficients.

Arithmetic is mpmath at a fixed number of digits, the same on every machine; no float is used.
Nothing here is trusted: tablecertificate.py, beside it, bounds the polynomials that come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mpmath

Real = Any  # an mpf of CONTEXT
CONTEXT = mpmath.MPContext()
CONTEXT.dps = 60  # 203 bits: the largest scaled value has 185

_EXCHANGES = 40  # a bound on the loop; a fit settles in about five
_SETTLED = CONTEXT.mpf(10) ** -6  # accepted excess of the largest error over the least possible one


def integer_polynomial(grid: Sequence[int], values: Sequence[Real], degree: int) -> tuple[int, ...]:
    """Integer coefficients, low order first, of a polynomial close to the values on the grid."""
    coefficients: list[int] = []
    rest = list(values)
    for power in range(degree, -1, -1):
        top = int(CONTEXT.nint(minimax_polynomial(grid, rest, power)[power]))
        rest = [value - top * node**power for node, value in zip(grid, rest, strict=True)]
        coefficients.insert(0, top)
    return tuple(coefficients)


def minimax_polynomial(grid: Sequence[int], values: Sequence[Real], degree: int) -> list[Real]:
    """Real coefficients, low order first, of the polynomial of least maximum error on the grid."""
    span = max(abs(node) for node in grid)
    points = [CONTEXT.mpf(node) / span for node in grid]
    reference = [index * (len(grid) - 1) // (degree + 1) for index in range(degree + 2)]
    for _ in range(_EXCHANGES):
        coefficients, level = _levelled(points, values, reference)
        errors = [
            value - _at(coefficients, point) for point, value in zip(points, values, strict=True)
        ]
        peaks = _alternating_peaks(errors, degree + 2)
        worst = max(abs(error) for error in errors)
        if worst <= level * (1 + _SETTLED) or len(peaks) < degree + 2:
            break  # settled, or the fit is exact and only the noise of the last digit is left
        reference = peaks
    return [value / CONTEXT.mpf(span) ** power for power, value in enumerate(coefficients)]


def chebyshev_grid(low: int, high: int, size: int) -> list[int]:
    """Distinct integers in [low, high], both ends included, denser towards the ends."""
    half, middle = CONTEXT.mpf(high - low) / 2, CONTEXT.mpf(high + low) / 2
    angles = (CONTEXT.pi * index / (size - 1) for index in range(size))
    return sorted({int(CONTEXT.nint(middle - half * CONTEXT.cos(angle))) for angle in angles})


def _at(coefficients: Sequence[Real], point: Real) -> Real:
    value = CONTEXT.mpf(0)
    for coefficient in reversed(coefficients):
        value = value * point + coefficient
    return value


def _levelled(
    points: Sequence[Real], values: Sequence[Real], reference: Sequence[int]
) -> tuple[list[Real], Real]:
    """The polynomial whose error on the reference is +e, -e, +e, ...; and the size of e."""
    size = len(reference)
    system = CONTEXT.matrix(size, size)
    for row, index in enumerate(reference):
        for power in range(size - 1):
            system[row, power] = points[index] ** power
        system[row, size - 1] = (-1) ** row
    solution = CONTEXT.lu_solve(system, CONTEXT.matrix([values[index] for index in reference]))
    return [solution[power] for power in range(size - 1)], abs(solution[size - 1])


def _alternating_peaks(errors: Sequence[Real], count: int) -> list[int]:
    """Indices of `count` errors of alternating sign, the largest of each run of one sign."""
    peaks = [0]
    for index, error in enumerate(errors):
        if error * errors[peaks[-1]] < 0:
            peaks.append(index)
        elif abs(error) > abs(errors[peaks[-1]]):
            peaks[-1] = index
    while len(peaks) > count:
        peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
    return peaks
