# SPDX-License-Identifier: Apache-2.0
"""Risk parameters: bounds, the place of every scenario, the laws and the digest."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from unit.integer_markets import BARE, DAY, PARAMS, grid

from zkmargin.errors import ParamsError
from zkmargin.oracle import REAL
from zkmargin.params import (
    HIGHEST_MULTIPLIER,
    LN_OFFSET,
    LOWEST_MULTIPLIER,
    NEUTRAL,
    THIRTY_DAYS,
    RiskParams,
    Scenario,
    VolLaw,
    ln_of_ratio,
)
from zkmargin.presets import SCENARIO_BLOCKS
from zkmargin.units import BPS, GROSS_BOUND, SECONDS_PER_YEAR

BOUNDS = {
    "phi": (1, BPS),
    "perp_pct": (0, BPS),
    "base_pct": (0, BPS),
    "naked_pct": (0, BPS),
    "hedge_spread": (0, 20),
    "vega_spread": (0, 100),
    "basis_down": (1_700, BPS - 1),
    "basis_up": (BPS + 1, 60_000),
    "basis_add": (0, 40_000),
    "basis_mult": (0, 40_000),
    "max_gross": (1, GROSS_BOUND),
    "vol_law.up": (0, 40_000),
    "vol_law.down": (0, BPS),
    "vol_law.power_short": (0, BPS),
    "vol_law.power_long": (0, BPS),
    "vol_law.floor": (1, THIRTY_DAYS),
    "vol_law.min_vol": (0, 100_000),
}
SCENARIO_BOUNDS = {"spot": (LOWEST_MULTIPLIER, HIGHEST_MULTIPLIER), "weight": (0, BPS)}
FULL = grid(-2_000, -1_000, -500, 500, 1_000, 2_000)  # six of each vol mode


def changed(params: RiskParams, name: str, value: Any) -> RiskParams:
    """The set with one field changed; the law's fields are called vol_law.<field>."""
    if name.startswith("vol_law."):
        return replace(params, vol_law=replace(params.vol_law, **{name[8:]: value}))
    return replace(params, **{name: value})


def scenario(name: str = "a", spot: int = 9_000, vol: str = "up", weight: int = BPS) -> Scenario:
    return Scenario(name, spot, vol, weight)


def with_scenarios(*scenarios: Scenario) -> RiskParams:
    return replace(BARE, scenarios=scenarios)


def placed(params: RiskParams) -> list[Scenario]:
    return [s for block in params.blocks for s in block]


