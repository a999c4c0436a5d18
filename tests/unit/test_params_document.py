# SPDX-License-Identifier: Apache-2.0
"""Params documents and the sets that are shipped."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from random_market import random_params

from zkmargin.documents.params_document import dump_params, load_params, parse_params, shipped_sets
from zkmargin.documents.reading import parse_document
from zkmargin.documents.writing import document_text
from zkmargin.errors import ParamsError
from zkmargin.params import RiskParams
from zkmargin.presets import PRESETS
from zkmargin.units import BPS

GRID: dict[str, Any] = dump_params(load_params("derive_grid"))  # type: ignore[assignment]


def parsed(document: Any) -> RiskParams:
    return parse_params(parse_document(document_text(document), "params.json", ParamsError))


def changed(**fields: Any) -> dict[str, Any]:
    return {**GRID, **fields}


def scenario(**fields: Any) -> dict[str, Any]:
    return changed(scenarios=[{**GRID["scenarios"][0], **fields}])


def law(**fields: Any) -> dict[str, Any]:
    return changed(vol_law={**GRID["vol_law"], **fields})


def moves(params: RiskParams, mode: str) -> list[int]:
    return sorted(s.multiplier - BPS for s in params.scenarios if s.mode == mode)


def test_six_sets_are_shipped() -> None:
    assert shipped_sets() == (
        *("deribit_btc", "deribit_eth", "derive_grid", "derive_grid_test", "span16"),
        "zkmargin_eth",
    )


@pytest.mark.parametrize("name", shipped_sets())
def test_a_shipped_set_bears_its_file_name_says_its_sources_and_fits_a_preset(name: str) -> None:
    path = Path(__file__).parents[2] / "zkmargin" / "data" / "params" / f"{name}.json"
    document = json.loads(path.read_text())
    params = load_params(name)
    blocks = [preset.scenario_blocks for preset in PRESETS.values()]

    assert document["name"] == params.name == name
    assert document["about"]
    assert document["sources"]
    assert params.blocks_in_use in blocks


@pytest.mark.parametrize("name", shipped_sets())
def test_a_dumped_set_reads_back_as_the_same_set(name: str) -> None:
    params = load_params(name)

    assert parsed(dump_params(params)) == params


@pytest.mark.parametrize("seed", range(30))
def test_random_sets_read_back_with_the_same_digest(seed: int) -> None:
    params = random_params(random.Random(seed), 1 + seed % 3)

    assert parsed(dump_params(params)) == params
    assert parsed(dump_params(params)).digest == params.digest


def test_derives_grids_have_21_and_23_scenarios_with_the_base_point() -> None:
    test, grid = load_params("derive_grid_test"), load_params("derive_grid")
    near = [-1_500, -1_000, -500, 0, 500, 1_000, 1_500]

    assert (len(test.scenarios) + 1, len(grid.scenarios) + 1) == (21, 23)
    assert moves(test, "up") == moves(test, "down") == moves(grid, "down") == near
    assert moves(test, "none") == moves(grid, "none") == [m for m in near if m]
    assert moves(grid, "up") == [-2_000, *near, 2_000]


def test_derives_numbers_are_those_of_its_configurations() -> None:
    test, grid = load_params("derive_grid_test"), load_params("derive_grid")

    assert (test.vol_law.up, test.vol_law.down) == (4_500, 3_000)
    assert (grid.vol_law.up, grid.vol_law.down) == (6_000, 3_000)
    assert (test.perp_pct, test.base_pct, test.naked_pct) == (200, 200, 100)
    assert (grid.perp_pct, grid.base_pct, grid.naked_pct) == (300, 300, 200)
    assert (test.basis_add, test.basis_mult) == (2_500, 100)
    assert (grid.basis_add, grid.basis_mult) == (10_000, 12_000)
    assert test.hedge_spread == test.vega_spread == grid.hedge_spread == grid.vega_spread == 0


def test_our_set_is_derives_grid_with_the_cost_of_unwinding() -> None:
    document = {**GRID, "name": "zkmargin_eth", "hedge_spread": "0.05%", "vega_spread": "0.5%"}

    assert parsed(document) == load_params("zkmargin_eth")


@pytest.mark.parametrize(("name", "reach"), [("deribit_eth", 1_800), ("deribit_btc", 1_600)])
def test_deribits_grid_is_nine_prices_by_three_vols_and_eight_weighted_tails(
    name: str, reach: int
) -> None:
    params = load_params(name)
    body = [reach * i // 4 for i in range(-4, 5)]
    tails = [s for s in params.scenarios if abs(s.multiplier - BPS) > reach]

    assert moves(params, "down") == body
    assert moves(params, "none") == [m for m in body if m]
    assert {s.mode for s in tails} == {"up"}
    assert len(tails) == 8
    for tail in tails:  # weight is reach / abs(move), rounded up
        move = abs(tail.multiplier - BPS)
        assert (tail.weight - 1) * move < reach * BPS <= tail.weight * move


def test_span_has_16_scenarios_with_extremes_of_two_ranges_at_35_percent() -> None:
    params = load_params("span16")
    extremes = [s for s in params.scenarios if s.weight != BPS]

    assert len(params.scenarios) == 16
    assert moves(params, "up") == moves(params, "down")
    assert [(s.multiplier, s.mode, s.weight) for s in extremes] == [
        (7_000, "none", 3_500),
        (13_000, "none", 3_500),
    ]
    assert params.vol_up(86_400) == params.vol_up(365 * 86_400)  # the scan range has no term


REFUSED = [
    (changed(phi="0"), "params.json: phi: got '0', must be between 0.0001 and 1"),
    (changed(perp="101%"), "params.json: perp: got '101%', must be between 0 and 1"),
    (changed(hedge_spread="0.3%"), "hedge_spread: got '0.3%', must be between 0 and 0.002"),
    (changed(vega_spread="-1%"), "vega_spread: got '-1%', must not have a sign"),
    (changed(max_gross="36028797018.963969"), "max_gross: got '36028797018.963969', must be"),
    (changed(basis={**GRID["basis"], "down": "+5%"}), "basis.down: got '+5%', must be between"),
    (changed(name=""), "params.json: name: got '', must be a string of 1 to 64"),
    (changed(hash="0x0"), "params.json: hash: got 'hash', is not a field here"),
    (law(up="500%"), "vol_law.up: got '500%', must be between 0 and 4"),
    (law(floor_seconds=0), "vol_law.floor_seconds: got 0, must be between 1 and 2592000"),
    (law(power_short="1.5"), "vol_law.power_short: got '1.5', must be between 0 and 1"),
    (scenario(vol="sideways"), "scenarios[0].vol: got 'sideways', must be one of none, up"),
    (scenario(spot="85%"), "scenarios[0].spot: got '85%', must say its sign, +85% or -85%"),
    (scenario(spot="-83.01%"), "scenarios[0].spot: got '-83.01%', must be between 0.17 and 6"),
    (scenario(weight="1.1"), "scenarios[0].weight: got '1.1', must be between 0 and 1"),
    (scenario(name="base"), "params.json: scenario 'base': got 'base', names must be unique"),
    (changed(scenarios=GRID["scenarios"][:1] * 2), "params.json: scenario '-20 % vol up': got"),
]


@pytest.mark.parametrize(("document", "message"), REFUSED)
def test_a_refusal_names_file_field_value_and_bound(document: Any, message: str) -> None:
    with pytest.raises(ParamsError) as refusal:
        parsed(document)

    assert message in str(refusal.value)
    assert str(refusal.value).count("params.json: ") == 1


def test_a_grid_that_no_layout_can_express_is_refused_by_name() -> None:
    moves = [{"name": str(m), "spot": f"+{m}%", "vol": "down", "weight": "1"} for m in range(1, 11)]

    with pytest.raises(ParamsError, match=r"params.json: scenarios: got '10', the largest layout"):
        parsed(changed(scenarios=moves))


def test_an_unknown_set_is_refused_with_those_that_are_shipped() -> None:
    with pytest.raises(ParamsError, match=r"got 'grid', must be a .json file or one of deribit_b"):
        load_params("grid")


def test_a_file_of_params_is_found_beside_the_document_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(document_text(changed(name="mine")))

    assert load_params("mine.json", tmp_path).name == "mine"
