# SPDX-License-Identifier: Apache-2.0
"""The error bounds of docs/numerics.md, computed from the constants of the code.

An error of money is in units of 2^-24 of (F max_m + K) for one unit of abs(Q). s is total vol and
z = ln(m F / K) / s, so d1 = z + s / 2 and d2 = z - s / 2. A bound that is a maximum over s and z is
taken on a grid of both; functions of s alone return its row of maxima.
"""

from __future__ import annotations

import re
from functools import cache
from math import erfc, exp, log, pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from zkmargin import params, snapshot_rules, units
from zkmargin.tables import CDF
from zkmargin.units import BPS, SECONDS_PER_YEAR

Array = Any  # NDArray of float

UNIT = 2.0**-units.RESERVE_BITS
TICK = 2.0**-units.VOL_TICK_BITS
LEAST_VOL = units.MIN_TOTAL_VOL * TICK
LARGEST_LEVEL = units.LEVEL_MAX / BPS
LARGEST_BASIS = snapshot_rules.HIGHEST_BASIS_FACTOR / BPS
HEDGE_SPREAD = params.HIGHEST_HEDGE_SPREAD / BPS
VEGA_SPREAD = params.HIGHEST_VEGA_SPREAD / BPS
LARGEST_ROOT_TIME = sqrt(snapshot_rules.LONGEST_EXPIRY / SECONDS_PER_YEAR)
LARGEST_MULTIPLIER_OF_VOL = 2.0 ** (18 - units.VOL_MULTIPLIER_BITS)
STEEPEST = 2.0  # abs(ds/dk), which b + abs(b rho) <= 4 s implies
STEEPEST_WING = 4.0  # (b + abs(b rho)) / s
LOWEST_ANNUAL_VOL = 1 / 1024
SPOT_OVER_FORWARD = 2.0  # S / F and S / P, within [1/2, 2]

S = np.geomspace(LEAST_VOL, units.MAX_TOTAL_VOL * TICK, 1201)[:, None]
Z = np.linspace(-9, 9, 3601)[None, :]


def density(x: Array) -> Array:
    """n(x)."""
    return np.exp(-x * x / 2) / sqrt(2 * pi)


def tail(x: float) -> float:
    """N(-x)."""
    return erfc(x / sqrt(2)) / 2


def share(s: Array, z: Array) -> Array:
    """m F n(d1) / (m F + K) = 1 / (1 / n(d1) + 1 / n(d2)), what vega is of the notional."""
    return density(s / 2) * np.exp(-z * z / 2) / (2 * np.cosh(s * z / 2))


@cache
def table_error(table: str, *, centre: bool = False) -> float:
    """The certified bound that the generator wrote beside a table."""
    circuits = Path(__file__).parents[2] / "circuits" / "tables"
    text = (circuits / f"{table}_table.circom").read_text(encoding="utf-8")
    bounds = [float(exponent) for exponent in re.findall(r"<= 2\*\*(-[\d.]+)", text)]
    return 2.0 ** bounds[1 if centre else 0]


def log_error() -> float:
    """Largest abs(error) of k: its floor, ln F to its nearest, the ln table."""
    return 2.0**-units.LOG_BITS * 1.5 + table_error("ln")


def root_error() -> float:
    """Largest error of s from the floored root inside w: b 2^-32 / 2s."""
    return STEEPEST_WING / 2 * 2.0**-units.LOG_BITS


def vol_error(multiplier: float) -> float:
    """Largest error of s in ticks: its own floor, the fine floor, k and the root inside w.

    At multiplier 1 the tick's floor contains the fine floor.
    """
    fine = 2.0**-units.FINE_VOL_BITS if multiplier > 1 else 0.0
    return 1 + multiplier * (fine + STEEPEST * log_error() + root_error()) / TICK


def _nearer(z: Array, x: Array) -> Array:
    """The least magnitude within x of z."""
    return np.maximum(np.abs(z) - x, 0)


def shape_error(s: Array, z: Array, log: Array, inverse: Array, cell: float) -> Array:
    """What an error x of d1 costs while d2 = d1 - s is exact: at most share s x^2 / 2, sharpened.

    x = log / s + s abs(z) inverse + cell
    """
    x = log / s + s * np.abs(z) * inverse + cell
    near = _nearer(z, x)  # the share moves with d1
    bulge = x * np.sinh(s * x / 2)  # s x^2 / 2, and a little more for a large s x
    return share(s, 0) * np.exp(-near * near / 2) / np.cosh(s * z / 2) * bulge


def scenario_shape(s: Array) -> Array:
    """Error of a scenario price from d1, by s [units]."""
    log = 1.5 * 2.0**-units.COARSE_LOG_BITS + log_error()
    inverse = 2.0**-units.INVERSE_BITS + TICK / s**2
    cell = 2.0 ** -(units.CELL_BITS + 1) + TICK / 2
    return shape_error(s, Z, log, inverse, cell).max(axis=1, keepdims=True) / UNIT


def base_shape(s: Array) -> Array:
    """Error of a base price from d1, by s [units]."""
    inverse = 2.0**-units.FINE_INVERSE_BITS + TICK / s**2
    return shape_error(s, Z, log_error(), inverse, TICK).max(axis=1, keepdims=True) / UNIT


