# SPDX-License-Identifier: Apache-2.0
"""The digest of risk parameters: what it covers, how it is packed."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from unit.integer_markets import BARE, PARAMS

from zkmargin.errors import ParamsError
from zkmargin.params import (
    LN_OFFSET,
    NEUTRAL,
    RiskParams,
    Scenario,
    VolLaw,
    pack,
    packed_scenarios,
)
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.units import BPS, GROSS_BOUND

LAW = {"up": 4_501, "down": 2_999, "power_short": 1, "power_long": 1, "floor": 1, "min_vol": 1}
CHANGES = {
    "scenarios": PARAMS.scenarios[1:],
    "phi": 8_999,
    "perp_pct": 201,
    "base_pct": 301,
    "naked_pct": 101,
    "hedge_spread": 6,
    "vega_spread": 51,
    "basis_down": 9_499,
    "basis_up": 10_501,
    "basis_add": 2_501,
    "basis_mult": 1_001,
    "max_gross": GROSS_BOUND - 1,
    **{f"law {name}": replace(PARAMS.vol_law, **{name: value}) for name, value in LAW.items()},
}


def with_scenario(mode: str) -> RiskParams:
    return replace(BARE, scenarios=(Scenario("a", 9_000, mode, BPS),))


def test_the_table_of_changes_holds_every_field() -> None:
    own = {field.name for field in fields(RiskParams)} - {"name", "vol_law"}

    assert set(CHANGES) == own | {f"law {field.name}" for field in fields(VolLaw)}


@pytest.mark.parametrize(("name", "value"), CHANGES.items(), ids=CHANGES)
def test_the_digest_changes_with_every_field(name: str, value: Any) -> None:
    field = "vol_law" if name.startswith("law") else name

    assert replace(PARAMS, **{field: value}).digest != PARAMS.digest


@pytest.mark.parametrize(("name", "value"), [("multiplier", 8_400), ("weight", 9_999)])
@pytest.mark.parametrize("place", range(len(PARAMS.scenarios)))
def test_the_digest_changes_with_every_scenario(place: int, name: str, value: int) -> None:
    listed = list(PARAMS.scenarios)
    listed[place] = replace(listed[place], **{name: value})

    assert replace(PARAMS, scenarios=tuple(listed)).digest != PARAMS.digest


def test_the_digest_changes_with_the_mode_of_a_scenario() -> None:
    digests = {with_scenario(mode).digest for mode in ("none", "up", "down")}

    assert len(digests) == 3


def test_names_are_not_part_of_the_digest() -> None:
    renamed = tuple(replace(s, name=s.name + "'") for s in PARAMS.scenarios)

    assert replace(PARAMS, name="other", scenarios=renamed).digest == PARAMS.digest


def test_the_numbers_a_circuit_opens_are_packed_lowest_first() -> None:
    packed, read = PARAMS.packed, []
    for bits in (14, 14, 14, 14, 14, 14, 16, 56):
        packed, value = packed >> bits, packed & ((1 << bits) - 1)
        read.append(value)

    assert read == [9_000, 200, 300, 100, 5, 50, 11_500, GROSS_BOUND]
    assert packed == 0


def test_scenarios_are_packed_four_to_an_element() -> None:
    block = PARAMS.blocks[0]
    words = [s.weight + (s.multiplier << 14) + (s.ln_multiplier + LN_OFFSET << 30) for s in block]
    expected = [sum(words[i + j] << 53 * j for j in range(4)) for i in (0, 4)]

    assert packed_scenarios(block) == expected


def test_a_spare_place_packs_to_the_constant_of_the_circuit() -> None:
    source = (circuits_dir() / "params.circom").read_text(encoding="utf-8")
    found = re.search(r"var SPARE = (.*?);", source)

    assert found
    assert packed_scenarios([NEUTRAL]) == [eval(found[1])]


@pytest.mark.parametrize("value", [-1, 8])
def test_a_value_that_does_not_fit_its_bits_is_refused(value: int) -> None:
    assert pack(((7, 3), (1, 3))) == 15
    with pytest.raises(ParamsError, match=rf"packed field: got {value}, must be in \[0, 2\^3\)"):
        pack(((1, 2), (value, 3)))
