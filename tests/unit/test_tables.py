# SPDX-License-Identifier: Apache-2.0
"""The tables as the reference evaluates them."""

from __future__ import annotations

import random

import mpmath
import pytest
from scipy.special import ndtr

from zkmargin.errors import InputError
from zkmargin.tables import CDF, LN, PiecewiseTable

TABLES = pytest.mark.parametrize("table", [CDF, LN], ids=lambda table: table.name)


def offsets(table: PiecewiseTable) -> list[int]:
    """Both ends of the domain, of every segment and of its first cell, and 500 others."""
    edges = []
    for segment in range(1 << table.segment_bits):
        start = segment << table.value_bits + table.slope_bits
        edges += [
            start,
            start + 1,
            start + (1 << table.slope_bits) - 1,
            start + (1 << table.slope_bits),
        ]
        edges += [start - 1, start - 2]
    drawn = random.Random(7)
    edges += [(1 << table.offset_bits) - 1]
    edges += [drawn.randrange(1 << table.offset_bits) for _ in range(500)]
    return [offset for offset in edges if offset >= 0]


def test_cdf_covers_eight_units_on_the_2_24_grid() -> None:
    assert CDF.offset_bits == 3 + 24
    assert CDF.scale_bits == 120
    assert {len(row) for row in CDF.values} == {9}
    assert {len(row) for row in CDF.slopes} == {6}


def test_ln_covers_a_mantissa_of_47_bits() -> None:
    assert LN.offset_bits == 47
    assert LN.scale_bits == 104
    assert {len(row) for row in LN.values} == {7}
    assert {len(row) for row in LN.slopes} == {4}


@TABLES
def test_cell_parts_are_signed_and_add_up_to_the_offset(table: PiecewiseTable) -> None:
    half_v, half_d = 1 << table.value_bits - 1, 1 << table.slope_bits - 1
    for offset in offsets(table):
        segment, v, d = table.cell(offset)

        assert -half_v <= v < half_v
        assert -half_d <= d < half_d
        cell = (segment << table.value_bits) + v + half_v
        assert (cell << table.slope_bits) + d + half_d == offset


@TABLES
def test_an_offset_outside_the_domain_is_refused(table: PiecewiseTable) -> None:
    for offset in (-1, 1 << table.offset_bits):
        with pytest.raises(InputError, match=rf"{table.name} offset: got {offset}, must be in"):
            table.evaluate(offset)


@TABLES
def test_value_is_p_of_v_plus_q_of_v_times_d(table: PiecewiseTable) -> None:
    for offset in offsets(table):
        segment, v, d = table.cell(offset)
        p = sum(c * v**power for power, c in enumerate(table.values[segment]))
        q = sum(c * v**power for power, c in enumerate(table.slopes[segment]))

        assert table.evaluate(offset) == p + q * d
        assert table.slope(offset) == q


def test_cdf_is_the_normal_distribution_half_a_unit_further() -> None:
    with mpmath.workdps(40):
        for offset in offsets(CDF):
            exact = mpmath.ncdf(mpmath.ldexp(2 * offset + 1, -25))

            assert abs(mpmath.ldexp(CDF.evaluate(offset), -120) - exact) < mpmath.ldexp(1, -30)


def test_cdf_agrees_with_an_independent_implementation() -> None:
    for offset in offsets(CDF):
        assert CDF.evaluate(offset) / 2**120 == pytest.approx(
            ndtr((offset + 0.5) / 2**24), rel=0, abs=2**-30
        )


def test_cdf_at_a_cell_centre_is_closer_than_elsewhere() -> None:
    with mpmath.workdps(40):
        for cell in range(0, 1 << 16, 61):
            offset = (cell << 11) + (1 << 10)
            exact = mpmath.ncdf(mpmath.ldexp(2 * offset + 1, -25))

            assert abs(mpmath.ldexp(CDF.evaluate(offset), -120) - exact) < mpmath.ldexp(1, -31)


def test_cdf_slope_is_the_density_at_the_cell_centre() -> None:
    with mpmath.workdps(40):
        for offset in offsets(CDF):
            centre = offset >> 11 << 11 | 1 << 10
            density = mpmath.npdf(mpmath.ldexp(2 * centre + 1, -25))

            assert abs(mpmath.ldexp(CDF.slope(offset), -96) - density) < mpmath.ldexp(1, -19)


def test_ln_is_the_logarithm_of_the_mantissa() -> None:
    with mpmath.workdps(40):
        for offset in offsets(LN):
            exact = mpmath.log1p(mpmath.ldexp(offset, -47))

            assert abs(mpmath.ldexp(LN.evaluate(offset), -104) - exact) < mpmath.ldexp(1, -34)


def test_ln_slope_is_the_inverse_at_the_cell_centre() -> None:
    with mpmath.workdps(40):
        for offset in offsets(LN):
            centre = mpmath.ldexp(offset >> 31 << 31 | 1 << 30, -47)

            assert abs(mpmath.ldexp(LN.slope(offset), -57) - 1 / (1 + centre)) < mpmath.ldexp(
                1, -19
            )
