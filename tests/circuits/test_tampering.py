# SPDX-License-Identifier: Apache-2.0
"""The whole circuits: no wire of a finished witness can change alone.

Seven other values for each wire of the proven circuits, for a book without options, one with a
settled and a live strike, and a random one that uses everything. The allow-list is empty: the hints
that may be larger or smaller than they need to be take their range bits with them.
"""

from __future__ import annotations

import random

import pytest

from circuits.harness import Circuit, assert_pinned
from circuits.liquidation_cases import LIQUIDATE, NAV, SLICES, nav_inputs_of, sale_inputs
from circuits.margin_cases import LINEAR, MARGIN, MARKET, MIXED, full_random_case, inputs_of
from circuits.shortfall_cases import SHORTFALL, in_shortfall, short_inputs_of
from zkmargin.field import MODULUS
from zkmargin.witness import Inputs

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

BOOKS = {"linear": (LINEAR, MARKET), "mixed": (MIXED, MARKET), "random": full_random_case(1)}
CASES = {f"margin-{name}": (MARGIN, inputs_of(*case)) for name, case in BOOKS.items()}
CASES |= {
    f"shortfall-{name}": (SHORTFALL, short_inputs_of(in_shortfall(*case), case[1]))
    for name, case in BOOKS.items()
}
CASES |= {f"liquidate-{name}": (LIQUIDATE, sale_inputs(s)) for name, s in SLICES.items()}
CASES |= {f"nav-{name}": (NAV, nav_inputs_of(*case)) for name, case in BOOKS.items()}
FREE_BY_DESIGN: dict[str, str] = {}

every_case = pytest.mark.parametrize(("circuit", "inputs"), CASES.values(), ids=CASES)


def others(value: int, rng: random.Random) -> set[int]:
    """Values that a forger would try first."""
    tried = {value + 1, value - 1, -value, 0, 1, -1, rng.randrange(MODULUS)}
    return {other % MODULUS for other in tried} - {value}


@every_case
def test_no_private_wire_can_change_alone(circuit: Circuit, inputs: Inputs) -> None:
    system = circuit.proven.system
    witness = circuit.proven.run(inputs)

    assert system.broken(witness) is None
    assert system.free_wires(witness) == FREE_BY_DESIGN


@every_case
def test_no_wire_can_change_alone_while_the_inputs_stay(circuit: Circuit, inputs: Inputs) -> None:
    assert_pinned(circuit, inputs, FREE_BY_DESIGN)


@every_case
def test_no_public_wire_can_change_alone(
    circuit: Circuit, inputs: Inputs, source: random.Random
) -> None:
    system = circuit.proven.system
    honest = circuit.proven.run(inputs)
    for wire, signal in enumerate(circuit.public, start=1):
        assert system.names[wire] == signal
        tried = others(honest[wire], source) | {honest[wire] ^ 1 << i for i in range(0, 248, 31)}
        for value in tried:
            forged = [*honest[:wire], value, *honest[wire + 1 :]]

            assert system.broken(forged), f"{signal} accepted as {value}"


@pytest.mark.parametrize(
    "circuit", [MARGIN, SHORTFALL, NAV, LIQUIDATE], ids=lambda circuit: circuit.template
)
def test_the_wires_that_are_tried_and_the_public_ones_are_all(circuit: Circuit) -> None:
    r1cs = circuit.proven.system.r1cs

    assert r1cs.outputs == 0
    assert r1cs.public_inputs == len(circuit.public)
