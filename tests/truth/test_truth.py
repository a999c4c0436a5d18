# SPDX-License-Identifier: Apache-2.0
"""The promise of docs/numerics.md: 0 <= real excess - integer excess <= 1e-6 of gross.

What the circuit accepts is truly healthy, and what is healthy by 1e-6 of its gross can be proven,
but for the units of money that losses are rounded up to. The judge is the oracle in 50 digits.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from random_market import CLOCK, random_case
from truth.attack import Venue, random_attack, worst_attack
from truth.comparison import Comparison, compare
from truth.error_terms import (
    LARGEST_BASIS,
    LARGEST_LEVEL,
    S,
    basis_error,
    hedge_error,
    nav_error,
    settled_error,
    total_error,
    vega_error,
)

from zkmargin.book import Book, Slot
from zkmargin.margin import margin
from zkmargin.params import HIGHEST_HEDGE_SPREAD, HIGHEST_VEGA_SPREAD
from zkmargin.presets import PRESETS, STANDARD
from zkmargin.snapshot_rules import HIGHEST_BASIS_FACTOR, settled_row, validate
from zkmargin.units import LEVEL_MAX, QUOTE, RESERVE_NUMERATOR, SIZE

LEVELS = (0, 5_000, 10_000, 13_000, LEVEL_MAX)
DUST = 0.05  # what losses rounded to a unit of money add to an attack's error
ALONE = {  # one kind of error at a time: who asks for it, its bound, and what is always found
    "NAV": (Venue(0, 0, 0), 0, nav_error(S), 0.18),
    "basis": (
        Venue(HIGHEST_BASIS_FACTOR, 0, 0),
        LEVEL_MAX,
        basis_error(S, LARGEST_LEVEL * LARGEST_BASIS),
        1.2,
    ),
    "hedge": (
        Venue(0, HIGHEST_HEDGE_SPREAD, 0),
        LEVEL_MAX,
        nav_error(S) + hedge_error(S),
        0.5,
    ),
    "vega": (Venue(0, 0, HIGHEST_VEGA_SPREAD), LEVEL_MAX, nav_error(S) + vega_error(S), 0.5),
}


def random_comparison(rng: random.Random) -> Comparison:
    preset = rng.choice(list(PRESETS.values()))
    book, snapshot = random_case(rng, preset)
    return compare(book, snapshot, rng.choice(LEVELS))


def check_promise(rng: random.Random, cases: int) -> None:
    for _ in range(cases):
        result = random_comparison(rng)

        assert result.is_safe
        assert result.is_close


def test_the_promise_holds_on_500_random_books_of_every_preset() -> None:
    check_promise(random.Random(500), 500)


@pytest.mark.slow
def test_the_promise_holds_on_10_000_random_books_of_every_preset() -> None:
    check_promise(random.Random(10_000), 10_000)


def test_the_random_snapshots_are_valid() -> None:
    rng = random.Random(3)
    for _ in range(40):
        validate(random_case(rng, STANDARD)[1])


def test_the_random_books_are_decided_by_scenarios_by_the_basis_and_by_neither() -> None:
    rng = random.Random(4)
    reports = [margin(*random_case(rng, STANDARD)) for _ in range(200)]
    scenarios = {scenario.name for report in reports for scenario in report.params.scenarios}
    deciding = {report.worst_scenario for report in reports}

    assert {"basis", "none"} < deciding
    assert len(deciding & scenarios) > 10


def test_no_attack_passes_the_proven_bound_at_its_vol() -> None:
    rng = random.Random(11)
    attacks = [random_attack(rng, rng.choice(LEVELS)) for _ in range(400)]
    bounds = total_error(np.array([[attack.vol] for attack in attacks])).flat
    tried = [(Venue().result(a), bound) for a, bound in zip(attacks, bounds, strict=True)]
    admitted = [(result, bound) for result, bound in tried if result is not None]
    for result, bound in admitted:
        assert -bound <= result.error <= bound + DUST
        assert result.is_safe
        assert result.is_close

    assert len(admitted) > 200


@pytest.mark.parametrize("kind", ALONE)
def test_a_search_for_the_worst_error_of_one_kind_stays_within_its_bound(kind: str) -> None:
    venue, level, bound, found = ALONE[kind]
    error, _ = worst_attack(random.Random(1), venue, starts=12, steps=40, level=level)

    assert -bound.max() <= error < -found


def test_a_search_for_the_worst_error_uses_a_third_of_the_reserve_and_never_all_of_it() -> None:
    error, _ = worst_attack(random.Random(2), Venue(), starts=40, steps=40)

    assert -RESERVE_NUMERATOR < error < -RESERVE_NUMERATOR / 3


@pytest.mark.slow
def test_a_long_search_for_the_worst_error_never_uses_the_reserve() -> None:
    error, _ = worst_attack(random.Random(3), Venue(), starts=400, steps=100)

    assert -RESERVE_NUMERATOR < error < -1.8


def test_a_settled_option_at_the_money_is_safe_whichever_way_its_strike_rounds() -> None:
    rng = random.Random(6)
    _, snapshot = random_case(rng, STANDARD)
    for _ in range(300):
        settlement = rng.randrange(QUOTE, 1 << 44)
        strike = settlement + rng.randrange(-settlement >> 30, (settlement >> 30) + 2)
        row = settled_row(CLOCK - 1, settlement)
        slot = Slot(row.expiry, strike, rng.choice([-1, 1]) * SIZE, 0)
        book = Book(1, 1, 0, 0, 0, 0, (slot,), 1 << 247)
        result = compare(book, replace(snapshot, rows=(row,)), 0)

        assert result.is_safe
        assert result.is_close
        assert abs(result.error) <= settled_error()
