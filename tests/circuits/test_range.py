# SPDX-License-Identifier: Apache-2.0
"""range.circom: what is in [0, 2^BITS) has one decomposition, nothing else has any."""

from __future__ import annotations

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, rejects
from zkmargin.errors import ToolError
from zkmargin.field import HALF, MODULUS

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

RANGE = "circuits/range.circom"
OUTSIDE = [256, 257, 511, 512, 1 << 64, 1 << 253, HALF, HALF + 1, -1, -255, -256, -(1 << 253)]


@pytest.mark.parametrize("x", [0, 1, 2, 170, 254, 255])
def test_bits_are_the_binary_digits(x: int) -> None:
    outputs = accepts(compile_template(RANGE, "Bits", 8, public=["in"]), {"in": x})

    assert outputs == {"out": [x >> i & 1 for i in range(8)]}


@pytest.mark.parametrize("template", ["Bits", "AssertRange"])
@pytest.mark.parametrize("x", OUTSIDE)
def test_what_is_out_of_range_is_rejected(template: str, x: int) -> None:
    assert rejects(compile_template(RANGE, template, 8), {"in": x})


def test_every_small_integer_is_decided_rightly() -> None:
    circuit = compile_template(RANGE, "AssertRange", 4)
    for x in range(-33, 0):
        rejects(circuit, {"in": x})
    for x in range(16):
        accepts(circuit, {"in": x})
    for x in range(16, 65):
        rejects(circuit, {"in": x})


def test_the_widest_range_ends_at_its_bound() -> None:
    circuit = compile_template(RANGE, "AssertRange", 252)

    accepts(circuit, {"in": (1 << 252) - 1})
    for x in (1 << 252, (1 << 252) + 1, -1, MODULUS - (1 << 252)):
        rejects(circuit, {"in": x})


@pytest.mark.parametrize("template", ["Bits", "AssertRange"])
def test_a_range_that_the_field_cannot_hold_does_not_compile(template: str) -> None:
    with pytest.raises(ToolError, match="False assert reached"):
        accepts(compile_template(RANGE, template, 253), {"in": 0})


@pytest.mark.parametrize(("template", "signal"), [("Bits", "out"), ("AssertRange", "bit")])
@pytest.mark.parametrize(
    ("x", "digits"),
    [
        (256, "i == 7 ? 2 : 0"),  # a digit of two
        (-1, "i == 0 ? -1 : 0"),  # a digit of minus one
        (2, "i == 0 ? 2 : 0"),  # a digit out of place
        (2, "i == 0 ? in : 0"),
        (3, "i == 1 ? 3 / 2 : 0"),  # a fraction
        (5, "0"),  # a sum that is too small
    ],
)
def test_forged_digits_are_rejected(template: str, signal: str, x: int, digits: str) -> None:
    circuit = compile_template(RANGE, template, 8)

    assert rejects(circuit, {"in": x}, hints={f"{template}.{signal}[i]": digits})


@pytest.mark.parametrize("template", ["Bits", "AssertRange"])
@pytest.mark.parametrize("x", [0, 1, 128, 255])
def test_no_wire_of_a_decomposition_can_change_alone(template: str, x: int) -> None:
    assert_pinned(compile_template(RANGE, template, 8), {"in": x})


@pytest.mark.parametrize("template", ["Bits", "AssertRange"])
def test_a_range_costs_one_constraint_a_bit(template: str) -> None:
    assert cost(compile_template(RANGE, template, 40, public=["in"])).constraints == 40


def test_a_range_check_passes_inspection() -> None:
    assert compile_template(RANGE, "AssertRange", 8).proven.warnings == []
