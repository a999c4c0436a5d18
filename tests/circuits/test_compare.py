# SPDX-License-Identifier: Apache-2.0
"""compare.circom: zero, sign and maximum, each with a unique witness."""

from __future__ import annotations

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, rejects
from zkmargin.errors import ToolError
from zkmargin.field import HALF, MODULUS

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

COMPARE = "circuits/compare.circom"


@pytest.mark.parametrize("x", [1, -1, 2, 1 << 200, HALF, -HALF])
def test_what_is_not_zero_gives_0(x: int) -> None:
    assert accepts(compile_template(COMPARE, "IsZero"), {"in": x}) == {"out": 0}


def test_zero_gives_1() -> None:
    assert accepts(compile_template(COMPARE, "IsZero"), {"in": 0}) == {"out": 1}


@pytest.mark.parametrize("inverse", [1, -1, 12345])
def test_zero_has_no_inverse_but_0(inverse: int) -> None:
    circuit = compile_template(COMPARE, "IsZero")

    assert "inverse" in rejects(circuit, {"in": 0}, hints={"IsZero.inverse": inverse})


@pytest.mark.parametrize("inverse", [0, 1, "-1 / in", "2 / in"])
def test_a_false_inverse_is_rejected(inverse: int | str) -> None:
    rejects(compile_template(COMPARE, "IsZero"), {"in": 7}, hints={"IsZero.inverse": inverse})


@pytest.mark.parametrize("out", [0, 2, -1])
def test_a_false_answer_for_zero_is_rejected(out: int) -> None:
    rejects(compile_template(COMPARE, "IsZero"), {"in": 0}, wires={"out": out})


@pytest.mark.parametrize("x", [0, 1, 7, 255, -1, -7, -255, -256])
def test_sign_and_magnitude_are_those_of_the_integer(x: int) -> None:
    outputs = accepts(compile_template(COMPARE, "SignMagnitude", 8), {"in": x})

    assert outputs == {"negative": int(x < 0), "magnitude": abs(x)}


@pytest.mark.parametrize("x", [256, 257, 1 << 100, HALF, -257, -258, -(1 << 100), -HALF])
def test_a_magnitude_out_of_range_is_rejected(x: int) -> None:
    rejects(compile_template(COMPARE, "SignMagnitude", 8), {"in": x})


@pytest.mark.parametrize("x", [0, 1, 255, -1, -255, -256])
def test_the_other_sign_is_rejected(x: int) -> None:
    circuit = compile_template(COMPARE, "SignMagnitude", 8)

    assert "AssertRange" in rejects(
        circuit, {"in": x}, hints={"SignMagnitude.negative": int(x >= 0)}
    )


@pytest.mark.parametrize("sign", [2, -1, "1 / 2"])
def test_a_sign_is_0_or_1(sign: int | str) -> None:
    circuit = compile_template(COMPARE, "SignMagnitude", 8)

    assert "negative" in rejects(circuit, {"in": 3}, hints={"SignMagnitude.negative": sign})


@pytest.mark.parametrize("a", [-300, -1, 0, 1, 300])
@pytest.mark.parametrize("difference", [-256, -255, -1, 0, 1, 254, 255])
def test_max_is_the_larger(a: int, difference: int) -> None:
    outputs = accepts(compile_template(COMPARE, "Max", 8), {"a": a, "b": a - difference})

    assert outputs == {"out": max(a, a - difference) % MODULUS}


@pytest.mark.parametrize("difference", [-257, -(1 << 200), 256, 1 << 200])
def test_max_rejects_a_distant_pair(difference: int) -> None:
    rejects(compile_template(COMPARE, "Max", 8), {"a": difference, "b": 0})


@pytest.mark.parametrize(("a", "b"), [(3, 5), (5, 3), (4, 4)])
def test_max_cannot_take_the_smaller(a: int, b: int) -> None:
    circuit = compile_template(COMPARE, "Max", 8)

    rejects(circuit, {"a": a, "b": b}, hints={"SignMagnitude.negative": int(a >= b)})


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        ("IsZero", {"in": 0}),
        ("IsZero", {"in": 5}),
        ("SignMagnitude", {"in": 0}),
        ("SignMagnitude", {"in": 9}),
        ("SignMagnitude", {"in": -9}),
        ("SignMagnitude", {"in": -256}),
        ("Max", {"a": 4, "b": 4}),
        ("Max", {"a": 4, "b": 9}),
    ],
)
def test_no_wire_of_a_comparison_can_change_alone(template: str, inputs: dict[str, int]) -> None:
    bits = () if template == "IsZero" else (8,)

    assert_pinned(compile_template(COMPARE, template, *bits), inputs)


@pytest.mark.parametrize("template", ["SignMagnitude", "Max"])
def test_a_comparison_wider_than_the_field_does_not_compile(template: str) -> None:
    with pytest.raises(ToolError, match="False assert reached"):
        cost(compile_template(COMPARE, template, 253))


@pytest.mark.parametrize(
    ("template", "parameters", "constraints"),
    [
        ("IsZero", (), 3),
        ("SignMagnitude", (40,), 42),
        ("Max", (40,), 42),
    ],
)
def test_comparisons_cost_what_they_say(
    template: str, parameters: tuple[int, ...], constraints: int
) -> None:
    circuit = compile_template(COMPARE, template, *parameters)

    assert cost(circuit).constraints == constraints
    assert circuit.proven.warnings == []
