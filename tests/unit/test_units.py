# SPDX-License-Identifier: Apache-2.0
"""The scales agree with their comments, with the tables and with each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zkmargin
from zkmargin import units
from zkmargin.margin import CHARGED, SHOCKED, VALUE, WEIGHTED
from zkmargin.params import HIGHEST_MULTIPLIER, HIGHEST_VEGA_SPREAD
from zkmargin.presets import LARGE
from zkmargin.snapshot_rules import HIGHEST_BASIS_FACTOR, LONGEST_EXPIRY
from zkmargin.tables import CDF, LN
from zkmargin.units import BPS, GROSS_BOUND, ONE, SIZE

SOURCES = sorted(Path(zkmargin.__file__).parent.glob("*.py"))
NUMBERED = re.compile(r"^(\w+)(?:: Final)? = ([^#\n]+?)\s+#.*\(= ([\d,]+)\)", re.MULTILINE)
STATED = [found.groups() for path in SOURCES for found in NUMBERED.finditer(path.read_text())]
SAFE_BITS = 252  # below it no sum of a few products wraps around the field

# The largest magnitudes of the unreduced sums, when the gross of the account is within its bound:
# a leg is worth at most its gross, and the index is at most twice a forward or the perp mark.
GROSS = GROSS_BOUND * SIZE  # [1e-12 quote]
CASH = units.CASH_BOUND * 2 * units.RATE_ONE * SIZE << (units.CDF_BITS - units.RATE_BITS)
FUNDING = units.SIZE_BOUND * units.PRICE_BOUND
NAV = CASH + ONE * (3 * GROSS + FUNDING + units.CASH_BOUND * SIZE)
MOVES = ONE * GROSS * HIGHEST_MULTIPLIER * 2
VEGA = HIGHEST_VEGA_SPREAD * GROSS * (1 << units.DENSITY_BITS - 1) * (2 << units.ROOT_TIME_BITS)
FULL_CHARGES = 8 * CHARGED * GROSS_BOUND
REQUIREMENT = 1 << 60  # scan and contingencies, as the circuit ranges them [1e-6 quote]


def bits(x: int) -> int:
    return x.bit_length()


def test_some_numbers_state_their_value() -> None:
    assert {"QUOTE", "SIZE", "BPS"} <= {name for name, _, _ in STATED}


@pytest.mark.parametrize(("name", "expression", "stated"), STATED, ids=lambda text: str(text))
def test_a_stated_value_is_the_value(name: str, expression: str, stated: str) -> None:
    assert eval(expression, {}) == int(stated.replace(",", ""))


def test_products_of_scales_land_on_the_scale_of_their_sum() -> None:
    assert 2 * units.FINE_VOL_BITS == units.VARIANCE_BITS
    assert units.SVI_SLOPE_BITS + units.LOG_BITS == units.VARIANCE_BITS
    assert 2 * units.LOG_BITS == units.SIGMA_SQUARED_BITS
    assert units.COARSE_LOG_BITS + units.INVERSE_BITS > units.VOL_TICK_BITS
    assert units.LOG_BITS + units.FINE_INVERSE_BITS > units.VOL_TICK_BITS


def test_a_year_has_365_days() -> None:
    assert units.SECONDS_PER_YEAR == 365 * 24 * 60 * 60


def test_the_cdf_table_has_the_scale_of_probability() -> None:
    assert CDF.scale_bits == units.CDF_BITS
    assert 1 << CDF.offset_bits == units.SATURATION


def test_a_scenario_cell_is_a_cell_of_the_cdf_table() -> None:
    assert units.VOL_TICK_BITS - CDF.slope_bits == units.CELL_BITS


def test_a_density_is_a_slope_times_a_factor_of_27_bits() -> None:
    slope_bits = CDF.scale_bits - units.VOL_TICK_BITS

    assert slope_bits + 27 == units.DENSITY_BITS


def test_the_ln_table_takes_every_price() -> None:
    assert LN.scale_bits == units.LN_BITS
    assert 1 << (LN.offset_bits + 1) == units.PRICE_BOUND


def test_the_arguments_of_the_normal_distribution_stay_below_64() -> None:
    lowest_d2 = -units.SATURATION - 1 - (units.MAX_TOTAL_VOL - 1)

    assert lowest_d2 >= -(64 << units.VOL_TICK_BITS)


def test_an_inverse_total_vol_fits_29_bits() -> None:
    shortest = units.MIN_TOTAL_VOL + 2  # the rules of a snapshot keep two ticks away

    assert bits((1 << units.VOL_TICK_BITS + units.INVERSE_BITS) // shortest) == 29


def test_sqrt_of_the_longest_expiry_is_at_most_two_years() -> None:
    assert LONGEST_EXPIRY <= 4 * units.SECONDS_PER_YEAR


def test_the_gross_bound_is_below_what_prices_times_sizes_reach() -> None:
    assert GROSS_BOUND < units.PRICE_BOUND * units.SIZE_BOUND // SIZE


def test_level_covers_twice_the_requirement() -> None:
    assert units.LEVEL_MAX == 2 * BPS
    assert bits(units.LEVEL_MAX) == 15


def test_the_reserve_is_three_parts_in_ten_million() -> None:
    rho = units.RESERVE_NUMERATOR / 2**units.RESERVE_BITS

    assert rho == pytest.approx(3.0e-7, rel=0.01)


def test_the_units_of_the_unreduced_sums_divide_each_other() -> None:
    assert (VALUE * BPS, SHOCKED * BPS) == (SHOCKED, WEIGHTED)
    assert SHOCKED << (units.DENSITY_BITS + units.ROOT_TIME_BITS - units.CDF_BITS) == CHARGED


@pytest.mark.parametrize(
    ("name", "largest"),
    [
        ("NAV in units of the excess", NAV * BPS * BPS),
        ("P&L of a scenario", MOVES * BPS),
        ("scan loss in units of P&L", WEIGHTED << 59),
        ("loss of one expiry", MOVES + (SHOCKED << 56)),
        ("weighted losses of all expiries", HIGHEST_BASIS_FACTOR * LARGE.expiries << 56),
        ("vega charge", VEGA),
        ("contingencies", FULL_CHARGES + (CHARGED << 59)),
        ("reserve in units of the excess", ONE * GROSS * BPS * BPS),
        ("required", units.LEVEL_MAX * BPS * REQUIREMENT * ONE * SIZE),
        ("gross", GROSS_BOUND * SIZE * BPS),
    ],
)
def test_an_unreduced_sum_never_reaches_the_modulus(name: str, largest: int) -> None:
    assert bits(largest) < SAFE_BITS, name
