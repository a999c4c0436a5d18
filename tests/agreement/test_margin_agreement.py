# SPDX-License-Identifier: Apache-2.0
"""The circuit computes the integers of the specification, and accepts what it accepts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from agreement.edges import edge_cases
from random_market import random_case

from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.errors import ProvingError
from zkmargin.field import decode
from zkmargin.margin import MarginReport, healthy, margin
from zkmargin.presets import PRESETS, STANDARD, TINY, Preset
from zkmargin.proving.prover import witness
from zkmargin.snapshot import Snapshot
from zkmargin.snapshot_rules import validate
from zkmargin.witness import margin_inputs, opened_places

pytestmark = pytest.mark.circuit
LEVELS = (0, 5_000, 10_000, 13_000, 20_000)


def expected_outputs(report: MarginReport, preset: Preset) -> list[int]:
    """The probe's outputs as the specification has them."""
    book, snapshot = report.book, report.snapshot
    scenarios = [s for block in report.params.blocks[: preset.scenario_blocks] for s in block]
    opened = [snapshot.listed[place].expiry for place in opened_places(book, snapshot, preset)]
    shifts = [
        sum(slot.change(shock) for slot in report.slots if slot.slot.expiry == expiry)
        for shock in scenarios[:2]
        for expiry in opened
    ]
    pnl = [report.pnl_unreduced(scenario) for scenario in scenarios]
    charges = sum(report.charges.values())
    head = [report.nav_unreduced, charges, report.reserve_unreduced, report.requirement]
    return [*head, *shifts, *pnl]


def check_probe(wasm: Path, preset: Preset, book: Book, snapshot: Snapshot) -> None:
    """Every integer of the margin is the same in the circuit and in the specification."""
    inputs = margin_inputs(book, snapshot, 0, 0, preset)
    expected = expected_outputs(margin(book, snapshot), preset)

    wires = witness(wasm, {name: inputs[name] for name in ("book", "market")})

    assert [commitment(book), snapshot.hash] == wires[1:3]
    assert expected == [decode(wire) for wire in wires[3 : 3 + len(expected)]]


def accepted(wasm: Path, book: Book, snapshot: Snapshot, level: int, preset: Preset) -> bool:
    """Whether the margin circuit finds a witness."""
    try:
        witness(wasm, margin_inputs(book, snapshot, level, 1, preset))
    except ProvingError:
        return False
    return True


def test_every_integer_agrees_on_500_random_books_of_tiny(probe) -> None:
    rng = random.Random(500)
    for _ in range(500):
        check_probe(probe(TINY), TINY, *random_case(rng, TINY))


@pytest.mark.parametrize("case", list(edge_cases(TINY)), ids=lambda case: case[0])
def test_every_integer_agrees_at_the_edge(probe, case) -> None:
    _, book, snapshot, _ = case
    validate(snapshot)

    check_probe(probe(TINY), TINY, book, snapshot)


@pytest.mark.slow
def test_every_integer_agrees_on_50_random_books_and_every_edge_of_standard(probe) -> None:
    rng = random.Random(50)
    for _ in range(50):
        check_probe(probe(STANDARD), STANDARD, *random_case(rng, STANDARD))
    for _, book, snapshot, _ in edge_cases(STANDARD):
        check_probe(probe(STANDARD), STANDARD, book, snapshot)


def test_tiny_accepts_exactly_the_healthy_books(program) -> None:
    rng = random.Random(1)
    wasm = program(TINY)
    verdicts = set()
    for _ in range(300):
        book, snapshot = random_case(rng, TINY)
        level = rng.choice(LEVELS)
        verdict = healthy(margin(book, snapshot), level)
        verdicts.add(verdict)

        assert verdict == accepted(wasm, book, snapshot, level, TINY)

    assert verdicts == {True, False}


@pytest.mark.parametrize("case", list(edge_cases(TINY)), ids=lambda case: case[0])
def test_tiny_accepts_exactly_the_healthy_edges(program, case) -> None:
    _, book, snapshot, level = case

    assert healthy(margin(book, snapshot), level) == accepted(
        program(TINY), book, snapshot, level, TINY
    )


@pytest.mark.slow
def test_one_commitment_and_snapshot_hash_open_in_every_preset(program) -> None:
    rng = random.Random(3)
    book, snapshot = random_case(rng, TINY)
    while not (book.slots and healthy(margin(book, snapshot), 10_000)):
        book, snapshot = random_case(rng, TINY)

    for preset in PRESETS.values():
        wires = witness(program(preset), margin_inputs(book, snapshot, 10_000, 5, preset))

        assert [commitment(book), snapshot.hash] == wires[3:5]
