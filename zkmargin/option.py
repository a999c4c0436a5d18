# SPDX-License-Identifier: Apache-2.0
"""One option under one scenario: Black-76 in integers (M1, M2).

    k = ln(K / F),  s = sqrt(w(k)),  d1 = ln(m F / K) / s + s / 2,  d2 = d1 - s
    C = m F N(d1) - K N(d2)

C is stationary in d1 once d2 = d1 - s is exact, so an error in d1 costs only its square. d1 is
therefore cut to the cell grid of the table in a scenario, while s keeps the vol tick. The base
point keeps d1 on the tick too, because its N(d1) is the account's delta.
"""

from __future__ import annotations

from dataclasses import dataclass

from zkmargin import units
from zkmargin.fixed import root_down, shift_down
from zkmargin.tables import CDF, LN
from zkmargin.units import ONE, SATURATION

LN_TWO = 14058695031733113177892216608772  # ln 2 at 2^-104, nearest
_MANTISSA_BITS = 47


@dataclass(frozen=True, slots=True)
class Svi:
    """Raw SVI total variance w(k) = a + b rho (k - m) + b sqrt((k - m)^2 + sigma^2).

    a [2^-72], b and b_rho [2^-40], m [2^-32], sigma_sq [2^-64]
    """

    a: int
    b: int
    b_rho: int
    m: int
    sigma_sq: int


@dataclass(frozen=True, slots=True)
class Vols:
    """Total vol of one slot: fine at the base point, and on the vol tick for each vol mode."""

    fine: int  # s at 2^-36
    none: int  # s at 2^-24
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """N(d1) and N(d2) of one option under one scenario [2^-120]."""

    n1: int
    n2: int


def natural_log(x: int) -> int:
    """ln(x) for an integer 1 <= x < 2^48 [2^-104], within 2^-34.3 of the truth."""
    shift = _MANTISSA_BITS + 1 - x.bit_length()
    mantissa = (x << shift) - (1 << _MANTISSA_BITS)
    return LN.evaluate(mantissa) + (_MANTISSA_BITS - shift) * LN_TWO


def log_moneyness(strike: int, ln_forward: int) -> int:
    """k = ln(K / F) [2^-32], floored; ln_forward [2^-32] (M1)."""
    drop = units.LN_BITS - units.LOG_BITS
    return shift_down(natural_log(strike) - (ln_forward << drop), drop)


def total_variance(svi: Svi, k: int) -> int:
    """w(k) [2^-72], its square root inside floored (M1)."""
    y = k - svi.m
    return svi.a + svi.b_rho * y + svi.b * root_down(y * y + svi.sigma_sq)


def total_vols(variance: int, vol_up: int, vol_down: int, vol_floor: int) -> Vols:
    """Total vol in every vol mode, floored to its grid; the floor binds in up mode only (M1, M5).

    variance [2^-72], vol_up and vol_down [2^-16], vol_floor [2^-24]
    """
    fine = root_down(variance)
    drop = units.FINE_VOL_BITS + units.VOL_MULTIPLIER_BITS - units.VOL_TICK_BITS
    return Vols(
        fine=fine,
        none=shift_down(fine, units.FINE_VOL_BITS - units.VOL_TICK_BITS),
        up=max(shift_down(fine * vol_up, drop), vol_floor),
        down=shift_down(fine * vol_down, drop),
    )


def fine_inverse(vols: Vols) -> int:
    """1 / s at the base point [2^-20], floored."""
    return (1 << (units.FINE_VOL_BITS + units.FINE_INVERSE_BITS)) // vols.fine


def inverse(vols: Vols, mode: str) -> int:
    """1 / s in a vol mode [2^-13], floored."""
    if mode == "none":
        return shift_down(fine_inverse(vols), units.FINE_INVERSE_BITS - units.INVERSE_BITS)
    s = vols.up if mode == "up" else vols.down
    return (1 << (units.VOL_TICK_BITS + units.INVERSE_BITS)) // s


def cdf(x: int) -> int:
    """N(x) at x + half a tick [2^-120]; x [2^-24]; N(-x - 1) + N(x) = 1 exactly."""
    magnitude = -x - 1 if x < 0 else x
    upper = ONE if magnitude >= SATURATION else CDF.evaluate(magnitude)
    return ONE - upper if x < 0 else upper


def density(x: int) -> int:
    """n(x) [2^-123]; zero where N saturates; x [2^-24].

    Q(V) of the table is the density at the cell's centre c; n(x) = n(c) (1 - c (x - c)) to second
    order, with c cut to 2^-6 and x - c to 2^-21.
    """
    magnitude = -x - 1 if x < 0 else x
    if magnitude >= SATURATION:
        return 0
    centre = 2 * (magnitude >> 19) + 1  # c [2^-6]
    offset = 2 * ((magnitude >> 4) & 127) + 1 - 128  # x - c [2^-21]
    return CDF.slope(magnitude) * ((1 << 27) - centre * offset)


def clamp(x: int) -> int:
    """d1 held within [-8, 8], mirrored about minus half a tick like N itself [2^-24]."""
    if x >= SATURATION:
        return SATURATION
    return -SATURATION - 1 if x < -SATURATION else x


def base_d1(k: int, vols: Vols) -> int:
    """d1 of the base point [2^-24], floored (M2)."""
    drop = units.LOG_BITS + units.FINE_INVERSE_BITS - units.VOL_TICK_BITS
    return shift_down(-k * fine_inverse(vols) + (vols.none << (drop - 1)), drop)


def scenario_d1(k: int, ln_multiplier: int, s: int, inverse_s: int) -> int:
    """d1 of a scenario at the centre of its table cell [2^-24] (M2).

    k [2^-32], ln_multiplier [2^-21], s [2^-24], inverse_s [2^-13]
    """
    t = ln_multiplier - shift_down(k, units.LOG_BITS - units.COARSE_LOG_BITS)
    numerator_bits = units.COARSE_LOG_BITS + units.INVERSE_BITS
    x = t * inverse_s + (s << (numerator_bits - units.VOL_TICK_BITS - 1))
    cell = shift_down(x, numerator_bits - units.CELL_BITS)
    half_cell = 1 << (units.VOL_TICK_BITS - units.CELL_BITS - 1)
    return 2 * half_cell * cell + half_cell - (cell < 0)


def evaluate(d1: int, s: int) -> Evaluation:
    """N(d1) and N(d2), d2 = clamp(d1) - s exactly (M2)."""
    return Evaluation(cdf(d1), cdf(clamp(d1) - s))
