# SPDX-License-Identifier: Apache-2.0
"""The rules of a snapshot refuse what would break the promise, each at a market that broke it."""

from __future__ import annotations

import math
import random

import pytest
from random_market import random_case
from truth.attack import Attack, Venue
from truth.comparison import compare
from truth.extremes import is_valid, snapshot_of

from zkmargin.option import Svi, total_variance
from zkmargin.params import VolLaw
from zkmargin.presets import STANDARD
from zkmargin.snapshot_rules import LONGEST_EXPIRY
from zkmargin.units import (
    FINE_VOL_BITS,
    MIN_TOTAL_VOL,
    RESERVE_NUMERATOR,
    SECONDS_PER_YEAR,
    SIGMA_SQUARED_BITS,
    SVI_SLOPE_BITS,
    VARIANCE_BITS,
    VOL_TICK_BITS,
)

DAY = 86_400
YEAR = SECONDS_PER_YEAR
STILL = VolLaw(0, 0)
LEAST_VARIANCE = (MIN_TOTAL_VOL + 3) ** 2 << VARIANCE_BITS - 2 * VOL_TICK_BITS
SLOW = Attack(  # 8e-6 a year for four years; the strike is where k, ln F and the slope all err
    forward=10_089_171_549_862,
    vol=1.55029296875e-05,
    z=1.265316890465885,
    wing=3.9,
    rho=0,
    kink=0.0001,
    step=500,
    sign=-1,
    hedge=1,
    seconds=LONGEST_EXPIRY,
)


def touching(b: int, b_rho: int, sigma_sq: int) -> Svi:
    """A smile whose exact vertex has the least total vol."""
    vertex = math.isqrt(sigma_sq * (b * b - b_rho * b_rho))
    return Svi(LEAST_VARIANCE - vertex, b, b_rho, 0, sigma_sq)


BOWL = touching(60 << SVI_SLOPE_BITS, 0, 62 << SIGMA_SQUARED_BITS)


def test_a_floored_root_can_take_all_of_a_variance() -> None:
    """b 2^-32 is more than w at the vertex."""
    assert total_variance(BOWL, 0) < 0


def test_a_smile_is_refused_if_its_floored_root_can_take_all_of_its_variance() -> None:
    assert not is_valid(snapshot_of(BOWL, DAY, STILL))


def test_a_smile_is_refused_however_its_vertex_rounds_in_floating_point() -> None:
    """b^2 - (b rho)^2 loses half of a double's digits when rho is near 1."""
    b, sigma_sq = 60_296_815_754_239, 1_151_261_297_640_213_184_512
    steep = Svi(-372_604_243_766_798_250, b, 1 - b, 0, sigma_sq)

    assert not is_valid(snapshot_of(steep, DAY, STILL))


def test_four_years_of_hardly_any_vol_would_break_the_reserve() -> None:
    """Vega is F n(d1) sqrt(years), and d1 is known to 2^-31 / s only."""
    error = compare(*Venue().case(SLOW), SLOW.level).error

    assert error < -RESERVE_NUMERATOR


def test_four_years_of_hardly_any_vol_are_refused() -> None:
    assert not is_valid(Venue().case(SLOW)[1])


@pytest.mark.parametrize("rho", [-1, 0, 1])
def test_wings_as_wide_as_four_times_the_lowest_vol_are_refused(rho: int) -> None:
    """So that ds/dk is at most 2, and the floored root moves s by at most 2^-31."""
    widest = 4 << SVI_SLOPE_BITS - abs(rho)
    inside = widest - (1 << 14)
    vol_one = 1 << VARIANCE_BITS

    assert is_valid(snapshot_of(Svi(vol_one, inside, rho * inside, 0, 0), YEAR, STILL))
    assert not is_valid(snapshot_of(Svi(vol_one, widest, rho * widest, 0, 0), YEAR, STILL))


def test_no_random_smile_is_steeper_than_two_nor_slower_than_the_rules_ask() -> None:
    rng = random.Random(8)
    rows = [row for _ in range(30) for row in random_case(rng, STANDARD)[1].rows]
    for row in rows:
        if row.settled:
            continue
        svi = row.svi
        vertex = svi.a + math.isqrt(svi.sigma_sq * (svi.b**2 - svi.b_rho**2)) - svi.b
        lowest = math.isqrt(vertex)

        assert svi.b + abs(svi.b_rho) < 4 * lowest << SVI_SLOPE_BITS - FINE_VOL_BITS
        assert row.root_time << FINE_VOL_BITS - VOL_TICK_BITS <= 1024 * lowest
