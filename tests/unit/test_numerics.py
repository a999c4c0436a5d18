# SPDX-License-Identifier: Apache-2.0
"""Every error bound of docs/numerics.md, computed again from the constants of the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil, log, log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from truth import error_terms as terms
from truth.error_terms import S, Z

from zkmargin import params, units
from zkmargin.params import HIGHEST_HEDGE_SPREAD, HIGHEST_VEGA_SPREAD
from zkmargin.presets import PRESETS
from zkmargin.snapshot_rules import HIGHEST_BASIS_FACTOR
from zkmargin.units import BPS, RESERVE_NUMERATOR

TEXT = (Path(__file__).parents[2] / "docs" / "numerics.md").read_text(encoding="utf-8")
LN_HIGHEST = log(params.HIGHEST_MULTIPLIER / BPS)
HALF_SHARE = terms.share(0.0, 0.0)  # n(0) / 2
BASIS = terms.LARGEST_LEVEL * terms.LARGEST_BASIS
UP = terms.LARGEST_MULTIPLIER_OF_VOL


def up(x: float) -> str:
    """Rounded up to four decimals."""
    return f"{ceil(x * 1e4) / 1e4:.4f}"


def ticks(error: float) -> float:
    """What an error of s costs [units]."""
    return HALF_SHARE * error / terms.TICK


def shape(
    log_part: float = 0.0, inverse: float = 0.0, slope: float = 0.0, cell: float = 0.0
) -> float:
    """What an error of d1 costs, worst case [units]."""
    x = terms.shape_error(S, Z, log_part, inverse + slope / S**2, cell)
    return x.max() / terms.UNIT


def all_errors(**changes: float) -> float:
    """The whole error with some bounds of the rules changed [units]."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changes.items():
            patch.setattr(terms, name, value)
        return terms.total_error(S).max()


ERRORS: dict[str, Callable[[], float]] = {
    "E1": lambda: ticks(terms.TICK),
    "E2": lambda: ticks(UP * 2.0**-units.FINE_VOL_BITS),
    "E3": lambda: ticks(terms.STEEPEST * terms.log_error()),
    "E4": lambda: ticks(UP * terms.STEEPEST * terms.log_error()),
    "E5": lambda: ticks(terms.root_error()),
    "E6": lambda: ticks(UP * terms.root_error()),
    "E7": lambda: terms.scenario_shape(S).max(),
    "E8": lambda: shape(log_part=1.5 * 2.0**-units.COARSE_LOG_BITS),
    "E9": lambda: shape(inverse=2.0**-units.INVERSE_BITS, slope=terms.TICK),
    "E10": lambda: shape(cell=2.0 ** -(units.CELL_BITS + 1) + terms.TICK / 2),
    "E11": lambda: terms.base_shape(S).max(),
    "E12": lambda: terms.table_error("cdf") / terms.UNIT,
    "E13": lambda: (terms.clamp_error()[2] + terms.tail(8)) / terms.UNIT,
    "E14": terms.settled_error,
    "C1": lambda: terms.nav_error(S).max(),
    "C2": lambda: terms.scan_error(S).max(),
    "C3": lambda: terms.basis_error(S, BASIS).max(),
    "C4": lambda: terms.hedge_error(S).max(),
    "C5": lambda: terms.vega_error(S).max(),
    "C6": lambda: terms.total_error(S).max(),
}


def rows(letter: str) -> dict[str, list[str]]:
    """The cells of the table rows named by a letter and a number, by name."""
    lines = re.findall(rf"^\| ({letter}\d+) \|(.*)\|$", TEXT, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in lines}


def test_every_error_of_the_page_is_computed_here() -> None:
    assert rows("E").keys() | rows("C").keys() == ERRORS.keys()


@pytest.mark.parametrize("name", ERRORS)
def test_a_stated_error_is_its_bound_rounded_up(name: str) -> None:
    stated = float(rows(name[0])[name][-1])

    assert 0 <= stated - ERRORS[name]() < 1.1e-4


def test_the_errors_by_total_vol_are_those_of_the_page() -> None:
    lines = re.findall(r"^\| 2\^(-?\d+) \| ([\d.| ]+) \|$", TEXT, re.MULTILINE)
    for exponent, cells in lines:
        s = np.array([[2.0 ** int(exponent)]])
        kinds = (terms.basis_error(s, BASIS), terms.hedge_error(s), terms.vega_error(s))
        for stated, bound in zip(cells.split(" | "), (*kinds, terms.total_error(s)), strict=True):
            assert 0 <= float(stated) - bound.item() < 1.1e-4

    assert len(lines) == 5


