# SPDX-License-Identifier: Apache-2.0
"""vols.circom: log-moneyness, the total vol of every mode, and their inverses."""

from __future__ import annotations

import random

import pytest
from random_market import random_seconds, random_svi

from circuits.harness import accepts, assert_pinned, compile_template, forge, rejects
from zkmargin.field import MODULUS
from zkmargin.fixed import shift_down
from zkmargin.option import (
    fine_inverse,
    inverse,
    log_moneyness,
    natural_log,
    total_variance,
    total_vols,
)
from zkmargin.params import ln_of_ratio
from zkmargin.units import LOG_BOUND, MAX_TOTAL_VOL, MIN_TOTAL_VOL, PRICE_BOUND

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

MONEYNESS = compile_template("circuits/vols.circom", "Moneyness", public=["lnForward", "strike"])
VOLS = compile_template("circuits/vols.circom", "Vols", public=["down", "fine", "floor", "up"])

CUT, QUOTIENT, SHIFT_BIT = "FloorCut.out", "FloorDivide.quotient", "NaturalLog.bit[i]"
FLOOR = "((in + (1 << SPAN)) >> SHIFT) - (1 << (SPAN - SHIFT))"
ONE = 1 << 16  # vol multiplier 1
LEAST, MOST = (MIN_TOTAL_VOL + 1) << 12, (MAX_TOTAL_VOL << 12) - 1
PRICES = [1, 2, 999, 10**6, 2_700 * 10**6, 1 << 47, PRICE_BOUND - 1]


def moneyness_outputs(strike: int, ln_forward: int) -> dict[str, int]:
    k = log_moneyness(strike, ln_forward)
    return {"k": k % MODULUS, "coarse": (k >> 11) % MODULUS, "below": int(k < 0)}


def ln_forward_for(strike: int, k: int) -> int:
    """The ln of the forward from which a strike is exactly k away."""
    return shift_down(natural_log(strike), 72) - k


def vols_inputs(fine: int, up: int = ONE, down: int = ONE, floor: int = 0) -> dict[str, int]:
    return {"fine": fine, "up": up, "down": down, "floor": floor}


def vols_outputs(fine: int, up: int, down: int, floor: int) -> dict[str, int | list[int]]:
    vols = total_vols(fine * fine, up, down, floor)
    return {
        "s": [vols.none, vols.up, vols.down],
        "inverse": [inverse(vols, mode) for mode in ("none", "up", "down")],
        "fineInverse": fine_inverse(vols),
    }


@pytest.mark.parametrize("strike", PRICES)
@pytest.mark.parametrize("k", [0, 1, -1, 2047, 2048, -2048, -2049, LOG_BOUND - 1, -LOG_BOUND])
def test_the_edges_of_moneyness_agree(strike: int, k: int) -> None:
    ln_forward = ln_forward_for(strike, k)
    outputs = accepts(MONEYNESS, {"strike": strike, "lnForward": ln_forward})

    assert outputs == moneyness_outputs(strike, ln_forward)
    assert outputs["k"] == k % MODULUS


def test_random_strikes_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(60):
        strike = source.randrange(1, PRICE_BOUND) >> source.randrange(40) or 1
        forward = max(1, min(PRICE_BOUND - 1, int(strike * 2 ** source.uniform(-11, 11))))
        ln_forward = ln_of_ratio(forward, 1, 32)
        outputs = accepts(MONEYNESS, {"strike": strike, "lnForward": ln_forward})
        assert outputs == moneyness_outputs(strike, ln_forward)


@pytest.mark.parametrize("strike", [1, 10**6, PRICE_BOUND - 1])
@pytest.mark.parametrize("k", [LOG_BOUND, LOG_BOUND + 1, -LOG_BOUND - 1, 9 << 32])
def test_a_strike_that_is_too_far_away_is_rejected(strike: int, k: int) -> None:
    rejects(MONEYNESS, {"strike": strike, "lnForward": ln_forward_for(strike, k)})


