# SPDX-License-Identifier: Apache-2.0
"""The constraint system of `margin` holds in the field arithmetic of galois, which is not ours."""

from __future__ import annotations

import random
from pathlib import Path

import galois
import numpy as np
import pytest
from random_market import random_case

from zkmargin.field import MODULUS
from zkmargin.margin import healthy, margin
from zkmargin.presets import TINY
from zkmargin.proving.prover import witness
from zkmargin.proving.r1cs import R1cs, broken_constraint, read_r1cs
from zkmargin.proving.toolchain import CompiledCircuit, circuits_dir, compile_circuit
from zkmargin.witness import margin_inputs

pytestmark = pytest.mark.circuit
FIELD = galois.GF(MODULUS, primitive_element=5, verify=False)


@pytest.fixture(scope="module")
def circuit(tmp_path_factory: pytest.TempPathFactory) -> CompiledCircuit:
    """The margin circuit of the smallest preset."""
    main = circuits_dir() / "main" / "margin_tiny.circom"
    output: Path = tmp_path_factory.mktemp("tiny")
    return compile_circuit(main, output, include=circuits_dir())


def honest_witness(wasm: Path) -> list[int]:
    """A witness of some healthy random book."""
    rng = random.Random(12)
    while True:
        book, snapshot = random_case(rng, TINY)
        if book.slots and healthy(margin(book, snapshot), 10_000):
            return witness(wasm, margin_inputs(book, snapshot, 10_000, 3, TINY))


def combinations(system: R1cs, wires: galois.FieldArray) -> galois.FieldArray:
    """The value of every linear combination, shape [constraints, 3]."""
    values = FIELD(np.array(system.values, dtype=object))
    terms = values[system.term_values] * wires[system.term_wires]
    totals = FIELD.Zeros(len(system.bounds) - 1)
    for i, (start, end) in enumerate(zip(system.bounds, system.bounds[1:], strict=False)):
        if end > start:
            totals[i] = np.add.reduce(terms[start:end])
    return totals.reshape(-1, 3)


def holds(system: R1cs, wires: list[int]) -> bool:
    """Whether A B = C for every constraint, by galois."""
    a, b, c = combinations(system, FIELD(np.array(wires, dtype=object))).T
    return bool(np.all(a * b == c))


def test_an_honest_witness_holds_in_galois_and_a_changed_one_does_not(
    circuit: CompiledCircuit,
) -> None:
    system, wires = read_r1cs(circuit.r1cs), honest_witness(circuit.wasm)
    changed = [*wires[:-1], (wires[-1] + 1) % MODULUS]

    assert (holds(system, wires), holds(system, changed)) == (True, False)
    assert broken_constraint(system, wires) is None
    assert broken_constraint(system, changed) is not None
