# SPDX-License-Identifier: Apache-2.0
"""ln.circom: the logarithm of an integer, whose shift is not the prover's to choose."""

from __future__ import annotations

import random

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, forge, rejects
from zkmargin.field import MODULUS
from zkmargin.option import LN_TWO, natural_log

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

LN = compile_template("circuits/ln.circom", "NaturalLog", public=["in"])
SHIFT_BIT = "NaturalLog.bit[i]"
MANTISSA = "0 = Bits.out[0] + 2 Bits.out[1]"  # the range of what is left after the shift
TOP = (1 << 48) - 1


@pytest.mark.parametrize("x", [1, 2, 3, 5, 10**6, (1 << 47) - 1, 1 << 47, (1 << 47) + 1, TOP])
def test_the_edges_agree_with_the_specification(x: int) -> None:
    assert accepts(LN, {"in": x}) == {"out": natural_log(x) % MODULUS}


def test_every_power_of_two_and_its_neighbours_agree() -> None:
    for bits in range(1, 48):
        for x in ((1 << bits) - 1, 1 << bits, (1 << bits) + 1):
            assert accepts(LN, {"in": x}) == {"out": natural_log(x) % MODULUS}


def test_random_integers_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(100):
        x = source.randrange(1, 1 << 48) >> source.randrange(47) or 1
        assert accepts(LN, {"in": x}) == {"out": natural_log(x) % MODULUS}


@pytest.mark.parametrize("hints", [{}, {SHIFT_BIT: 1}, {SHIFT_BIT: "((shift + 1) >> i) & 1"}])
def test_zero_has_no_logarithm(hints: dict[str, str | int]) -> None:
    assert MANTISSA in rejects(LN, {"in": 0}, hints=hints)


@pytest.mark.parametrize("x", [1, 2, 3, 1 << 46, (1 << 46) + 1])
@pytest.mark.parametrize("change", ["+ 1", "- 1"])
def test_a_shift_off_by_one_is_rejected(x: int, change: str) -> None:
    hints = {SHIFT_BIT: f"((shift {change}) >> i) & 1"}

    assert MANTISSA in rejects(LN, {"in": x}, hints=hints)


@pytest.mark.parametrize("x", [1 << 47, TOP])
def test_a_shift_that_is_not_needed_is_rejected(x: int) -> None:
    assert MANTISSA in rejects(LN, {"in": x}, hints={SHIFT_BIT: "((shift + 1) >> i) & 1"})


def test_every_wrong_shift_is_rejected() -> None:
    low_bits = {SHIFT_BIT: "(in >> i) & 1"}  # the shift is the integer's own last six bits
    for x in range((1 << 30) + 1, (1 << 30) + 65):
        if x % 64 != 17:
            rejects(LN, {"in": x}, hints=low_bits)
        else:
            assert LN.plain.system.broken(forge(LN, {"in": x}, hints=low_bits)) is None


@pytest.mark.parametrize("x", [1 << 48, (1 << 48) + 1, 1 << 52, -1, -(1 << 47), MODULUS // 2])
@pytest.mark.parametrize("hints", [{}, {SHIFT_BIT: 1}])
def test_what_is_no_48_bit_integer_is_rejected(x: int, hints: dict[str, int]) -> None:
    assert MANTISSA in rejects(LN, {"in": x}, hints=hints)


def test_a_shift_by_a_digit_of_two_is_rejected() -> None:
    rejects(LN, {"in": 1 << 45}, hints={SHIFT_BIT: "i == 0 ? 2 : 0"})


@pytest.mark.parametrize("x", [1, 5, 12_345])
def test_a_shift_by_a_field_element_is_rejected(x: int) -> None:
    rejects(LN, {"in": x}, hints={SHIFT_BIT: "i == 0 ? (1 << 47) / in - 1 : 0"})


def test_a_fraction_is_for_the_caller_to_exclude() -> None:
    half = pow(2, -1, MODULUS)
    forged = forge(LN, {"in": half}, hints={SHIFT_BIT: "((in == 1 / 2 ? 48 : 0) >> i) & 1"})

    assert LN.plain.system.broken(forged) is None
    assert forged[1] == (natural_log(1) - LN_TWO) % MODULUS


@pytest.mark.parametrize("change", [1, -1, LN_TWO])
def test_another_logarithm_is_rejected(change: int) -> None:
    rejects(LN, {"in": 12_345}, wires={"out": natural_log(12_345) + change})


@pytest.mark.parametrize("x", [1, 2, 12_345, TOP])
def test_no_wire_of_a_logarithm_can_change_alone(x: int) -> None:
    assert_pinned(LN, {"in": x})
