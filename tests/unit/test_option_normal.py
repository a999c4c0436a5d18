# SPDX-License-Identifier: Apache-2.0
"""N(x), its density and the clamp of d1, at every edge of the table."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zkmargin.option import cdf, clamp, density
from zkmargin.tables import CDF
from zkmargin.units import CDF_BITS, DENSITY_BITS, MAX_TOTAL_VOL, ONE, SATURATION

untimed = settings(deadline=None)
TICK = 24
CELL = 1 << 11
SEGMENT = 1 << TICK
FURTHEST = SATURATION + MAX_TOTAL_VOL
ANYWHERE = st.integers(-FURTHEST, FURTHEST)
INSIDE = st.integers(-SATURATION, SATURATION - 1)
# Eight ticks either side of every segment's end, of either sign.
ENDS = range(-SATURATION, SATURATION + 1, SEGMENT)
EDGES = [end + d for end in ENDS for d in range(-9, 9)]


def point(x: int) -> mpmath.mpf:
    """Where the table is evaluated: half a tick above x."""
    return mpmath.ldexp(2 * x + 1, -TICK - 1)


def test_n_of_minus_x_is_the_complement_at_every_edge() -> None:
    for x in EDGES:
        assert cdf(-x - 1) + cdf(x) == ONE


@untimed
@given(ANYWHERE)
def test_n_of_minus_x_is_the_complement_exactly(x: int) -> None:
    assert cdf(-x - 1) + cdf(x) == ONE


def test_n_saturates_from_eight_on() -> None:
    for x in EDGES:
        value = cdf(x)

        assert (value == ONE) == (x >= SATURATION)
        assert (value == 0) == (x < -SATURATION)


@pytest.mark.parametrize("x", [SATURATION, FURTHEST, 64 << TICK, 1 << 60])
def test_n_far_out_is_one_above_zero_below(x: int) -> None:
    assert (cdf(x), cdf(-x - 1)) == (ONE, 0)


@untimed
@given(INSIDE)
@example(0)
@example(-1)
@example(SATURATION - 1)
@example(-SATURATION)
def test_n_is_the_normal_distribution_half_a_tick_above(x: int) -> None:
    with mpmath.workdps(40):
        error = mpmath.ldexp(cdf(x), -CDF_BITS) - mpmath.ncdf(point(x))

        assert abs(error) < mpmath.mpf(2) ** -30


@untimed
@given(INSIDE)
@example(0)
@example(CELL - 1)
@example(CELL)
def test_n_of_a_cell_centre_higher_is_larger(x: int) -> None:
    assert cdf(x) <= cdf(x + CELL) + (ONE >> 30)


def test_n_jumps_by_less_than_two_to_the_minus_49_where_it_saturates() -> None:
    assert 0 < ONE - cdf(SATURATION - 1) < ONE >> 49


@untimed
@given(INSIDE)
def test_density_is_symmetric_about_minus_half_a_tick(x: int) -> None:
    assert density(-x - 1) == density(x)


@untimed
@given(INSIDE)
@example(0)
@example(-1)
@example(SEGMENT)
@example(SATURATION - 1)
def test_density_is_the_normal_density(x: int) -> None:
    with mpmath.workdps(40):
        error = mpmath.ldexp(density(x), -DENSITY_BITS) - mpmath.npdf(point(x))

        assert abs(error) < mpmath.mpf(2) ** -18


@untimed
@given(st.integers(0, SATURATION - 1))
@example(SEGMENT // 64 - 1)
@example(SEGMENT // 32 - 1)
def test_density_tilts_inside_a_cell_to_half_a_step_of_its_two_cuts(x: int) -> None:
    """n(c) (1 - c (x - c)): c is cut to a step of 2^-5, x - c to a step of 2^-20."""
    slope = CDF.slope(x)
    tilt = Fraction(slope * 2**27 - density(x), slope * 2**27)
    centre = Fraction((x // CELL) * CELL + CELL // 2, 2**TICK)
    off = Fraction(2 * x + 1, 2 ** (TICK + 1)) - centre
    allowed = Fraction(1, 2**6) * abs(off) + (centre + Fraction(1, 2**6)) * Fraction(1, 2**21)

    assert abs(tilt - centre * off) <= allowed


def test_density_is_zero_only_where_n_saturates() -> None:
    for x in EDGES:
        assert (density(x) == 0) == (not -SATURATION <= x < SATURATION)


def test_clamp_holds_x_within_eight() -> None:
    for x in EDGES:
        inside = -SATURATION <= x < SATURATION

        assert clamp(x) == (x if inside else SATURATION if x > 0 else -SATURATION - 1)


@untimed
@given(ANYWHERE)
def test_clamp_is_mirrored_about_minus_half_a_tick(x: int) -> None:
    assert clamp(-x - 1) == -clamp(x) - 1


@untimed
@given(ANYWHERE)
def test_clamp_never_changes_n(x: int) -> None:
    assert cdf(clamp(x)) == cdf(x)


@untimed
@given(ANYWHERE)
def test_clamp_is_idempotent(x: int) -> None:
    assert clamp(clamp(x)) == clamp(x)
