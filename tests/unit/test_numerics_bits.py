# SPDX-License-Identifier: Apache-2.0
"""Every scale, range and bit budget of docs/numerics.md, from the constants of the code."""

from __future__ import annotations

import re
from math import log, log2
from pathlib import Path

import pytest
from truth import error_terms as terms

from zkmargin import params, units
from zkmargin.margin import CHARGED, SHOCKED, VALUE, WEIGHTED
from zkmargin.presets import LARGE, ROWS
from zkmargin.units import BPS, GROSS_BOUND, ONE, RESERVE_NUMERATOR, SIZE

TEXT = (Path(__file__).parents[2] / "docs" / "numerics.md").read_text(encoding="utf-8")
SCALE_TABLE = TEXT[TEXT.index("## 1.") : TEXT.index("## 2.")]
SAFE_BITS = 252  # a signed number below 2^252 cannot wrap around
LN_HIGHEST = log(params.HIGHEST_MULTIPLIER / BPS)
LEAST_TICKS = units.MIN_TOTAL_VOL + 1
MOST_TICKS = units.MAX_TOTAL_VOL

GROSS = GROSS_BOUND * SIZE  # [1e-12 quote]
CASH = units.CASH_BOUND * units.RATE_ONE * SIZE << units.CDF_BITS - units.RATE_BITS  # at rate 1
ENTRY = ONE * units.CASH_BOUND * SIZE
FUNDING = ONE * units.SIZE_BOUND * units.PRICE_BOUND
NAV = 2 * CASH + ENTRY + FUNDING + ONE * GROSS
# 28 strikes of two sizes, base, perp, funding; cash and entry are less than two more of these
UNBOUNDED_NAV = (2 * (LARGE.slots + 1) + 6) * ONE * units.SIZE_BOUND * units.PRICE_BOUND
RESERVE = (RESERVE_NUMERATOR << units.CDF_BITS - units.RESERVE_BITS) * GROSS * BPS * BPS
REQUIRED = units.LEVEL_MAX * BPS * (1 << 60) * SIZE * ONE
VEGA_BITS = 27
HEDGE = 31 * 2**48 * 2**167 << VEGA_BITS
VEGA = 127 * GROSS * 2**122 * 2**25
SIZED = 2 * BPS * GROSS * ONE << VEGA_BITS
PRODUCTS = {
    "B1": NAV * BPS * BPS,
    "B2": 7 * BPS * BPS * GROSS * ONE,
    "B3": RESERVE,
    "B4": REQUIRED,
    "B5": NAV * BPS * BPS + RESERVE + REQUIRED,
    "B6": HEDGE,
    "B7": VEGA,
    "B8": SIZED,
    "B9": 2**56 * SHOCKED + 2 * GROSS * BPS * ONE,
    "B10": 2**59 * WEIGHTED + 5 * GROSS * BPS * BPS * ONE,
    "B11": 2**59 * CHARGED + HEDGE + VEGA + SIZED,
    "B12": 2**41 * units.PRICE_BOUND * ONE,
    "B13": units.FRACTION_ONE**2 * (NAV + units.CASH_BOUND * VALUE),
    "B14": 2**64 * units.FRACTION_ONE**2 * VALUE,
    "B15": UNBOUNDED_NAV,
    "B16": 2**97 * VALUE + UNBOUNDED_NAV,
}

D1_CELLS = ((8 + LN_HIGHEST) * 2**24 / LEAST_TICKS + 28) * 2**units.CELL_BITS
LOSS = GROSS_BOUND * (1 + 2**-20) + 1
STATIC = (
    2 + terms.SPOT_OVER_FORWARD * terms.HEDGE_SPREAD + terms.VEGA_SPREAD * 0.4 * 2
) * GROSS_BOUND
SATURATED = 1 + 2.0**17
HONEST: dict[str, tuple[float, float]] = {  # largest honest value, end of what the circuit takes
    "H1": (2 * units.LOG_BOUND, 2**36),
    "H2": ((16**2 + 64) * 2**64, 2**74),
    "H3": (56**2 * 2**72, 2**84),
    "H4": (56 * 2**36, 2**42),
    "H5": (2**56 / (LEAST_TICKS << 12), 2**36),
    "H6": (MOST_TICKS, 2**30),
    "H7": (2**37 / LEAST_TICKS, 2**29),
    "H8": (MOST_TICKS, 2**31),
    "H9": (D1_CELLS, 2**16 * SATURATED),
    "H10": ((8 * 2**24 / LEAST_TICKS + 28) * 2**24, 2**27 * SATURATED),
    "H11": (MOST_TICKS + units.SATURATION, 9 * 2**27),
    "H12": (2**47, 2**47),
    "H13": ((LARGE.slots + 2) * units.SIZE_BOUND * ONE, 2**167),
    "H14": (GROSS_BOUND * SIZE * BPS, 2**90),
    "H15": (LOSS, 2**56),
    "H16": (2 * LOSS * SHOCKED, 2**211),
    "H17": (5 * GROSS_BOUND, 2**59),
    "H18": (5 * GROSS_BOUND * BPS, 2**73),
    "H19": (10 * GROSS_BOUND * WEIGHTED, 2**226),
    "H20": (STATIC, 2**59),
    "H21": (CHARGED, 2**240),
    "H22": ((CASH + ENTRY + FUNDING + ONE * GROSS) * BPS * BPS, 2**236),
    "H23": (ROWS - 2, 2**4),
    "H24": ((2 + LN_HIGHEST) * 2**units.COARSE_LOG_BITS, 2**23),
    "H25": (WEIGHTED, 2**167),
    "H26": (PRODUCTS["B5"], 2**236),
    "H27": (NAV + units.CASH_BOUND * VALUE, 2**209),
    "H28": (5 * GROSS_BOUND + STATIC + RESERVE / WEIGHTED, 2**64),
    "H29": (NAV / VALUE, 2**69),
    "H30": (units.FRACTION_ONE**2 * VALUE, 2**180),
    "H31": (VALUE, 2**140),
    "H32": (2 * units.CASH_BOUND, 2**65),
    "H33": (units.NAV_OFFSET + UNBOUNDED_NAV / VALUE, 2**97),
}