@pytest.mark.parametrize("hints", [{}, {SHIFT_BIT: 1}])
@pytest.mark.parametrize("strike", [0, -1, PRICE_BOUND, PRICE_BOUND + 1])
def test_a_strike_that_is_no_price_is_rejected(strike: int, hints: dict[str, int]) -> None:
    rejects(MONEYNESS, {"strike": strike, "lnForward": 0}, hints=hints)


@pytest.mark.parametrize(
    "quotient",
    [
        f"{FLOOR} + 1",
        f"{FLOOR} - 1",
        "0",
        "in / (1 << SHIFT)",  # in the field: no remainder
        "(in - 5) / (1 << SHIFT)",  # in the field: a remainder of 5
    ],
)
def test_a_forged_moneyness_is_rejected(quotient: str) -> None:
    for strike in (3, 10**6, PRICE_BOUND - 1):
        for k in (5, -5, 1 << 30, LOG_BOUND - 2):
            inputs = {"strike": strike, "lnForward": ln_forward_for(strike, k)}
            rejects(MONEYNESS, inputs, hints={CUT: quotient})


def test_another_coarse_cut_or_sign_is_rejected() -> None:
    inputs = {"strike": 10**6, "lnForward": ln_forward_for(10**6, -1)}
    for name, value in (("coarse", 0), ("coarse", -2), ("below", 0), ("k", 0)):
        rejects(MONEYNESS, inputs, wires={name: value})


