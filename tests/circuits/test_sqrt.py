# SPDX-License-Identifier: Apache-2.0
"""sqrt.circom: the floor of a square root, pinned by two ranges."""

from __future__ import annotations

import random
from math import isqrt

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, forge, rejects
from zkmargin.errors import ToolError
from zkmargin.field import MODULUS

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SQRT = "circuits/sqrt.circom"
ROOT = "FloorSqrt.out"


def square_root(x: int) -> int | None:
    """A square root in the field, by Tonelli and Shanks; None if there is none."""
    odd, twos = MODULUS - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    generator = pow(5, odd, MODULUS)  # 5 is no square
    root, rest = pow(x, (odd + 1) // 2, MODULUS), pow(x, odd, MODULUS)
    for level in range(twos - 2, -1, -1):
        if pow(rest, 1 << level, MODULUS) != 1:
            step = pow(generator, 1 << (twos - 2 - level), MODULUS)
            root, rest = root * step % MODULUS, rest * step * step % MODULUS
    return root if root * root % MODULUS == x % MODULUS else None


def test_every_small_root_is_the_floor() -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 4)
    for x in range(256):
        assert accepts(circuit, {"in": x}) == {"out": isqrt(x)}


def test_a_root_agrees_with_the_specification(source: random.Random) -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 42)
    for _ in range(300):
        x = source.randrange(1 << 84) >> source.randrange(84)
        assert accepts(circuit, {"in": x}) == {"out": isqrt(x)}


@pytest.mark.parametrize("offset", [-1, 0, 1])
@pytest.mark.parametrize("root", [1, 2, (1 << 41) - 1, 1 << 41, (1 << 42) - 1])
def test_roots_next_to_a_square_are_right(root: int, offset: int) -> None:
    x = root * root + offset

    assert accepts(compile_template(SQRT, "FloorSqrt", 42), {"in": x}) == {"out": isqrt(x)}


def test_the_largest_number_has_a_root() -> None:
    outputs = accepts(compile_template(SQRT, "FloorSqrt", 123), {"in": (1 << 246) - 1})

    assert outputs == {"out": (1 << 123) - 1}


@pytest.mark.parametrize("x", [-1, -2, -4, -(1 << 80), -(1 << 249)])
def test_a_negative_number_is_rejected(x: int) -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 42)
    hints = ["0", "1", "-1"] if square_root(x) is None else ["0", str(square_root(x))]

    for hint in hints:
        rejects(circuit, {"in": x}, hints={ROOT: hint})


@pytest.mark.parametrize("x", [0, 1, 2, 3, 4, 99, 100, 101, (1 << 84) - 1])
@pytest.mark.parametrize("change", [-2, -1, 1, 2, 1 << 43, -(1 << 43)])
def test_any_other_integer_is_rejected(x: int, change: int) -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 42)

    rejects(circuit, {"in": x}, hints={ROOT: isqrt(x) + change})


@pytest.mark.parametrize("x", [4, 9, 5, 6, 1 << 60])
def test_the_other_root_in_the_field_is_rejected(x: int) -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 42)
    root = square_root(x)
    candidates = [-isqrt(x)] if root is None else [-isqrt(x), root, -root]

    for candidate in candidates:
        if candidate % MODULUS != isqrt(x):
            rejects(circuit, {"in": x}, hints={ROOT: candidate})


@pytest.mark.parametrize("half", [1, 3, 5, 21])
def test_half_an_integer_is_rejected(half: int) -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 8)

    for x in (half * half // 4, half * half // 4 + 1):
        rejects(circuit, {"in": x}, hints={ROOT: f"{half} / 2"})


def test_a_fraction_is_for_the_caller_to_exclude() -> None:
    circuit = compile_template(SQRT, "FloorSqrt", 8)
    inputs = {"in": 9 * pow(4, -1, MODULUS) % MODULUS}  # 9 / 4, whose root 3 / 2 leaves 0 and 3

    assert circuit.plain.system.broken(forge(circuit, inputs, hints={ROOT: "3 / 2"})) is None


@pytest.mark.parametrize("x", [0, 1, 2, 3, 15, 16, 65535])
def test_no_wire_of_a_root_can_change_alone(x: int) -> None:
    assert_pinned(compile_template(SQRT, "FloorSqrt", 8), {"in": x})


def test_a_root_that_the_field_cannot_hold_does_not_compile() -> None:
    with pytest.raises(ToolError, match="False assert reached"):
        cost(compile_template(SQRT, "FloorSqrt", 124))


@pytest.mark.parametrize("bits", [37, 42])
def test_a_root_costs_two_ranges_and_a_product(bits: int) -> None:
    circuit = compile_template(SQRT, "FloorSqrt", bits)

    assert cost(circuit).constraints == 2 * (bits + 1) + 1
    assert circuit.proven.warnings == []
