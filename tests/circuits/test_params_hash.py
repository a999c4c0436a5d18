# SPDX-License-Identifier: Apache-2.0
"""params.circom: the risk numbers are those of the hash, and no packed field reaches another's."""

from __future__ import annotations

import random

import pytest
from random_market import random_params

from circuits.harness import accepts, assert_pinned, compile_template, forge, rejects
from zkmargin.field import MODULUS
from zkmargin.params import RiskParams

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SCENARIOS = {1: 8, 2: 22, 3: 34}
CIRCUITS = {
    blocks: compile_template(
        "circuits/params.circom", "ParamsHash", blocks, public=["law", "params"]
    )
    for blocks in SCENARIOS
}
NUMBERS = (
    *("phi", "perpPct", "basePct", "nakedPct"),
    *("hedgeSpread", "vegaSpread", "maxMultiplier", "maxGross"),
)
BITS = dict(zip(NUMBERS, (14, 14, 14, 14, 5, 7, 16, 56), strict=True))
PARAMS = random_params(random.Random(3), 1)

Changes = dict[str | tuple[str, int], int]


def inputs(params: RiskParams, blocks: int, changes: Changes | None = None) -> dict[str, list[int]]:
    """The inputs of ParamsHash with some numbers changed by so much."""
    scenarios = [s for block in params.blocks[:blocks] for s in block]
    named: Changes = dict(
        zip(
            NUMBERS,
            (
                *(params.phi, params.perp_pct, params.base_pct, params.naked_pct),
                *(params.hedge_spread, params.vega_spread),
                *(params.max_multiplier, params.max_gross),
            ),
            strict=True,
        )
    )
    named |= {("weight", i): s.weight for i, s in enumerate(scenarios)}
    named |= {("multiplier", i): s.multiplier for i, s in enumerate(scenarios)}
    named |= {("ln", i): s.ln_multiplier for i, s in enumerate(scenarios)}
    for name, change in (changes or {}).items():
        named[name] += change
    return {"params": list(named.values()), "law": [params.law_digest]}


def value(name: str | tuple[str, int]) -> int:
    names = [*NUMBERS, *((kind, i) for kind in ("weight", "multiplier", "ln") for i in range(8))]
    return inputs(PARAMS, 1)["params"][names.index(name)]


@pytest.mark.parametrize("blocks", SCENARIOS)
def test_params_hash_like_the_specification(blocks: int, source: random.Random) -> None:
    for _ in range(4):
        params = random_params(source, blocks)
        assert accepts(CIRCUITS[blocks], inputs(params, blocks)) == {"out": params.digest}


@pytest.mark.parametrize(("used", "opened"), [(1, 2), (1, 3), (2, 3)])
def test_a_larger_circuit_opens_the_same_hash(used: int, opened: int) -> None:
    params = random_params(random.Random(used), used)

    assert accepts(CIRCUITS[opened], inputs(params, opened)) == {"out": params.digest}


@pytest.mark.parametrize(("used", "opened"), [(2, 1), (3, 1)])
def test_a_scenario_beyond_the_opened_blocks_changes_the_hash(used: int, opened: int) -> None:
    params = random_params(random.Random(used), used)

    assert accepts(CIRCUITS[opened], inputs(params, opened)) != {"out": params.digest}
    rejects(CIRCUITS[opened], inputs(params, opened), wires={"out": params.digest})


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_accepted_up_to_its_range_and_no_further(name: str) -> None:
    highest = {name: (1 << BITS[name]) - 1 - value(name)}

    accepts(CIRCUITS[1], inputs(PARAMS, 1, highest))
    for beyond in ((1 << BITS[name]) - value(name), -1 - value(name), MODULUS // 2):
        assert "AssertRange" in rejects(CIRCUITS[1], inputs(PARAMS, 1, {name: beyond}))


@pytest.mark.parametrize("place", [0, 3, 7])
@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("weight", 0, 1 << 14), ("multiplier", 0, 1 << 16), ("ln", -(1 << 22), 1 << 22)],
)
def test_a_scenario_is_accepted_up_to_its_range(kind: str, low: int, high: int, place: int) -> None:
    name = (kind, place)

    for bound in (low, high - 1):
        accepts(CIRCUITS[1], inputs(PARAMS, 1, {name: bound - value(name)}))
    for beyond in (low - 1, high):
        changes = {name: beyond - value(name)}
        assert "AssertRange" in rejects(CIRCUITS[1], inputs(PARAMS, 1, changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"phi": 1 << 14, "perpPct": -1},
        {"phi": -(1 << 14), "perpPct": 1},
        {"perpPct": 1 << 14, "basePct": -1},
        {"basePct": -(1 << 14), "nakedPct": 1},
        {"nakedPct": 1 << 14, "hedgeSpread": -1},
        {"hedgeSpread": 1 << 14, "vegaSpread": -1},
        {"vegaSpread": 1 << 14, "maxMultiplier": -1},
        {"maxMultiplier": 1 << 16, "maxGross": -1},
        {"maxMultiplier": -(1 << 16), "maxGross": 1},
        {"phi": -(1 << 100), "maxGross": 1},
        {("weight", 0): 1 << 14, ("multiplier", 0): -1},
        {("weight", 2): -(1 << 30), ("ln", 2): 1},  # weight altered, ln to compensate
        {("weight", 2): 1 << 30, ("ln", 2): -1},
        {("multiplier", 5): 1 << 16, ("ln", 5): -1},
        {("ln", 0): 1 << 23, ("weight", 1): -1},
        {("ln", 6): -(1 << 23), ("weight", 7): 1},
        {("weight", 4): -(1 << 53), ("weight", 5): 1},
    ],
)
def test_numbers_with_the_same_hash_are_rejected(changes: Changes) -> None:
    forged = inputs(PARAMS, 1, changes)

    assert forge(CIRCUITS[1], forged)[1] == PARAMS.digest
    assert "AssertRange" in rejects(CIRCUITS[1], forged)


def test_a_fraction_with_the_same_hash_is_rejected() -> None:
    part = pow(1 << 30, -1, MODULUS)
    forged = inputs(PARAMS, 1, {("weight", 0): 1, ("ln", 0): -part})

    assert forge(CIRCUITS[1], forged)[1] == PARAMS.digest
    assert "AssertRange" in rejects(CIRCUITS[1], forged)


@pytest.mark.parametrize("name", [*NUMBERS, ("weight", 0), ("multiplier", 4), ("ln", 7)])
def test_every_number_changes_the_hash(name: str | tuple[str, int]) -> None:
    change = -1 if value(name) else 1

    assert accepts(CIRCUITS[1], inputs(PARAMS, 1, {name: change})) != {"out": PARAMS.digest}


def test_another_law_changes_the_hash() -> None:
    forged = inputs(PARAMS, 1) | {"law": [PARAMS.law_digest + 1]}

    assert accepts(CIRCUITS[1], forged) != {"out": PARAMS.digest}


def test_no_wire_of_the_params_can_change_alone() -> None:
    assert_pinned(CIRCUITS[1], inputs(PARAMS, 1))