@pytest.mark.parametrize("fine", [LEAST, LEAST + 4095, LEAST + 4096, 1 << 36, MOST, MOST - 4096])
@pytest.mark.parametrize(
    ("up", "down", "floor"),
    [
        (ONE, ONE, 0),
        (ONE, ONE, MAX_TOTAL_VOL - 1),
        (ONE + 1, ONE, MIN_TOTAL_VOL),
        (3 * ONE // 2, ONE // 2, 1 << 20),
    ],
)
def test_the_edges_of_the_vols_agree(fine: int, up: int, down: int, floor: int) -> None:
    down = down if fine > 2 * LEAST else ONE  # or the lowest vol would be below 2^-16

    outputs = accepts(VOLS, vols_inputs(fine, up, down, floor))
    assert outputs == vols_outputs(fine, up, down, floor)


@pytest.mark.parametrize("change", [-1, 0, 1])
def test_the_floor_binds_exactly_when_it_is_higher(change: int) -> None:
    raised = (1 << 36) * 3 * ONE // 2 >> 28
    outputs = accepts(VOLS, vols_inputs(1 << 36, 3 * ONE // 2, ONE, raised + change))

    assert outputs["s"][1] == raised + max(change, 0)


def test_random_vols_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(60):
        variance = max(16 * LEAST**2, total_variance(random_svi(source, random_seconds(source)), 0))
        vols = total_vols(variance, ONE, ONE, 0)
        up, down = source.randrange(ONE, 3 * ONE), source.randrange(ONE // 4, ONE)
        floor = source.choice([0, source.randrange(1 << 26)])
        outputs = accepts(VOLS, vols_inputs(vols.fine, up, down, floor))
        assert outputs == vols_outputs(vols.fine, up, down, floor)


@pytest.mark.parametrize("fine", [0, 1, LEAST >> 1, LEAST - 4096, -LEAST, -(1 << 36), 1 << 44])
def test_a_vol_out_of_range_is_rejected(fine: int) -> None:
    rejects(VOLS, vols_inputs(fine))


def test_a_vol_shocked_to_nothing_is_rejected() -> None:
    rejects(VOLS, vols_inputs(1 << 36, down=0))
    rejects(VOLS, vols_inputs(1 << 36, down=-ONE))
    rejects(VOLS, vols_inputs(1 << 36, up=0))


@pytest.mark.parametrize(
    ("shift", "quotient"),
    [
        (12, f"{FLOOR} + 1"),
        (12, f"{FLOOR} - 1"),
        (28, f"{FLOOR} + 1"),
        (28, f"{FLOOR} - 1"),
        (28, "in / (1 << SHIFT)"),  # s not floored: in the field, no remainder
        (28, "(in - 5) / (1 << SHIFT)"),
    ],
)
def test_a_forged_vol_is_rejected(shift: int, quotient: str) -> None:
    hints = {CUT: f"SHIFT == {shift} ? {quotient} : {FLOOR}"}
    for fine in (2 * LEAST + 7, (1 << 36) + 4321, MOST - 7):
        rejects(VOLS, vols_inputs(fine, ONE + 1, ONE - 1), hints=hints)


@pytest.mark.parametrize("wire", ["s[0]", "s[1]", "s[2]"])
@pytest.mark.parametrize("change", [1, -1, 1 << 20])
def test_another_vol_is_rejected(wire: str, change: int) -> None:
    s = vols_outputs((1 << 36) + 4321, ONE + 1, ONE - 1, 0)["s"]
    wires = {wire: s[int(wire[2])] + change}

    rejects(VOLS, vols_inputs((1 << 36) + 4321, ONE + 1, ONE - 1), wires=wires)


def test_the_vol_of_the_base_point_is_for_black76_to_range() -> None:
    hints = {CUT: f"SHIFT == 12 ? (in - 5) / (1 << SHIFT) : {FLOOR}"}
    witness = forge(VOLS, vols_inputs((1 << 36) + 4321), hints=hints)

    assert VOLS.plain.system.broken(witness) is None  # test_slot.py shows that Slot refuses it


@pytest.mark.parametrize("exponent", [56, 37])
@pytest.mark.parametrize(
    "quotient",
    [
        "(1 << EXPONENT) \\ divisor + 1",
        "(1 << EXPONENT) \\ divisor - 1",
        "((1 << EXPONENT) - 1) / divisor",  # in the field: a remainder of 1
    ],
)
def test_a_forged_inverse_is_rejected(exponent: int, quotient: str) -> None:
    honest = "(1 << EXPONENT) \\ divisor"
    hints = {QUOTIENT: f"EXPONENT == {exponent} ? {quotient} : {honest}"}
    for fine in (LEAST + 4097, (1 << 36) + 4321, MOST):
        rejects(VOLS, vols_inputs(fine), hints=hints)


def test_another_coarse_inverse_is_rejected() -> None:
    values = vols_outputs((1 << 36) + 4321, ONE, ONE, 0)["inverse"]
    for mode in range(3):
        for change in (1, -1):
            wires = {f"inverse[{mode}]": values[mode] + change}
            rejects(VOLS, vols_inputs((1 << 36) + 4321), wires=wires)


@pytest.mark.parametrize(("strike", "k"), [(10**6, -12_345_678), (PRICE_BOUND - 1, 0), (1, -1)])
def test_no_wire_of_moneyness_can_change_alone(strike: int, k: int) -> None:
    assert_pinned(MONEYNESS, {"strike": strike, "lnForward": ln_forward_for(strike, k)})


@pytest.mark.parametrize("floor", [0, 1 << 25])
def test_no_wire_of_the_vols_can_change_alone(floor: int) -> None:
    assert_pinned(VOLS, vols_inputs((1 << 36) + 4321, ONE + 1, ONE - 1, floor))


@pytest.mark.parametrize("low", [{"up": 1, "down": 1, "floor": 1 << 15}])
def test_a_fine_vol_has_so_many_bits_and_no_more(low: dict[str, int]) -> None:
    accepts(VOLS, {"fine": 1 << 42, **low})
    rejects(VOLS, {"fine": 1 << 43, **low})


@pytest.mark.parametrize("name", ["up", "down"])
def test_a_shocked_vol_has_so_many_bits_and_no_more(name: str) -> None:
    inputs = {"fine": 1 << 41, "up": 1 << 16, "down": 1 << 16, "floor": 1}

    accepts(VOLS, inputs | {name: 1 << 17})
    rejects(VOLS, inputs | {name: 1 << 18})
