# SPDX-License-Identifier: Apache-2.0
"""The public statement of a proof, the rows it opens, what fits its preset."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import pytest
from random_market import random_case
from unit.integer_markets import (
    CLOCK,
    DAY,
    EXPIRED,
    MONTH,
    PARAMS,
    YEAR,
    book,
    grid,
    live,
    market,
    snapshot,
)

from zkmargin.commitment import commitment
from zkmargin.errors import BookError, SnapshotError
from zkmargin.field import MODULUS
from zkmargin.presets import LARGE, SMALL, STANDARD, TINY, Preset
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.statement import header, margin_statement
from zkmargin.units import BPS, LEVEL_MAX
from zkmargin.witness import margin_inputs, opened_places

HELD = book(
    (YEAR, "110", "3", "-4"), (EXPIRED, "95", "-2", "1"), cash=-7, base=5, perp=-4, perp_entry=-9
)


@pytest.mark.parametrize(
    ("expiries", "preset", "opened"),
    [
        ((), SMALL, [0, 1]),
        ((EXPIRED,), SMALL, [0, 1]),
        ((YEAR,), SMALL, [0, 2]),
        ((YEAR, MONTH), SMALL, [1, 2]),
        ((YEAR,), STANDARD, list(range(8))),
    ],
)
def test_the_held_rows_are_opened_with_the_first_others(
    expiries: tuple[int, ...], preset: Preset, opened: list[int]
) -> None:
    held = book(*((expiry, "100", "1", "0") for expiry in expiries))

    assert opened_places(held, market(), preset) == opened


def test_opened_rows_are_always_as_many_as_the_preset_has_in_increasing_order() -> None:
    rng = random.Random(8)
    for preset in (TINY, STANDARD, LARGE):
        for _ in range(20):
            held, case = random_case(rng, preset)
            opened = opened_places(held, case, preset)

            assert len(opened) == preset.expiries
            assert opened == sorted(set(opened))
            assert {case.listed[place].expiry for place in opened} >= set(held.expiries)


@pytest.mark.parametrize("level", [0, BPS, LEVEL_MAX])
def test_the_public_header_packs_account_version_level(level: int) -> None:
    packed = header((1 << 64) - 2, (1 << 64) - 3, level)

    assert packed == ((1 << 64) - 2) * 2**96 + ((1 << 64) - 3) * 2**32 + level
    assert packed < MODULUS


@pytest.mark.parametrize("level", [-1, LEVEL_MAX + 1])
def test_a_header_for_a_level_beyond_twice_the_requirement_is_refused(level: int) -> None:
    with pytest.raises(BookError, match=f"^level: got {level}, must be between 0 and 20000 bps"):
        header(1, 1, level)


def test_a_statement_is_the_public_signals_in_circuit_order() -> None:
    said = margin_statement(HELD, market(), 12_000, 5)
    found = re.search(r"public \[(.*?)\]", (circuits_dir() / "main/margin_tiny.circom").read_text())

    assert said.signals == (5, header(1, 1, 12_000), commitment(HELD), market().hash)
    assert found
    assert found[1].split(", ") == list(margin_inputs(HELD, market(), BPS, 5, SMALL))[:4]


def test_the_public_signals_are_given_as_inputs() -> None:
    said = margin_statement(HELD, market(), BPS, 77)
    inputs = margin_inputs(HELD, market(), BPS, 77, SMALL)
    names = ("domain", "header", "commitment", "snapshotHash")

    assert tuple(inputs[name][0] for name in names) == said.signals
    assert inputs["level"] == [BPS]


def crowded(strikes: int, expiries: int) -> tuple[Any, Any]:
    """A book of so many strikes in so many expiries, every one listed."""
    rows = [live(CLOCK + (i + 1) * 30 * DAY, "100", "0.6") for i in range(expiries)]
    slots = ((rows[i % expiries].expiry, f"{90 + i}", "1", "0") for i in range(strikes))
    return book(*slots), snapshot(*rows)


@pytest.mark.parametrize(
    ("strikes", "expiries", "preset", "message"),
    [
        (6, 1, SMALL, f"strikes: got 6, preset small holds at most {SMALL.slots}"),
        (31, 1, LARGE, f"strikes: got 31, preset large holds at most {LARGE.slots}"),
        (3, 3, SMALL, "expiries: got 3, preset small holds at most 2"),
        (9, 9, STANDARD, "expiries: got 9, preset standard holds at most 8"),
        (1, 1, TINY, "scenario blocks: got 2, preset tiny holds at most 1"),
    ],
)
def test_what_does_not_fit_the_preset_is_refused(
    strikes: int, expiries: int, preset: Preset, message: str
) -> None:
    with pytest.raises(BookError, match=f"^{message}$"):
        margin_inputs(*crowded(strikes, expiries), BPS, 1, preset)


def test_a_book_as_large_as_the_preset_fits() -> None:
    held, case = crowded(LARGE.slots, LARGE.expiries)

    assert margin_inputs(held, case, BPS, 1, LARGE)


def test_a_grid_of_three_blocks_fits_only_the_largest_layout() -> None:
    wide = replace(PARAMS, scenarios=grid(*range(1_000, 1_010), modes=("up",)))
    with pytest.raises(BookError, match="scenario blocks: got 3, preset small holds at most 2"):
        margin_inputs(book(), market(wide), BPS, 1, SMALL)


def test_an_expiry_that_is_not_listed_has_no_inputs() -> None:
    with pytest.raises(SnapshotError, match=f"expiry: got {MONTH + 1}, is not listed"):
        margin_inputs(book((MONTH + 1, "100", "1", "0")), market(), BPS, 1, SMALL)