def test_every_number_has_bounds() -> None:
    law = {f"vol_law.{field.name}" for field in fields(VolLaw)}
    own = {field.name for field in fields(RiskParams)} - {"name", "scenarios", "vol_law"}

    assert set(BOUNDS) == law | own


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_a_number_at_its_bound_is_accepted(name: str, bounds: tuple[int, int]) -> None:
    for value in bounds:
        assert changed(PARAMS, name, value)


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_a_number_beyond_its_bound_is_refused(name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    for value in (low - 1, high + 1):
        rule = rf"^{re.escape(name)}: got {value}, must be between {low} and {high}$"
        with pytest.raises(ParamsError, match=rule):
            changed(PARAMS, name, value)


@pytest.mark.parametrize(("name", "bounds"), SCENARIO_BOUNDS.items())
def test_a_scenario_at_its_bound_is_accepted(name: str, bounds: tuple[int, int]) -> None:
    for value in bounds:
        assert with_scenarios(scenario(**{name: value}))


@pytest.mark.parametrize(("name", "bounds"), SCENARIO_BOUNDS.items())
def test_a_scenario_beyond_its_bound_is_refused(name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    for value in (low - 1, high + 1):
        rule = rf"^scenario 'a' {name}: got {value}, must be between {low} and {high} bps"
        with pytest.raises(ParamsError, match=rule):
            with_scenarios(scenario(**{name: value}))


@pytest.mark.parametrize(
    ("scenarios", "message"),
    [
        ((scenario(vol="side"),), "scenario 'a' vol: got 'side', must be 'none', 'up' or 'down'"),
        ((scenario(name="base"),), "base, basis, none are taken"),
        ((scenario(), scenario(spot=9_100)), "scenario 'a': got 'a', names must be unique"),
        ((scenario(), scenario("b", weight=1)), "scenario 'b': got 9000, the same move is listed"),
    ],
)
def test_scenarios_that_cannot_be_told_apart_are_refused(
    scenarios: tuple[Scenario, ...], message: str
) -> None:
    with pytest.raises(ParamsError, match=message):
        with_scenarios(*scenarios)


@pytest.mark.parametrize("mode", ["none", "up", "down"])
def test_a_grid_beyond_the_largest_layout_is_refused(mode: str) -> None:
    room = sum(block.count(mode) for block in SCENARIO_BLOCKS)
    taken = 2 if mode == "none" else 0  # the basis shocks
    moves = grid(*range(1_000, 1_000 + room - taken), modes=(mode,))
    rule = rf"^scenarios: got '9 {mode}', the largest layout has {room} scenarios of vol mode"

    assert with_scenarios(*moves)
    with pytest.raises(ParamsError, match=rule):
        with_scenarios(*moves, scenario(f"9 {mode}", 9_000, mode))


def test_every_scenario_stands_where_its_vol_mode_does() -> None:
    modes = sum(SCENARIO_BLOCKS, ())
    for place, held in enumerate(placed(with_scenarios(*FULL))):
        assert held == NEUTRAL or held.mode == modes[place]


def test_every_scenario_has_exactly_one_place() -> None:
    held = [s for s in placed(with_scenarios(*FULL)) if s != NEUTRAL]

    assert sorted(held, key=lambda s: s.name) == sorted(FULL, key=lambda s: s.name)


def test_the_basis_shocks_come_first() -> None:
    params = replace(BARE, basis_down=9_700, basis_up=10_200)

    assert [(s.multiplier, s.mode, s.weight) for s in placed(params)[:2]] == [
        (9_700, "none", 0),
        (10_200, "none", 0),
    ]
    assert placed(params)[2:] == [NEUTRAL] * (len(placed(params)) - 2)


def test_a_listed_scenario_doubles_as_a_basis_shock() -> None:
    params = with_scenarios(*grid(500, -500, 900, modes=("none",)))

    assert [s.name for s in placed(params)[:2]] == ["-500 none", "500 none"]
    assert [s.name for s in placed(params) if s.weight] == ["-500 none", "500 none", "900 none"]


def test_the_base_point_needs_no_place() -> None:
    listed = with_scenarios(scenario("still", BPS, "none"))

    assert listed.blocks == BARE.blocks


def test_a_vol_move_without_a_spot_move_has_a_place() -> None:
    still = scenario("vol up", BPS, "up")

    assert still in placed(with_scenarios(still))


@pytest.mark.parametrize(
    ("moves", "mode", "blocks"),
    [
        *((0, "up", 1), (3, "up", 1), (4, "up", 2), (9, "up", 2), (10, "up", 3)),
        *((3, "down", 1), (4, "down", 2), (7, "down", 2), (8, "down", 3)),
        *((1, "none", 2), (4, "none", 2), (5, "none", 3)),
    ],
)
def test_a_larger_grid_opens_one_block_more(moves: int, mode: str, blocks: int) -> None:
    params = with_scenarios(*grid(*range(1_000, 1_000 + moves), modes=(mode,)))

    assert params.blocks_in_use == blocks


@pytest.mark.parametrize(
    ("params", "highest"),
    [(BARE, 10_500), (PARAMS, 11_500), (replace(BARE, basis_up=30_000), 30_000)],
)
def test_the_highest_multiplier_covers_scenarios_as_well_as_shocks(
    params: RiskParams, highest: int
) -> None:
    assert params.max_multiplier == highest


def test_ln_of_a_multiplier_is_its_nearest_integer() -> None:
    for multiplier in (LOWEST_MULTIPLIER, 9_999, BPS, 10_001, HIGHEST_MULTIPLIER):
        exact = REAL.log(REAL.mpf(multiplier) / BPS) * 2**21

        assert abs(scenario(spot=multiplier).ln_multiplier - exact) <= REAL.mpf("0.5")


def test_the_offset_makes_every_ln_a_positive_number_of_23_bits() -> None:
    low, high = (scenario(spot=m).ln_multiplier for m in (LOWEST_MULTIPLIER, HIGHEST_MULTIPLIER))

    assert 0 < low + LN_OFFSET < high + LN_OFFSET < 1 << 23


def test_ln_of_equal_numbers_is_zero() -> None:
    assert ln_of_ratio(7, 7, 32) == 0


@pytest.mark.parametrize(
    ("seconds", "up", "down"),
    [
        (THIRTY_DAYS, "1.45", "0.7"),
        (THIRTY_DAYS // 4, "1.682072455", "0.545285030"),  # 4^0.3 = 1.515716567
        (4 * THIRTY_DAYS // 3, "1.433481411", "0.711012393"),  # 0.75^0.13 = 0.963292024
        (4 * THIRTY_DAYS, "1.375789564", "0.749473624"),  # 4^-0.13 = 0.835087919
        (DAY, "2.248386002", "0.167742666"),  # 30^0.3 = 2.774191115
        (60, "2.248386002", "0.167742666"),  # the floor of one day
    ],
)
def test_vol_multipliers_follow_the_law(seconds: int, up: str, down: str) -> None:
    for multiplier, stated in ((PARAMS.vol_up, up), (PARAMS.vol_down, down)):
        assert abs(multiplier(seconds) - REAL.mpf(stated) * 2**16) <= REAL.mpf("0.501")


@pytest.mark.parametrize(("seconds", "factor"), [(0, 2_500), (1, 2_501), (SECONDS_PER_YEAR, 3_500)])
def test_the_basis_factor_is_rounded_up(seconds: int, factor: int) -> None:
    assert PARAMS.basis_factor(seconds) == factor
