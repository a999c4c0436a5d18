# SPDX-License-Identifier: Apache-2.0
"""fixed.circom: a cut by shift, a floor by division; what an unranged quotient lets through."""

from __future__ import annotations

import random

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, forge, rejects
from zkmargin.errors import ToolError
from zkmargin.field import HALF, MODULUS
from zkmargin.fixed import divide_down, shift_down

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

FIXED = "circuits/fixed.circom"
SHIFT = 4
CUT_HINT = "FloorCut.out"
QUOTIENT = "FloorDivide.quotient"


@pytest.mark.parametrize("x", [0, 1, 15, 16, -1, -15, -16, -17, -(1 << 20), (1 << 20) - 1])
def test_a_cut_floors_either_sign(x: int) -> None:
    outputs = accepts(compile_template(FIXED, "FloorCut", SHIFT, 20), {"in": x})

    assert outputs == {"out": shift_down(x, SHIFT) % MODULUS}


def test_a_cut_agrees_with_the_specification(source: random.Random) -> None:
    circuit = compile_template(FIXED, "FloorCut", 72, 132)
    for _ in range(300):
        x = source.randrange(-(1 << 131), 1 << 131) >> source.randrange(131)
        assert accepts(circuit, {"in": x}) == {"out": shift_down(x, 72) % MODULUS}


def test_a_cut_leaves_the_quotient_to_its_consumer() -> None:
    circuit = compile_template(FIXED, "FloorCut", SHIFT, 20)
    forged = forge(circuit, {"in": 100}, hints={CUT_HINT: "(in - 5) / 16"})

    assert accepts(circuit, {"in": -100}) == {"out": -7 % MODULUS}
    assert circuit.plain.system.broken(forged) is None
    assert forged[1] > 1 << 200


@pytest.mark.parametrize("quotient", ["out + 1", "(in - 16) / 16", "(in + 1) / 16"])
def test_a_cut_still_ranges_its_remainder(quotient: str) -> None:
    circuit = compile_template(FIXED, "FloorCut", SHIFT, 20)
    hint = quotient.replace("out", "(in >> 4)")

    rejects(circuit, {"in": 100}, hints={CUT_HINT: hint})


@pytest.mark.parametrize("divisor", [1, 2, 3, 255, 256, 257, 1000, 4095, 4096])
def test_a_division_floors(divisor: int) -> None:
    outputs = accepts(compile_template(FIXED, "FloorDivide", 20, 12, 21), {"divisor": divisor})
    quotient = divide_down(1 << 20, divisor)

    assert outputs == {"quotient": quotient, "bits": [quotient >> i & 1 for i in range(21)]}


def test_a_division_agrees_with_the_specification(source: random.Random) -> None:
    circuit = compile_template(FIXED, "FloorDivide", 56, 42, 36)
    for _ in range(300):
        divisor = source.randrange((1 << 20) + 1, 1 << 42)
        assert accepts(circuit, {"divisor": divisor})["quotient"] == divide_down(1 << 56, divisor)


@pytest.mark.parametrize(
    "divisor", [0, -1, -3, -4096, 4096 * 3, 1 << 21, HALF, -HALF, "1/2", "1/3"]
)
def test_a_divisor_that_is_no_small_natural_number_is_rejected(divisor: int | str) -> None:
    circuit = compile_template(FIXED, "FloorDivide", 20, 12, 21)
    element = pow(int(divisor[2:]), -1, MODULUS) if isinstance(divisor, str) else divisor

    for hint in ("0", "1", "1 << 20", "-1", "divisor != 0 ? (1 << 20) / divisor : 0"):
        rejects(circuit, {"divisor": element}, hints={QUOTIENT: hint})


def divisors(least: int, slack: int) -> list[int]:
    """Divisors of 2^20 with a remainder of at least `least` and at least `slack` below them."""
    rests = ((d, (1 << 20) % d) for d in range(1 << 12, 1 << 13))
    found = [d for d, rest in rests if rest >= least and d - 1 - rest >= slack]
    assert found
    return found[:3]


@pytest.mark.parametrize("divisor", [*divisors(1 << 12, 0), *divisors(0, 1 << 12)])
def test_remainder_and_what_it_lacks_have_so_many_bits_and_no_more(divisor: int) -> None:
    rejects(compile_template(FIXED, "FloorDivide", 20, 12, 21), {"divisor": divisor})


def test_a_remainder_of_minus_1_is_rejected() -> None:
    circuit = compile_template(FIXED, "FloorDivide", 20, 12, 21)
    quotient, rest = divmod((1 << 20) + 1, 17)

    assert rest == 0
    rejects(circuit, {"divisor": 17}, hints={QUOTIENT: quotient})


