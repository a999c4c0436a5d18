# SPDX-License-Identifier: Apache-2.0
"""At one book, snapshot and level exactly one of margin and shortfall has a witness."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from agreement.edges import Case, edge_cases
from random_market import random_case

from zkmargin.book import Book
from zkmargin.errors import ProvingError
from zkmargin.margin import healthy, margin
from zkmargin.presets import STANDARD, TINY, Preset
from zkmargin.proving.prover import witness
from zkmargin.snapshot import Snapshot
from zkmargin.witness import Inputs, margin_inputs, shortfall_inputs

pytestmark = pytest.mark.circuit
LEVELS = (0, 5_000, 10_000, 13_000, 20_000)
BENEFICIARY = (1 << 160) - 1


def accepted(wasm: Path, inputs: Inputs) -> bool:
    """Whether a circuit finds a witness."""
    try:
        witness(wasm, inputs)
    except ProvingError:
        return False
    return True


def check(program, preset: Preset, book: Book, snapshot: Snapshot, level: int) -> bool:
    """Requires both circuits to say what the reference says; returns whether it is healthy."""
    verdict = healthy(margin(book, snapshot), level)
    well = margin_inputs(book, snapshot, level, 1, preset)
    short = shortfall_inputs(book, snapshot, level, 1, BENEFICIARY, preset)

    assert accepted(program(preset), well) == verdict
    assert accepted(program(preset, "shortfall"), short) != verdict
    return verdict


def test_exactly_one_statement_holds_of_500_random_books_of_tiny(program) -> None:
    rng = random.Random(2)
    verdicts = [
        check(program, TINY, *random_case(rng, TINY), rng.choice(LEVELS)) for _ in range(500)
    ]

    assert verdicts.count(True) > 100
    assert verdicts.count(False) > 100


@pytest.mark.parametrize("case", list(edge_cases(TINY)), ids=lambda case: case[0])
def test_exactly_one_statement_holds_at_the_edge(program, case: Case) -> None:
    _, book, snapshot, level = case

    check(program, TINY, book, snapshot, level)


@pytest.mark.slow
def test_exactly_one_statement_holds_of_20_random_books_of_standard(program) -> None:
    rng = random.Random(3)
    for _ in range(20):
        check(program, STANDARD, *random_case(rng, STANDARD), rng.choice(LEVELS))
