# SPDX-License-Identifier: Apache-2.0
"""Logarithm, total vol and d1 of one option, against exact arithmetic (M1, M2)."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zkmargin.option import (
    LN_TWO,
    Svi,
    Vols,
    base_d1,
    cdf,
    clamp,
    evaluate,
    fine_inverse,
    inverse,
    log_moneyness,
    natural_log,
    scenario_d1,
    total_variance,
    total_vols,
)
from zkmargin.oracle import REAL, black76_call
from zkmargin.units import (
    CDF_BITS,
    LN_BITS,
    LOG_BITS,
    LOG_BOUND,
    MAX_TOTAL_VOL,
    MIN_TOTAL_VOL,
    PRICE_BOUND,
    SATURATION,
)

untimed = settings(deadline=None)
TICK = 24
CELL = 1 << 11  # ticks in a cell of the table
STRIKES = st.integers(1, PRICE_BOUND - 1)
LOGS = st.integers(-LOG_BOUND, LOG_BOUND - 1)
TOTAL_VOLS = st.integers(MIN_TOTAL_VOL + 2, MAX_TOTAL_VOL - 2)
MULTIPLIERS = st.integers(-(4 << 20), 4 << 20)  # ln m [2^-21]


def vols_of(s: int) -> Vols:
    """The vols of a slot whose total vol is s [2^-24], unmoved in every mode."""
    return Vols(fine=s << 12, none=s, up=s, down=s)


def edges_of_ln() -> list[int]:
    """Both ends of the domain, the neighbours of every power of two, 500 strikes of any length."""
    drawn = random.Random(5)
    powers = [(1 << n) + d for n in range(48) for d in (-1, 0, 1)]
    spread = [drawn.getrandbits(drawn.randint(1, 48)) for _ in range(500)]
    return [x for x in (*powers, *spread, PRICE_BOUND - 1) if 1 <= x < PRICE_BOUND]


def test_ln_two_is_the_nearest_integer() -> None:
    assert int(REAL.nint(REAL.ldexp(REAL.log(2), LN_BITS))) == LN_TWO


def test_ln_of_a_price_is_within_the_stated_error() -> None:
    worst = max(
        abs(REAL.ldexp(natural_log(x), -LN_BITS) - REAL.log(REAL.mpf(x))) for x in edges_of_ln()
    )

    assert worst < REAL.mpf(2) ** REAL.mpf("-33.9")


@untimed
@given(STRIKES, STRIKES)
def test_ln_never_falls_by_more_than_its_error(one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert natural_log(low) <= natural_log(high) + (1 << LN_BITS - 33)


@untimed
@given(STRIKES, st.integers(0, 47))
def test_doubling_a_price_adds_ln_two_exactly(x: int, doublings: int) -> None:
    x >>= doublings
    if x:
        assert natural_log(x << doublings) == natural_log(x) + doublings * LN_TWO


@untimed
@given(STRIKES, st.integers(0, 34 << LOG_BITS))
def test_log_moneyness_is_floored(strike: int, ln_forward: int) -> None:
    exact = Fraction(natural_log(strike), 1 << LN_BITS) - Fraction(ln_forward, 1 << LOG_BITS)

    assert log_moneyness(strike, ln_forward) == math.floor(exact * 2**LOG_BITS)


def test_log_moneyness_is_the_logarithm_of_strike_over_forward() -> None:
    ln_forward = int(REAL.nint(REAL.log(60_000_000_000) * 2**LOG_BITS))
    k = log_moneyness(45_000_000_000, ln_forward)

    assert abs(REAL.ldexp(k, -LOG_BITS) - REAL.log(REAL.mpf(3) / 4)) < REAL.mpf(2) ** -31


@pytest.mark.parametrize(("y", "expected"), [(3, 13 + 3 * 2 + 5 * 7), (-3, 13 - 3 * 2 + 5 * 7)])
def test_total_variance_is_its_formula(y: int, expected: int) -> None:
    """A triangle of sides 3, 4 and 5, so that the square root is exact."""
    svi = Svi(a=13 << 72, b=7 << 40, b_rho=2 << 40, m=1 << 32, sigma_sq=16 << 64)

    assert total_variance(svi, (1 + y) << 32) == expected << 72


def test_the_root_inside_the_variance_is_floored() -> None:
    svi = Svi(a=0, b=1, b_rho=0, m=0, sigma_sq=1)

    assert total_variance(svi, 1) == 1


def test_total_vol_is_floored_to_the_tick() -> None:
    fine = (5 << 36) + 4_095
    almost_next = (fine + 1) ** 2 - 1
    vols = total_vols(almost_next, vol_up=1 << 16, vol_down=1 << 16, vol_floor=0)

    assert vols == Vols(fine=fine, none=5 << 24, up=5 << 24, down=5 << 24)


def test_a_vol_multiplier_acts_on_the_fine_vol() -> None:
    """Cut first, then doubled, the total vol would be an even number of ticks."""
    variance = ((1 << 36) + 2_048) ** 2
    vols = total_vols(variance, vol_up=2 << 16, vol_down=3 << 14, vol_floor=0)

    assert vols.up == (2 << 24) + 1
    assert vols.down == (3 << 22)


@pytest.mark.parametrize("vol_floor", [0, (3 << 23) - 1, 3 << 23, (3 << 23) + 1, 4 << 24])
def test_the_vol_floor_binds_in_up_mode_only(vol_floor: int) -> None:
    vols = total_vols(1 << 72, vol_up=3 << 15, vol_down=1 << 15, vol_floor=vol_floor)

    assert vols.up == max(3 << 23, vol_floor)
    assert (vols.none, vols.down) == (1 << 24, 1 << 23)


@untimed
@given(TOTAL_VOLS, st.integers(0, 4_095))
def test_inverses_are_floored(s: int, extra: int) -> None:
    fine = (s << 12) + extra
    vols = Vols(fine=fine, none=s, up=s + 1, down=s - 1)

    assert fine_inverse(vols) == math.floor(Fraction(2**56, fine))
    assert inverse(vols, "none") == math.floor(Fraction(2**49, fine))
    assert inverse(vols, "up") == math.floor(Fraction(2**37, s + 1))
    assert inverse(vols, "down") == math.floor(Fraction(2**37, s - 1))


@untimed
@given(LOGS, TOTAL_VOLS)
@example(0, MIN_TOTAL_VOL + 2)
def test_base_d1_is_floored_on_the_tick(k: int, s: int) -> None:
    vols = vols_of(s)
    exact = Fraction(-k * fine_inverse(vols), 2**52) + Fraction(s, 2**25)

    assert base_d1(k, vols) == math.floor(exact * 2**TICK)


@untimed
@given(LOGS, TOTAL_VOLS)
def test_base_d1_is_the_d1_of_black76(k: int, s: int) -> None:
    real_k, real_s = REAL.ldexp(k, -LOG_BITS), REAL.ldexp(s, -TICK)
    error = REAL.ldexp(base_d1(k, vols_of(s)), -TICK) - (-real_k / real_s + real_s / 2)

    assert abs(error) <= abs(real_k) * REAL.mpf(2) ** -20 + REAL.mpf(2) ** -TICK


@untimed
@given(LOGS, MULTIPLIERS, TOTAL_VOLS)
def test_scenario_d1_is_the_centre_of_a_cell(k: int, ln_multiplier: int, s: int) -> None:
    """Mirrored about minus half a tick, as N is."""
    d1 = scenario_d1(k, ln_multiplier, s, inverse(vols_of(s), "up"))
    magnitude = d1 if d1 >= 0 else -d1 - 1

    assert magnitude % CELL == CELL // 2


@untimed
@given(LOGS, MULTIPLIERS, TOTAL_VOLS)
@example(0, 0, MIN_TOTAL_VOL + 2)
def test_scenario_d1_is_within_half_a_cell_of_its_argument(k: int, ln_m: int, s: int) -> None:
    inverse_s = inverse(vols_of(s), "up")
    coarse_k = math.floor(Fraction(k, 2**11))
    exact = Fraction((ln_m - coarse_k) * inverse_s, 2**34) + Fraction(s, 2**25)
    away = scenario_d1(k, ln_m, s, inverse_s) - exact * 2**TICK

    assert -CELL // 2 - 1 <= away <= CELL // 2


@pytest.mark.parametrize(("x", "centre"), [(0, 1_024), (-1, -1_025)])
def test_cells_either_side_of_zero_mirror_each_other(x: int, centre: int) -> None:
    """A log one coarse unit away from cancelling s / 2 puts d1 just below zero."""
    s = 2 << TICK
    k = (2 << 32) - (x << 11)

    assert scenario_d1(k, 0, s, inverse(vols_of(s), "up")) == centre
    assert cdf(1_024) + cdf(-1_025) == 1 << CDF_BITS


@pytest.mark.parametrize("s", [MIN_TOTAL_VOL + 2, 1 << 20, 1 << TICK, MAX_TOTAL_VOL - 2])
def test_d2_is_the_clamped_d1_less_the_total_vol(s: int) -> None:
    for d1 in (0, -1, 5 << 22, SATURATION - 1, SATURATION, SATURATION + 9, -SATURATION - 7):
        held = evaluate(d1, s)

        assert held.n1 == cdf(d1)
        assert held.n2 == cdf(clamp(d1) - s)


@pytest.mark.parametrize("s", [MIN_TOTAL_VOL + 2, 1 << 18, 1 << 22, 1 << 24, 4 << 24, 50 << 24])
@pytest.mark.parametrize("k", [-7 << 32, -1 << 30, -1, 0, 1 << 20, 1 << 30, 7 << 32])
def test_a_call_is_that_of_black76_at_any_total_vol(k: int, s: int) -> None:
    """Within a tenth of the numeric reserve, rho (F + K)."""
    vols, strike = vols_of(s), REAL.exp(REAL.ldexp(k, -LOG_BITS))
    at_base = evaluate(base_d1(k, vols), s)
    moved = evaluate(scenario_d1(k, 0, s, inverse(vols, "none")), s)
    exact = black76_call(1, strike, REAL.ldexp(s, -TICK))

    for found in (at_base, moved):
        call = REAL.ldexp(found.n1 - strike * found.n2, -CDF_BITS)
        assert abs(call - exact) < REAL.mpf(5) * REAL.mpf(2) ** -24 * (1 + strike) / 10