def clamp_error() -> tuple[float, float, float]:
    """Up to which s, and from which s, the clamp at 8 binds, and how far N(d2) then moves."""
    reach = units.LOG_BOUND / 2**units.LOG_BITS + log(params.HIGHEST_MULTIPLIER / BPS)
    edge = units.SATURATION * TICK
    root = sqrt(edge * edge - 2 * reach)
    return edge - root, edge + root, tail(root)


def table_price_error() -> float:
    """Error of a price from N(d1), N(d2) and the clamp [units]."""
    return (table_error("cdf") + clamp_error()[2] + tail(8)) / UNIT


def price_error(s: Array, multiplier: float, shape: Array) -> Array:
    """Largest true price less integer price, by s [units]; it is the floor's side."""
    return share(s, 0) * vol_error(multiplier) + shape + table_price_error()


def price_error_below(s: Array, multiplier: float) -> Array:
    """Largest integer price less true price, by s [units]: no floor of s is on this side."""
    against = multiplier * STEEPEST * log_error() / TICK
    return share(s, 0) * against + table_price_error()


def d1_error(s: Array, z: Array) -> Array:
    """Largest error of d1 at the base point, where k = -s z."""
    in_vol = 2.0**-units.FINE_VOL_BITS + STEEPEST * log_error() + root_error()
    by_inverse = s * np.abs(z) * 2.0**-units.FINE_INVERSE_BITS
    by_vol = np.abs(z) / s * in_vol + (in_vol + TICK) / 2
    return log_error() / s + by_inverse + by_vol + TICK / 2


def forward_share(s: Array, z: Array) -> Array:
    """F / (F + K) at the base point, zero beyond abs(k) = 8."""
    inside = np.abs(s * z) <= units.LOG_BOUND / 2**units.LOG_BITS
    return np.where(inside, 1 / (1 + np.exp(np.clip(-s * z, -9, 9))), 0)


def hedge_error(s: Array) -> Array:
    """Error of level hedge_spread S abs(net delta), by s [units]."""
    x = d1_error(s, Z)
    delta = x * density(_nearer(Z + s / 2, x)) + table_error("cdf")
    money = forward_share(s, Z) * SPOT_OVER_FORWARD * delta
    return LARGEST_LEVEL * HEDGE_SPREAD * money.max(axis=1, keepdims=True) / UNIT


@cache
def slope_errors() -> tuple[Array, Array]:
    """Right ends of 512 bins of [0, 8) and the largest abs(Q - n) at their cell centres."""
    cells = 1 << CDF.segment_bits + CDF.value_bits
    scale = 2.0 ** (CDF.scale_bits - units.VOL_TICK_BITS)
    slopes = np.array([CDF.slope(c << CDF.slope_bits) / scale for c in range(cells)])
    centres = (np.arange(cells) + 0.5) * 2.0**-units.CELL_BITS + TICK / 2
    bins = np.abs(slopes - density(centres)).reshape(512, -1).max(axis=1)
    return np.arange(1, 513) / 64, bins


def cut_error(x: Array) -> Array:
    """Error of n(x) from its first-order correction, c cut to 2^-6 and x - c to 2^-21."""
    half_cell = 2.0 ** -(units.CELL_BITS + 1)
    return density(x) * (x * 2.0**-21 + half_cell * 2.0**-6) + half_cell**2 / 4


def vega_error(s: Array) -> Array:
    """Error of level vega_spread sum abs(vega), by s [units]."""
    right, slopes = slope_errors()
    left = right - 1 / 64
    in_density = slopes + cut_error(left) + TICK
    weight = 1 / (1 + np.exp(np.minimum(s * s / 2 - s * right, 8)))
    by_table = (weight * in_density).max(axis=1, keepdims=True)
    d1, x = Z + s / 2, d1_error(s, Z)
    bend = (np.abs(d1) + x) * density(_nearer(d1, x))  # at least abs(n') between
    by_d1 = (forward_share(s, Z) * bend * x).max(axis=1, keepdims=True)
    root_time = np.minimum(LARGEST_ROOT_TIME, s / LOWEST_ANNUAL_VOL)
    return LARGEST_LEVEL * VEGA_SPREAD * root_time * (by_table + by_d1) / UNIT


def nav_error(s: Array) -> Array:
    """Error of NAV, which is all there is at level 0."""
    return price_error(s, 1, base_shape(s))


def basis_error(s: Array, factor: float) -> Array:
    """Error of NAV - factor loss, factor = level basis: factor e_w + (factor - 1) e_0."""
    moved = price_error(s, 1, scenario_shape(s))
    return factor * moved + (factor - 1) * price_error_below(s, 1)


def scan_error(s: Array) -> Array:
    """Error of NAV - level loss where a scenario decides, whatever its vol, by s of the base."""
    moved = price_error(S, LARGEST_MULTIPLIER_OF_VOL, scenario_shape(S)).max()
    return LARGEST_LEVEL * moved + (LARGEST_LEVEL - 1) * price_error_below(s, 1)


def settled_error() -> float:
    """Error of a settled call, exercised by the sign of k: the strike is within e^error of F."""
    return (exp(log_error()) - 1) / 2 / UNIT


def total_error(s: Array) -> Array:
    """Error of the excess at any level, basis factor and spreads within the bounds, by s [units].

    It is linear in the level for each branch of the scan, so its largest is at level 0 or 2.
    """
    basis = basis_error(s, LARGEST_LEVEL * LARGEST_BASIS)
    spreads = hedge_error(s) + vega_error(s)
    return np.maximum(nav_error(s), np.maximum(scan_error(s), basis) + spreads)