def test_a_quotient_that_is_too_long_is_rejected() -> None:
    circuit = compile_template(FIXED, "FloorDivide", 20, 12, 18)

    accepts(circuit, {"divisor": 5})
    rejects(circuit, {"divisor": 4})  # the quotient would be 2^18


@pytest.mark.parametrize("divisor", [3, 1000, 4096])
@pytest.mark.parametrize(
    "quotient",
    [
        "(1 << 20) \\ divisor + 1",
        "(1 << 20) \\ divisor - 1",
        "((1 << 20) - 1) / divisor",  # in the field: a remainder of 1
        "((1 << 20) - divisor + 1) / divisor",
        "0",
        "-1",
    ],
)
def test_a_forged_quotient_is_rejected(divisor: int, quotient: str) -> None:
    circuit = compile_template(FIXED, "FloorDivide", 20, 12, 21)
    inputs = {"divisor": divisor}

    if forge(circuit, inputs, hints={QUOTIENT: quotient})[1] != divide_down(1 << 20, divisor):
        rejects(circuit, inputs, hints={QUOTIENT: quotient})


@pytest.mark.parametrize("divisor", [2, 3, 1000, 1023, 1024])
@pytest.mark.parametrize("x", [0, 1, -1, 999, 1000, -1000, -1001, 1 << 80, -(1 << 80)])
def test_exactly_one_integer_is_the_quotient_of_an_integer(divisor: int, x: int) -> None:
    circuit = compile_template(FIXED, "AssertQuotient", divisor)
    quotient = divide_down(x, divisor)

    accepts(circuit, {"in": x, "quotient": quotient})
    for change in (1, -1, 1 << 10, -(1 << 100), 1 << 200):
        rejects(circuit, {"in": x, "quotient": quotient + change})


def test_random_quotients_are_those_of_the_specification(source: random.Random) -> None:
    circuit = compile_template(FIXED, "AssertQuotient", 1_000_000)
    for _ in range(300):
        x = source.randrange(-(1 << 90), 1 << 90) >> source.randrange(90)
        accepts(circuit, {"in": x, "quotient": divide_down(x, 1_000_000)})


@pytest.mark.parametrize("remainder", [1000, 1023, -1, 1 << 20])
def test_a_remainder_that_is_none_of_the_divisor_is_rejected(remainder: int) -> None:
    circuit = compile_template(FIXED, "AssertQuotient", 1000)

    rejects(circuit, {"in": 7000 + remainder, "quotient": 7})


def test_a_quotient_leaves_its_range_to_the_caller() -> None:
    circuit = compile_template(FIXED, "AssertQuotient", 1000)

    accepts(circuit, {"in": 7, "quotient": 7 * pow(1000, -1, MODULUS) % MODULUS})


@pytest.mark.parametrize(
    ("template", "parameters", "inputs"),
    [
        ("AssertQuotient", (1000,), {"in": 7123, "quotient": 7}),
        ("FloorDivide", (20, 12, 21), {"divisor": 1}),
        ("FloorDivide", (20, 12, 21), {"divisor": 4096}),
        ("FloorDivide", (20, 12, 21), {"divisor": 77}),
    ],
)
def test_no_wire_of_a_floor_can_change_alone(
    template: str, parameters: tuple[int, ...], inputs: dict[str, int]
) -> None:
    assert_pinned(compile_template(FIXED, template, *parameters), inputs)


@pytest.mark.parametrize(
    ("template", "parameters"),
    [
        ("AssertQuotient", ((1 << 251) + 1,)),
        ("AssertQuotient", (0,)),
        ("FloorDivide", (252, 12, 21)),
        ("FloorDivide", (56, 200, 52)),
    ],
)
def test_a_floor_that_the_field_cannot_hold_does_not_compile(
    template: str, parameters: tuple[int, ...]
) -> None:
    with pytest.raises(ToolError, match="False assert reached"):
        cost(compile_template(FIXED, template, *parameters))


@pytest.mark.parametrize(
    ("template", "parameters", "constraints"),
    [
        ("AssertQuotient", (1_000_000,), 2 * 20),
        ("FloorCut", (32, 80), 32),
        ("FloorDivide", (56, 42, 36), 1 + 2 * 42 + 36),
    ],
)
def test_floors_cost_what_they_say(
    template: str, parameters: tuple[int, ...], constraints: int
) -> None:
    circuit = compile_template(FIXED, template, *parameters)

    assert cost(circuit).constraints == constraints
    assert circuit.proven.warnings == []