def test_the_reserve_covers_the_whole_error() -> None:
    worst = terms.total_error(S).max()

    assert worst < RESERVE_NUMERATOR
    assert f"{up(worst)} < {RESERVE_NUMERATOR} = RESERVE_NUMERATOR" in TEXT
    assert units.RESERVE_BITS == 24


def test_the_other_side_is_half_of_what_is_promised() -> None:
    worst = terms.total_error(S).max()
    share = (RESERVE_NUMERATOR + worst) * terms.UNIT

    assert f"({RESERVE_NUMERATOR} + {up(worst)}) 2^-24 G = {share * 1e7:.1f}e-7 G" in TEXT
    assert share < 0.56e-6


def test_the_stated_worth_of_the_rules_is_what_the_error_would_be_without_them() -> None:
    without_years = all_errors(LOWEST_ANNUAL_VOL=1e-9)
    wider = all_errors(STEEPEST=3.0, STEEPEST_WING=6.0)
    smaller = all_errors(LARGEST_BASIS=2.0, HEDGE_SPREAD=8e-4, VEGA_SPREAD=80e-4)

    assert f"without R3 the sum is {without_years:.2f}" in TEXT
    assert f"R2 at 6 s instead of 4 s gives {wider:.2f}" in TEXT
    assert f"vega spread <= 80 bps ({smaller:.2f})" in TEXT
    assert smaller < 2


def test_the_worst_cases_of_the_kinds_never_meet() -> None:
    apart = sum(ERRORS[name]() for name in ("C3", "C4", "C5"))

    assert f"so their sum ({apart:.2f}) is never met" in TEXT


def test_the_stated_worst_places_are_the_places() -> None:
    def place(errors: Any) -> float:
        return S[errors.argmax(), 0]

    assert f"worst at s = {place(terms.scenario_shape(S)):.1f}" in TEXT
    assert f"100 bps | s = {place(terms.vega_error(S)):.1f} |" in TEXT
    for errors in (terms.basis_error(S, BASIS), terms.hedge_error(S), terms.total_error(S)):
        assert place(errors) == terms.LEAST_VOL


def test_where_the_clamp_binds_is_as_stated() -> None:
    low, high, moved = terms.clamp_error()
    edge = 8 - low

    assert f"t = ln(m F / K) < {8 + LN_HIGHEST:.3f}" in TEXT
    assert f"s < 8 - sqrt(64 - 2 t) = {low + 5e-4:.3f}" in TEXT
    assert f"s > 8 + sqrt(64 - 2 t) = {high - 5e-4:.3f}" in TEXT
    assert f"both above {edge - 5e-4:.3f}" in TEXT
    assert f"at most N(-{edge - 5e-4:.3f}) = 2^{log2(moved):.2f}" in TEXT
    assert f"N(-8) = 2^{log2(terms.tail(8)):.1f}" in TEXT


def test_the_stated_errors_of_the_tables_are_the_certified_ones() -> None:
    cdf, ln = log2(terms.table_error("cdf")), log2(terms.table_error("ln"))
    centre = log2(terms.table_error("cdf", centre=True))

    assert f"2^{cdf:.2f} (2^{centre:.2f} for N(d1) at a cell's centre)" in TEXT
    assert f"ln table 2^{ln:.2f}" in TEXT
    assert f"2 2^{log2(terms.log_error()):.2f} |" in TEXT
    assert f"table 2^{log2(terms.slope_errors()[1].max()):.2f}" in TEXT
    assert terms.root_error() == 2.0**-31


def test_the_bounds_of_the_rules_are_those_of_the_page() -> None:
    level, basis = units.LEVEL_MAX / BPS, HIGHEST_BASIS_FACTOR / BPS

    assert f"level <= {level:.0f}, phi <= 1, weights <= 1, basis factor <= {basis:.0f}" in TEXT
    assert f"hedge spread <= {HIGHEST_HEDGE_SPREAD} bps" in TEXT
    assert f"vega spread <= {HIGHEST_VEGA_SPREAD} bps" in TEXT
    assert f"sqrt(years) <= {terms.LARGEST_ROOT_TIME:.0f}" in TEXT
    assert f"sqrt(years) <= {1 / terms.LOWEST_ANNUAL_VOL:.0f} s" in TEXT
    assert f"b + abs(b rho) < {terms.STEEPEST_WING:.0f} s" in TEXT
    assert terms.STEEPEST == terms.STEEPEST_WING / 2


def test_losses_rounded_up_cost_what_the_page_says() -> None:
    expiries = max(preset.expiries for preset in PRESETS.values())

    assert f"{terms.LARGEST_LEVEL * (2 + expiries * terms.LARGEST_BASIS):.0f} at most" in TEXT
    assert f"{2 + expiries / 4:.0f} for a level of 1 and eight expiries" in TEXT
    assert expiries == 8
