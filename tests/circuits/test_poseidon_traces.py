# SPDX-License-Identifier: Apache-2.0
"""Two traces of poseidon.circom cannot be joined: what begins with some inputs ends in their hash.

Each forgery has the digest of other inputs, and S-boxes that are right one by one; what joins them
is that a fourth power, or some inputs of partial rounds, solve the linear layer in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import galois
import numpy as np
import pytest

from circuits.harness import compile_template, rejects
from circuits.test_poseidon import FULL_HINT
from zkmargin.field import MODULUS
from zkmargin.poseidon import PARTIAL_ROUNDS, poseidon
from zkmargin.proving.r1cs import A, B, C

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

INPUTS = 3
WIDTH, PARTIAL = INPUTS + 1, PARTIAL_ROUNDS[INPUTS - 1]
CIRCUIT = compile_template("circuits/poseidon.circom", "Poseidon", INPUTS, 0)
MINE, OTHERS = [1, 2, 3], [4, 5, 6]
FIELD = galois.GF(MODULUS, primitive_element=5, verify=False)

Witness = list[int]


def joined(first: int) -> Witness:
    """The S-boxes of MINE up to one, and those of OTHERS from there on, with their digest."""
    witness, other = (CIRCUIT.plain.run({"in": chosen}) for chosen in (MINE, OTHERS))
    for name, wire in CIRCUIT.plain.system.wires.items():
        box = re.search(r"\[(\d+)\]$", name)
        if name == "out" or "fifth[" in name or (box and int(box[1]) >= first):
            witness[wire] = other[wire]
    assert witness[1] == poseidon(OTHERS)
    return witness


def set_box(witness: Witness, box: int, x: int) -> None:
    """An S-box with another input, and its powers."""
    for name, wire in CIRCUIT.plain.system.wires.items():
        for signal, power in (("x", 1), ("square", 2), ("fourth", 4)):
            if name.rpartition(".")[2] == f"{signal}[{box}]":
                witness[wire] = pow(x, power, MODULUS)


def layer_of(box: int) -> Callable[[Witness], int]:
    """What the linear layer after an S-box lacks of its fifth power."""
    r1cs = CIRCUIT.plain.system.r1cs
    names = CIRCUIT.plain.system.wires
    factors = ([(names[f"fourth[{box}]"], 1)], [(names[f"x[{box}]"], 1)])
    (index,) = (
        i
        for i in range(r1cs.constraints)
        if (r1cs.combination(i, A), r1cs.combination(i, B)) == factors
    )
    layer = r1cs.combination(index, C)

    def lacks(witness: Witness) -> int:
        fifth = witness[factors[0][0][0]] * witness[factors[1][0][0]]
        return (fifth - sum(value * witness[wire] for wire, value in layer)) % MODULUS

    return lacks


@pytest.mark.parametrize("layer", [1, 2, 3, 5, 6, 7])
@pytest.mark.parametrize("everywhere", [False, True], ids=["in Poseidon", "in PoseidonBoxes too"])
def test_fourth_powers_that_join_two_traces_are_rejected(layer: int, everywhere: bool) -> None:
    first, names = layer * WIDTH + (PARTIAL if layer > 4 else 0), CIRCUIT.plain.system.wires
    witness, other = joined(first), CIRCUIT.plain.run({"in": OTHERS})
    for b in range(first - WIDTH, first):
        x, fourth = names[f"x[{b}]"], names[f"fourth[{b}]"]
        solved = other[fourth] * other[x] * pow(witness[x], -1, MODULUS) % MODULUS
        for name, wire in names.items():
            if name == f"fourth[{b}]" or (everywhere and name.endswith(f".fourth[{b}]")):
                witness[wire] = solved

    assert "fourth" in str(CIRCUIT.plain.system.broken(witness))


def test_partial_rounds_that_join_two_traces_are_rejected() -> None:
    witness = joined(4 * WIDTH)
    boxes = range(4 * WIDTH, 5 * WIDTH)  # the first partial ones
    layers = [layer_of(b) for b in range(3 * WIDTH, 4 * WIDTH)]
    columns = []
    for box in boxes:
        set_box(witness, box, 0)
    base = [lacks(witness) for lacks in layers]
    for box in boxes:
        set_box(witness, box, 1)
        columns.append(
            [(lacks(witness) - b) % MODULUS for lacks, b in zip(layers, base, strict=True)]
        )
        set_box(witness, box, 0)
    chosen = np.linalg.solve(FIELD(columns).T, -FIELD(base))
    for box, x in zip(boxes, chosen, strict=True):
        set_box(witness, box, int(x))

    assert [lacks(witness) for lacks in layers] == [0] * WIDTH
    assert "fourth" in str(CIRCUIT.plain.system.broken(witness))


@pytest.mark.parametrize("layer", [1, 3, 7])
@pytest.mark.parametrize("lane", range(WIDTH))
def test_a_trace_that_is_wrong_in_one_lane_is_rejected(layer: int, lane: int) -> None:
    # As if the fifth power of one S-box before the layer were larger by 7.
    wrong = f"state[i] + FULL[r][i] + (r == {layer} ? 7 * MIX[i][{lane}] : 0)"

    assert "fourth" in rejects(CIRCUIT, {"in": MINE}, hints={FULL_HINT: wrong})