def rows(letter: str) -> dict[str, list[str]]:
    """The cells of the table rows named by a letter and a number, by name."""
    lines = re.findall(rf"^\| ({letter}\d+) \|(.*)\|$", TEXT, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in lines}


def test_every_product_and_range_of_the_page_is_computed_here() -> None:
    assert rows("B").keys() == PRODUCTS.keys()
    assert rows("H").keys() == HONEST.keys()


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_has_the_stated_bits_and_cannot_wrap_around(name: str) -> None:
    stated = float(rows("B")[name][-1])

    assert 0 <= stated - log2(PRODUCTS[name]) < 0.11
    assert stated < SAFE_BITS


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_value_has_the_stated_bits_and_fits(name: str) -> None:
    value, end = HONEST[name]
    *_, stated, width = rows("H")[name]

    assert 0 <= float(stated) - log2(value) < 0.11
    assert abs(float(width) - log2(end)) < 0.01
    assert value <= end


SCALES = {
    "k = ln(K / F)": [units.LOG_BITS],
    "ln of an integer": [units.LN_BITS],
    "total variance w": [units.VARIANCE_BITS],
    "SVI b": [units.SVI_SLOPE_BITS, units.LOG_BITS, units.SIGMA_SQUARED_BITS],
    "total vol s, fine": [units.FINE_VOL_BITS],
    "total vol s, the vol tick": [units.VOL_TICK_BITS],
    "vol multipliers": [units.VOL_MULTIPLIER_BITS, units.VOL_TICK_BITS],
    "1 / s": [units.INVERSE_BITS, units.FINE_INVERSE_BITS],
    "d1 in a scenario": [units.CELL_BITS],
    "d1 at the base point": [units.VOL_TICK_BITS],
    "N(x)": [units.CDF_BITS],
    "n(x)": [units.DENSITY_BITS],
    "sqrt(years)": [units.ROOT_TIME_BITS],
    "credit, debit rate": [units.RATE_BITS],
}


@pytest.mark.parametrize("quantity", SCALES)
def test_a_scale_is_that_of_the_code(quantity: str) -> None:
    (unit,) = re.findall(rf"^\| {re.escape(quantity)}[^|]*\| ([^|]*) \|", SCALE_TABLE, re.MULTILINE)

    assert [int(bits) for bits in re.findall(r"2\^-(\d+)", unit)] == SCALES[quantity]


RANGES = {
    "price": (units.PRICE_BOUND - 1, 48),
    "cash": (2 * units.CASH_BOUND - 1, 64),
    "cumulative funding": (2 * units.PRICE_BOUND - 1, 49),
    "size": (2 * units.SIZE_BOUND - 1, 41),
    "gross": (units.GROSS_BOUND, 56),
    "ln of an integer": (int(34 * 2**units.LN_BITS) - 1, 110),
    "total variance w": (56**2 << units.VARIANCE_BITS, 84),
    "total vol s, fine": (56 << units.FINE_VOL_BITS, 42),
    "total vol s, the vol tick": (units.MAX_TOTAL_VOL, 30),
    "N(x)": (ONE, 121),
    "n(x)": (int(0.4 * 2**units.DENSITY_BITS), 122),
    "sqrt(years)": (2 << units.ROOT_TIME_BITS, 26),
    "credit, debit rate": (2 * units.RATE_ONE - 1, 31),
}


@pytest.mark.parametrize("quantity", RANGES)
def test_a_range_takes_the_stated_bits(quantity: str) -> None:
    largest, bits = RANGES[quantity]
    (stated,) = re.findall(
        rf"^\| {re.escape(quantity)}.*\| (\d+)[^|]*\|$", SCALE_TABLE, re.MULTILINE
    )

    assert int(stated) == bits == largest.bit_length()
