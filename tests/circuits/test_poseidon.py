# SPDX-License-Identifier: Apache-2.0
"""poseidon.circom hashes like the reference, and its trace cannot be forged."""

from __future__ import annotations

import random

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, rejects
from zkmargin.errors import ToolError
from zkmargin.field import MODULUS
from zkmargin.generators.posgen import CIRCUIT_INPUTS
from zkmargin.poseidon import FULL_ROUNDS, PARTIAL_ROUNDS, poseidon

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

POSEIDON = "circuits/poseidon.circom"
# The two hints of PoseidonBoxes: S-box inputs of the partial rounds, and of the full ones.
PARTIAL_HINT, FULL_HINT = "PoseidonBoxes.x[4*WIDTH+p]", "PoseidonBoxes.x[first+i]"


@pytest.mark.parametrize("domain", [0, 7])
@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_the_circuit_hashes_like_the_reference(
    inputs: int, domain: int, source: random.Random
) -> None:
    circuit = compile_template(POSEIDON, "Poseidon", inputs, domain)
    for _ in range(5):
        chosen = [source.randrange(MODULUS) for _ in range(inputs)]
        assert accepts(circuit, {"in": chosen}) == {"out": poseidon(chosen, domain=domain)}


@pytest.mark.parametrize("element", [0, 1, MODULUS - 1])
@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_the_edges_of_the_field_hash_like_the_reference(inputs: int, element: int) -> None:
    chosen = [element] * inputs
    outputs = accepts(compile_template(POSEIDON, "Poseidon", inputs, 0), {"in": chosen})

    assert outputs == {"out": poseidon(chosen)}


@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_an_s_box_costs_three_constraints(inputs: int) -> None:
    boxes = FULL_ROUNDS * (inputs + 1) + PARTIAL_ROUNDS[inputs - 1]
    measured = cost(compile_template(POSEIDON, "Poseidon", inputs, 0))

    assert (measured.constraints, measured.linear) == (3 * boxes - 3, 0)


@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_multiplied_combinations_have_one_term_each(inputs: int) -> None:
    # Two terms only where an input meets its round constant: once in A, and twice in B.
    measured = cost(compile_template(POSEIDON, "Poseidon", inputs, 0))
    a, b, _ = measured.nonzeros

    assert a + b <= 2 * measured.constraints + 6 * inputs


@pytest.mark.parametrize("inputs", [3, 5])
def test_no_wire_of_a_hash_can_change_alone(inputs: int) -> None:
    circuit = compile_template(POSEIDON, "Poseidon", inputs, 1)

    assert_pinned(circuit, {"in": list(range(inputs))})


@pytest.mark.parametrize(
    "hint",
    [
        {PARTIAL_HINT: "state[0] + PART[p] + 1"},
        {PARTIAL_HINT: "p == 0 ? state[0] : state[0] + PART[p]"},
        {PARTIAL_HINT: "p == PARTIAL - 1 ? 0 : state[0] + PART[p]"},
        {FULL_HINT: "r == 1 && i == 0 ? 0 : state[i] + FULL[r][i]"},
        {FULL_HINT: "r == 3 ? state[i] : state[i] + FULL[r][i]"},
        {FULL_HINT: "r == 4 && i == 1 ? 1 : state[i] + FULL[r][i]"},
        {FULL_HINT: "r == 7 && i == WIDTH - 1 ? state[i] : state[i] + FULL[r][i]"},
        {FULL_HINT: "0"},
    ],
)
def test_a_forged_trace_is_rejected(hint: dict[str, str]) -> None:
    circuit = compile_template(POSEIDON, "Poseidon", 4, 0)

    assert "fourth" in rejects(circuit, {"in": [1, 2, 3, 4]}, hints=hint)


def test_a_forged_digest_is_rejected() -> None:
    circuit = compile_template(POSEIDON, "Poseidon", 4, 0)

    rejects(circuit, {"in": [1, 2, 3, 4]}, wires={"out": poseidon([1, 2, 3, 5])})


def test_forged_inputs_are_rejected() -> None:
    circuit = compile_template(POSEIDON, "Poseidon", 4, 0)

    rejects(circuit, {"in": [1, 2, 3, 4]}, wires={"in[3]": 5})


def test_a_width_without_constants_does_not_compile() -> None:
    with pytest.raises(ToolError, match="False assert reached"):
        cost(compile_template(POSEIDON, "Poseidon", 6, 0))


def test_a_hash_passes_inspection() -> None:
    assert compile_template(POSEIDON, "Poseidon", 4, 0).proven.warnings == []
