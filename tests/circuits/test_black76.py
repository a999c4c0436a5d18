# SPDX-License-Identifier: Apache-2.0
"""black76.circom: N(d1) and N(d2), whose quotients are cut once and ranged by the table."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from random_market import random_seconds, random_svi

from circuits.harness import Circuit, accepts, assert_pinned, compile_template, rejects
from zkmargin.field import MODULUS
from zkmargin.option import (
    Vols,
    base_d1,
    density,
    evaluate,
    fine_inverse,
    scenario_d1,
    total_variance,
    total_vols,
)
from zkmargin.units import LOG_BOUND, MAX_TOTAL_VOL, MIN_TOTAL_VOL, RATE_ONE

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SCENARIO = compile_template(
    "circuits/black76.circom", "ScenarioBlack76", public=["inverse", "s", "t"]
)
BASE = compile_template("circuits/black76.circom", "BaseBlack76", public=["inverse", "k", "s"])

CUT = "FloorCut.out"
FLOOR = "((in + (1 << SPAN)) >> SHIFT) - (1 << (SPAN - SHIFT))"
NEGATIVE, SATURATED = "SaturatingMagnitude.negative", "SaturatingMagnitude.saturated"
SUM = "SaturatingMagnitude"  # the sum of d1's digits
REACH = 3_757_687  # ln 6 [2^-21]: the highest multiplier
# (k [2^-32], s [2^-24]): at the money, far, little vol, much vol.
POINTS = [
    (0, 1 << 22),
    (1, 1 << 20),
    (-1, 1 << 20),
    (0, MIN_TOTAL_VOL),
    (-5_000, MIN_TOTAL_VOL),
    (LOG_BOUND - 1, MIN_TOTAL_VOL),
    (-LOG_BOUND, MIN_TOTAL_VOL),
    (LOG_BOUND - 1, MAX_TOTAL_VOL - 1),
    (-LOG_BOUND, MAX_TOTAL_VOL - 1),
    (RATE_ONE, 3 << 23),
]


def vols_at(s: int) -> Vols:
    return Vols(fine=s << 12, none=s, up=s, down=s)


def scenario_inputs(k: int, ln_multiplier: int, s: int) -> dict[str, int | list[int]]:
    return {"t": ln_multiplier - (k >> 11), "s": s, "inverse": (1 << 37) // s}


def base_inputs(k: int, vols: Vols) -> dict[str, int | list[int]]:
    return {"k": k, "s": vols.none, "inverse": fine_inverse(vols)}


def scenario_outputs(k: int, ln_multiplier: int, s: int) -> dict[str, int]:
    moved = evaluate(scenario_d1(k, ln_multiplier, s, (1 << 37) // s), s)
    return {"n1": moved.n1, "n2": moved.n2}


def base_outputs(k: int, vols: Vols) -> dict[str, int]:
    d1 = base_d1(k, vols)
    at_base = evaluate(d1, vols.none)
    return {"n1": at_base.n1, "n2": at_base.n2, "density": density(d1) % MODULUS}


def random_slots(source: random.Random, count: int) -> Iterator[tuple[int, Vols]]:
    while count:
        svi, k = random_svi(source, random_seconds(source)), int(source.gauss(0, 1 << 31))
        if MIN_TOTAL_VOL**2 << 24 <= total_variance(svi, k) < MAX_TOTAL_VOL**2 << 24:
            yield k, total_vols(total_variance(svi, k), 3 << 15, 3 << 14, 0)
            count -= 1


@pytest.mark.parametrize("ln_multiplier", [0, 1, -1, REACH, -REACH])
@pytest.mark.parametrize(("k", "s"), POINTS)
def test_the_edges_of_a_scenario_agree(k: int, s: int, ln_multiplier: int) -> None:
    outputs = accepts(SCENARIO, scenario_inputs(k, ln_multiplier, s))

    assert outputs == scenario_outputs(k, ln_multiplier, s)


@pytest.mark.parametrize(("k", "s"), POINTS)
def test_the_edges_of_the_base_point_agree(k: int, s: int) -> None:
    vols = vols_at(s)

    assert accepts(BASE, base_inputs(k, vols)) == base_outputs(k, vols)


def test_random_options_agree_with_the_specification(source: random.Random) -> None:
    for k, vols in random_slots(source, 60):
        assert accepts(BASE, base_inputs(k, vols)) == base_outputs(k, vols)
        ln_multiplier = source.randrange(-REACH, REACH)
        for s in (vols.none, vols.up, vols.down):
            outputs = accepts(SCENARIO, scenario_inputs(k, ln_multiplier, s))
            assert outputs == scenario_outputs(k, ln_multiplier, s)


@pytest.mark.parametrize(
    ("quotient", "broken"),
    [
        ("(in - 5) / (1 << SHIFT)", SUM),  # in the field: a free remainder
        ("(in - (1 << SHIFT) + 1) / (1 << SHIFT)", SUM),
        ("0", "AssertRange.bit"),  # N(d1) = 1/2 whatever the option
        (f"{FLOOR} + 1", "AssertRange.bit"),
        (f"{FLOOR} - 1", "AssertRange.bit"),
        (f"-({FLOOR})", "AssertRange.bit"),
    ],
)
def test_a_forged_d1_is_rejected(quotient: str, broken: str) -> None:
    for k, s in ((12_345_678, 1 << 22), (-1 << 30, 1 << 23), (LOG_BOUND - 1, MIN_TOTAL_VOL)):
        hints = {CUT: quotient}
        found = rejects(SCENARIO, scenario_inputs(k, 777, s), hints=hints)
        assert broken in found.replace("d1.m.", "SaturatingMagnitude.")
        assert broken in rejects(BASE, base_inputs(k, vols_at(s)), hints=hints)


def test_saturation_claimed_near_the_money_is_rejected() -> None:
    for k in (0, 12_345_678, -12_345_678):
        rejects(SCENARIO, scenario_inputs(k, 0, 1 << 24), hints={SATURATED: 1})
        rejects(BASE, base_inputs(k, vols_at(1 << 24)), hints={SATURATED: 1})


def test_saturation_denied_far_from_the_money_is_rejected() -> None:
    for k in (1 << 32, -1 << 32):
        rejects(SCENARIO, scenario_inputs(k, 0, 1 << 18), hints={SATURATED: 0})
        rejects(BASE, base_inputs(k, vols_at(1 << 18)), hints={SATURATED: 0})


def test_a_flipped_sign_is_rejected() -> None:
    for k in (0, 12_345_678, -12_345_678, 1 << 32):
        rejects(SCENARIO, scenario_inputs(k, 0, 1 << 20), hints={NEGATIVE: "in < 0 ? 0 : 1"})
        rejects(BASE, base_inputs(k, vols_at(1 << 20)), hints={NEGATIVE: "in < 0 ? 0 : 1"})


@pytest.mark.parametrize("s", [-(80 << 24) - 1, (80 << 24) + 1, "1/2", "1/4096"])
def test_a_vol_that_is_no_small_integer_is_rejected(s: int | str) -> None:
    # With inverse 0 only d1 = s / 2 and d2 = d1 - s are left to refuse s.
    element = pow(int(s[2:]), -1, MODULUS) if isinstance(s, str) else s

    rejects(SCENARIO, {"t": 0, "s": element, "inverse": 0}, hints={CUT: "in / (1 << SHIFT)"})
    rejects(BASE, {"k": 0, "s": element, "inverse": 0}, hints={CUT: "in / (1 << SHIFT)"})


@pytest.mark.parametrize(("k", "s"), [(0, 1 << 22), (-12_345_678, 1 << 20), (1 << 32, 1 << 18)])
def test_no_wire_of_an_option_can_change_alone(k: int, s: int) -> None:
    assert_pinned(SCENARIO, scenario_inputs(k, 777, s))
    assert_pinned(BASE, base_inputs(k, vols_at(s)))


EIGHT = 8 << 24  # from here on N is 0 or 1 [2^-24]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("circuit", "first", "shift", "longest"),
    [
        (BASE, "k", 28, (EIGHT << 17) + EIGHT),
        (SCENARIO, "t", 21, ((EIGHT << 17) + EIGHT) >> 11),
    ],
    ids=["base", "scenario"],
)
def test_d1_has_so_many_bits_and_no_more(
    circuit: Circuit, first: str, shift: int, longest: int, sign: int
) -> None:
    for d1, taken in ((longest - 1, True), (longest, False)):
        signed = d1 if sign > 0 else -d1 - 1
        inputs = {first: (-signed if first == "k" else signed) << shift, "inverse": 1, "s": 0}
        if taken:
            accepts(circuit, inputs)
        else:
            rejects(circuit, inputs)


@pytest.mark.parametrize(("circuit", "first"), [(BASE, "k"), (SCENARIO, "t")])
def test_d2_has_so_many_bits_and_no_more(circuit: Circuit, first: str) -> None:
    longest = 10 * EIGHT  # d1 is 8 there, and d2 is -72

    accepts(circuit, {first: 0, "inverse": 1, "s": longest})
    rejects(circuit, {first: 0, "inverse": 1, "s": longest + 1})
