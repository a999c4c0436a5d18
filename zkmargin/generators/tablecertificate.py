# SPDX-License-Identifier: Apache-2.0
"""What a table approximates, and the proof of how well.

The proof does not depend on how the coefficients were found: it looks at every cell of a table, in
exact integers, and bounds what happens between the points it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from zkmargin.generators.minimax import CONTEXT, Real
from zkmargin.tables import PiecewiseTable, Polynomials, horner

GUARD_BITS = 64  # the proof counts in units of 2^-(scale_bits + 64)
ROUNDING = Fraction(1, 1 << 100)  # more than all that this rounding can move an error


@dataclass(frozen=True, slots=True)
class Function:
    """What a table tabulates: a real function, its grid and the shape of its polynomials.

    An offset a stands for x = (a + half/2) * 2^-argument_bits.
    derivatives   x -> (f(x), f'(x), f''(x))
    third         at least |f'''| everywhere on the domain
    limits        least and greatest value of f on the domain
    centred       whether a circuit looks it up at the centres of cells, too
    """

    name: str
    meaning: str
    argument_bits: int
    half: int
    segment_bits: int
    value_bits: int
    slope_bits: int
    scale_bits: int
    value_degree: int
    slope_degree: int
    derivatives: Callable[[Real], tuple[Real, Real, Real]]
    third: Fraction
    limits: tuple[Real, Real]
    centred: bool

    def argument(self, segment: int, v: int) -> Real:
        """x at the centre of a cell, where D = 0."""
        cell = (segment << self.value_bits) + v + (1 << self.value_bits - 1)
        offset = (2 * cell + 1) << self.slope_bits - 1
        return CONTEXT.ldexp(CONTEXT.mpf(2 * offset + self.half), -self.argument_bits - 1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Bounds of a table that hold at every offset.

    error          largest |table - f|, absolute
    centre_error   the same at the cell centres only (D = 0)
    slope_error    largest |Q - f'| at the cell centres, as a derivative in x
    lowest         least P + QD, exact, in units of 2^-scale_bits
    highest        greatest P + QD
    undershoot     by how much lowest is below the least value of f, rounded up; negative if above
    overshoot      by how much highest is above the greatest value of f
    value_bits     bit length of the largest |intermediate| of each Horner step of P, in order
    slope_bits     the same for Q
    product_bits   the same for Q * D
    """

    error: Fraction
    centre_error: Fraction
    slope_error: Fraction
    lowest: int
    highest: int
    undershoot: int
    overshoot: int
    value_bits: tuple[int, ...]
    slope_bits: tuple[int, ...]
    product_bits: int

    @property
    def step_bits(self) -> int:
        """Every intermediate of the circuit is below 2^step_bits in magnitude."""
        result = max(abs(self.lowest), abs(self.highest)).bit_length()
        return max(*self.value_bits, *self.slope_bits, self.product_bits, result)


def certify(table: PiecewiseTable, function: Function) -> Certificate:
    """Bounds that hold at every offset, from one exact parabola for each of the 65,536 cells.

    Let c be the argument at the centre of a cell, t = D * 2^-argument_bits the distance from it and
    h = 2^(slope_bits - 1 - argument_bits), so |t| <= h. Taylor's theorem gives

        f(c + t) = f(c) + f'(c) t + f''(c) t^2 / 2 + r,    |r| <= M h^3 / 6,   M >= max |f'''|

    so the error P + Q t - f(c + t) is, less r, the parabola

        p(t) = (P - f(c)) + (Q - f'(c)) t - f''(c) t^2 / 2

    and on [-h, h] a parabola is largest in magnitude at -h, at h or at its vertex:

        |error| <= max(|p(-h)|, |p(0)|, |p(h)|, |p(vertex)| if it is inside) + M h^3 / 6

    The remainder is 2^-45.9 for N (h = 2^-14, M = 0.4) and 2^-52.5 for ln (h = 2^-17, M = 2).
    P and Q are exact integers. f, f', f'' are rounded to units of 2^-(scale_bits + 64); with the 60
    digits behind them that moves p by less than 2^-100, which is added too.
    """
    half = 1 << table.slope_bits - 1
    remainder = function.third * Fraction(half, 1 << function.argument_bits) ** 3 / 6
    allowance = remainder + ROUNDING
    unit = Fraction(1, 1 << table.scale_bits + GUARD_BITS)
    error = centre_error = slope_error = 0
    for value, slope, (f0, f1, f2) in _cells(table, function):
        gap, tilt = (value << GUARD_BITS) - f0, (slope << GUARD_BITS) - f1
        error = max(error, _largest(gap, tilt, f2, half))
        centre_error = max(centre_error, abs(gap))
        slope_error = max(slope_error, abs(tilt))
    lowest, highest, product = _extremes(table)
    least, greatest = (CONTEXT.ldexp(limit, table.scale_bits) for limit in function.limits)
    return Certificate(
        error=error * unit + allowance,
        centre_error=centre_error * unit + ROUNDING,
        slope_error=(slope_error + 1) * unit * (1 << function.argument_bits),
        lowest=lowest,
        highest=highest,
        undershoot=int(CONTEXT.ceil(least - lowest)),
        overshoot=int(CONTEXT.ceil(highest - greatest)),
        value_bits=_step_bits(table.values, 1 << table.value_bits - 1),
        slope_bits=_step_bits(table.slopes, 1 << table.value_bits - 1),
        product_bits=product.bit_length(),
    )


def _cells(
    table: PiecewiseTable, function: Function
) -> Iterator[tuple[int, int, tuple[int, int, int]]]:
    """P, Q and the integers f, f', f'' per unit of D, in units of 2^-(scale_bits + GUARD_BITS)."""
    scale = table.scale_bits + GUARD_BITS
    step = function.argument_bits
    for segment, v in _every_v(table):
        f0, f1, f2 = function.derivatives(function.argument(segment, v))
        yield (
            horner(table.values[segment], v),
            horner(table.slopes[segment], v),
            (_scaled(f0, scale), _scaled(f1, scale - step), _scaled(f2, scale - 2 * step)),
        )


def _every_v(table: PiecewiseTable) -> Iterator[tuple[int, int]]:
    half = 1 << table.value_bits - 1
    return ((s, v) for s in range(1 << table.segment_bits) for v in range(-half, half))


def _scaled(x: Real, bits: int) -> int:
    return int(CONTEXT.nint(CONTEXT.ldexp(x, bits)))


def _largest(gap: int, tilt: int, bend: int, half: int) -> int:
    """At least the largest |gap + tilt D - bend D^2 / 2| over real D in [-half, half]."""
    middle = gap - bend * half * half // 2  # half is even
    peaks = [abs(gap), abs(middle - tilt * half), abs(middle + tilt * half)]
    if abs(tilt) < abs(bend) * half:
        peaks.append(abs(gap + tilt * tilt // (2 * bend)) + 1)  # vertex at D = tilt / bend
    return max(peaks)


def _extremes(table: PiecewiseTable) -> tuple[int, int, int]:
    """Least and greatest P + QD and greatest |QD|: Q D is linear, so the ends of a cell decide."""
    half = 1 << table.slope_bits - 1
    results: list[int] = []
    products: list[int] = []
    for segment, v in _every_v(table):
        value, slope = horner(table.values[segment], v), horner(table.slopes[segment], v)
        results += (value - slope * half, value + slope * (half - 1))
        products.append(abs(slope) * half)
    return min(results), max(results), max(products)


def _step_bits(polynomials: Polynomials, half: int) -> tuple[int, ...]:
    """Bit length of the largest intermediate of each Horner step, over all V in [-half, half)."""
    largest = [0] * len(polynomials[0])
    for row in polynomials:
        for v in range(-half, half):
            step = 0
            for index, coefficient in enumerate(reversed(row)):
                step = step * v + coefficient
                largest[index] = max(largest[index], abs(step))
    return tuple(bound.bit_length() for bound in largest)
