# SPDX-License-Identifier: Apache-2.0
"""The sparse form that the circuit uses is the same permutation, and the committed one."""

from __future__ import annotations

import random
import re

import pytest

from zkmargin.field import MODULUS
from zkmargin.generators.posgen import (
    CIRCUIT_INPUTS,
    HALF_FULL,
    TARGET,
    Schedule,
    apply,
    circom_source,
    identity,
    inverse,
    multiply,
    schedule,
    write,
)
from zkmargin.poseidon import permutation, permute


def permute_sparsely(form: Schedule, state: list[int]) -> list[int]:
    """The permutation by the rounds of its sparse form."""
    for index, row in enumerate(form.full):
        if index == HALF_FULL:
            state = partial_rounds(form, state)
        powers = [pow(x + c, 5, MODULUS) for x, c in zip(state, row, strict=True)]
        state = list(apply(form.enter if index == HALF_FULL - 1 else form.mix, powers))
    return state


def partial_rounds(form: Schedule, state: list[int]) -> list[int]:
    """The partial rounds of the sparse form."""
    for c, row, column in zip(form.partial, form.rows, form.columns, strict=True):
        fifth = pow(state[0] + c, 5, MODULUS)
        lanes = zip(state[1:], column, strict=True)
        first = sum(v * x for v, x in zip(row, state[1:], strict=True))
        state = [form.mix[0][0] * fifth + first, *(x + w * fifth for x, w in lanes)]
        state = [x % MODULUS for x in state]
    return state


@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_the_sparse_form_is_the_same_permutation(inputs: int, source: random.Random) -> None:
    form = schedule(permutation(inputs + 1))
    state = [source.randrange(MODULUS) for _ in range(inputs + 1)]

    assert permute_sparsely(form, state) == permute(state)


@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_inverse_layers_undo_their_layers(inputs: int) -> None:
    form = schedule(permutation(inputs + 1))

    assert multiply(form.unmix, form.mix) == identity(inputs + 1)
    assert multiply(form.leave, form.enter) == identity(inputs + 1)


@pytest.mark.parametrize("inputs", CIRCUIT_INPUTS)
def test_pivots_undo_the_corner_of_a_partial_round(inputs: int) -> None:
    form = schedule(permutation(inputs + 1))
    for pivot, row, column in zip(form.pivots, form.rows, form.columns, strict=True):
        corner = form.mix[0][0] - sum(v * w for v, w in zip(row, column, strict=True))
        assert pivot * corner % MODULUS == 1


def test_a_matrix_whose_corner_is_0_is_inverted_too() -> None:
    matrix = ((0, 1), (2, 3))

    assert multiply(inverse(matrix), matrix) == identity(2)


def test_the_committed_constants_are_the_generated_ones() -> None:
    assert TARGET.read_text("ascii") == circom_source()


def test_the_generator_writes_the_constants(tmp_path) -> None:
    write(tmp_path / "constants.circom")

    assert (tmp_path / "constants.circom").read_text("ascii") == circom_source()


def test_every_width_in_the_circuits_is_generated() -> None:
    circuits = TARGET.parents[1].glob("*.circom")
    used = {int(n) for c in circuits for n in re.findall(r"\bPoseidon\((\d+),", c.read_text())}

    assert used
    assert used <= set(CIRCUIT_INPUTS)
