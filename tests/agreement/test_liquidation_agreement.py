# SPDX-License-Identifier: Apache-2.0
"""The circuit `liquidate` has a witness of exactly the slices that the specification allows."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from agreement.edges import Case, edge_cases
from random_market import random_case
from short_books import random_slice, random_terms, short_case

from zkmargin.book import Book
from zkmargin.errors import BookError, InputError, ProvingError
from zkmargin.liquidation import Slice, smallest_slice
from zkmargin.margin import margin
from zkmargin.presets import STANDARD, TINY, Preset
from zkmargin.proving.prover import witness
from zkmargin.units import BPS, FRACTION_ONE
from zkmargin.witness import Inputs, liquidate_inputs, nav_inputs

pytestmark = pytest.mark.circuit
WINNER, DOMAIN, SECRET = (1 << 160) - 1, 3, (1 << 200) + 9


def accepted(wasm: Path, inputs: Inputs) -> bool:
    """Whether a circuit finds a witness."""
    try:
        witness(wasm, inputs)
    except ProvingError:
        return False
    return True


def check(program, preset: Preset, taken: Slice, lot: Book) -> bool:
    """Requires the circuit to say what the specification says; returns it."""
    inputs = liquidate_inputs(taken, lot, WINNER, DOMAIN, preset)

    assert accepted(program(preset, "liquidate"), inputs) == taken.valid
    return taken.valid


def test_the_smallest_slice_of_500_random_short_books_of_tiny_has_a_witness(program) -> None:
    rng = random.Random(21)
    parts = 0
    for _ in range(500):
        taken = random_slice(rng, TINY)
        lot = taken.lot(rng.getrandbits(64), rng.getrandbits(64), SECRET, rng.getrandbits(40))
        parts += taken.fraction < FRACTION_ONE

        assert check(program, TINY, taken, lot)

    assert parts > 200


def test_the_circuit_and_the_specification_refuse_the_same_slices(program) -> None:
    rng = random.Random(22)
    verdicts = []
    for _ in range(150):
        taken = random_slice(rng, TINY)
        step = rng.choice([-1, 1, -2, 2, rng.randrange(-1000, 1000)])
        fraction = min(FRACTION_ONE, max(1, taken.fraction + step))
        other = replace(taken, fraction=fraction)
        verdicts.append(check(program, TINY, other, other.lot(1, 1, SECRET)))

    assert verdicts.count(False) > 75


def test_a_healthy_book_has_no_witness_whatever_the_slice(program) -> None:
    rng = random.Random(23)
    for _ in range(20):
        book, snapshot = short_case(rng, TINY)
        healthy = replace(book, cash=book.cash - margin(book, snapshot).excess(BPS))
        report = margin(healthy, snapshot)
        taken = Slice(report, random_terms(rng, report), rng.randrange(1, FRACTION_ONE + 1))

        assert not check(program, TINY, taken, taken.lot(1, 1, SECRET))


@pytest.mark.parametrize("case", list(edge_cases(TINY)), ids=lambda case: case[0])
def test_an_edge_one_unit_short_has_a_slice_with_a_witness(program, case: Case) -> None:
    _, book, snapshot, _ = case
    short = book.cash - margin(book, snapshot).excess(BPS) - 1
    if abs(short) >= 1 << 63 or book.version == (1 << 64) - 1:
        return
    report = margin(replace(book, cash=short), snapshot)
    try:
        taken = smallest_slice(report, random_terms(random.Random(1), report))
    except (BookError, InputError) as error:
        pytest.fail(str(error))

    assert check(program, TINY, taken, taken.lot(1, 1, SECRET))


def test_every_nav_agrees_on_200_random_books_of_tiny(program) -> None:
    rng = random.Random(24)
    for _ in range(200):
        inputs = nav_inputs(margin(*random_case(rng, TINY)), DOMAIN, TINY)
        wrong = inputs | {"nav": [inputs["nav"][0] + rng.choice([-1, 1])]}

        assert accepted(program(TINY, "nav"), inputs)
        assert not accepted(program(TINY, "nav"), wrong)


@pytest.mark.parametrize("case", list(edge_cases(TINY)), ids=lambda case: case[0])
def test_the_nav_of_an_edge_has_a_witness(program, case: Case) -> None:
    _, book, snapshot, _ = case

    assert accepted(program(TINY, "nav"), nav_inputs(margin(book, snapshot), DOMAIN, TINY))


@pytest.mark.slow
def test_the_smallest_slice_of_20_random_short_books_of_standard_has_a_witness(program) -> None:
    rng = random.Random(25)
    for _ in range(20):
        taken = random_slice(rng, STANDARD)

        assert check(program, STANDARD, taken, taken.lot(1, 1, SECRET))
