# SPDX-License-Identifier: Apache-2.0
"""The whole margin circuit: no wire of a finished witness can change alone.

Seven other values for each wire of the proven circuit, for a book without options, one with a
settled and a live strike, and a random one that uses everything. The allow-list is empty: the three
hints that may be larger than they need to be take their range bits with them.
"""

from __future__ import annotations

import random

import pytest

from circuits.harness import assert_pinned
from circuits.margin_cases import (
    LINEAR,
    MARGIN,
    MARKET,
    MIXED,
    PUBLIC,
    full_random_case,
    inputs_of,
)
from zkmargin.book import Book
from zkmargin.field import MODULUS
from zkmargin.snapshot import Snapshot

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

CASES = {"linear": (LINEAR, MARKET), "mixed": (MIXED, MARKET), "random": full_random_case(1)}
FREE_BY_DESIGN: dict[str, str] = {}

every_case = pytest.mark.parametrize(("book", "snapshot"), CASES.values(), ids=CASES)


def others(value: int, rng: random.Random) -> set[int]:
    """Values that a forger would try first."""
    tried = {value + 1, value - 1, -value, 0, 1, -1, rng.randrange(MODULUS)}
    return {other % MODULUS for other in tried} - {value}


@every_case
def test_no_private_wire_can_change_alone(book: Book, snapshot: Snapshot) -> None:
    system = MARGIN.proven.system
    witness = MARGIN.proven.run(inputs_of(book, snapshot))

    assert system.broken(witness) is None
    assert system.free_wires(witness) == FREE_BY_DESIGN


@every_case
def test_no_wire_can_change_alone_while_the_inputs_stay(book: Book, snapshot: Snapshot) -> None:
    assert_pinned(MARGIN, inputs_of(book, snapshot), FREE_BY_DESIGN)


@every_case
@pytest.mark.parametrize("signal", PUBLIC)
def test_no_public_wire_can_change_alone(
    signal: str, book: Book, snapshot: Snapshot, source: random.Random
) -> None:
    system = MARGIN.proven.system
    honest = MARGIN.proven.run(inputs_of(book, snapshot))
    wire = 1 + PUBLIC.index(signal)

    assert system.names[wire] == signal
    tried = others(honest[wire], source) | {honest[wire] ^ 1 << i for i in range(0, 248, 31)}
    for value in tried:
        forged = [*honest[:wire], value, *honest[wire + 1 :]]

        assert system.broken(forged), f"{signal} accepted as {value}"


def test_the_wires_that_are_tried_and_the_public_ones_are_all() -> None:
    r1cs = MARGIN.proven.system.r1cs

    assert r1cs.outputs == 0
    assert r1cs.public_inputs == len(PUBLIC)
