# SPDX-License-Identifier: Apache-2.0
"""valuation.circom: the specification's integers, in circuits so small that each line shows.

One strike, one expiry and eight scenarios are a quarter of `tiny`. The book holds everything that
has a price, so that a wrong sign or factor anywhere reaches an output.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from random_market import random_case

from circuits.harness import Circuit, accepts, assert_pinned, compile_template, rejects
from circuits.margin_cases import LINEAR, MARKET, MIXED, PRICE
from zkmargin.book import Book, Slot
from zkmargin.field import decode
from zkmargin.margin import margin
from zkmargin.presets import TINY, Preset
from zkmargin.snapshot import Snapshot
from zkmargin.units import QUOTE, SIZE
from zkmargin.witness import margin_inputs, opened_places

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

ONE = Preset("one", slots=1, expiries=1, scenario_blocks=1)
SOON = MARKET.rows[1].expiry
DEBT = replace(LINEAR, cash=-1_000 * QUOTE, perp=7 * SIZE)
HELD = {
    "nothing": replace(LINEAR, base=0, perp=0, perp_entry=0),
    "linear": LINEAR,
    "short put": replace(DEBT, slots=(Slot(SOON, PRICE, 2 * SIZE, -5 * SIZE),)),
    "short call": replace(DEBT, slots=(Slot(SOON, PRICE + 7 * QUOTE, -3 * SIZE, SIZE),)),
    "settled": replace(LINEAR, slots=(Slot(MARKET.rows[0].expiry, PRICE // 2, -SIZE, 0),)),
    "settled far out": replace(LINEAR, slots=(Slot(MARKET.rows[0].expiry, PRICE * 2, 0, SIZE),)),
}
every_book = pytest.mark.parametrize("book", HELD.values(), ids=HELD)


def valuation(preset: Preset) -> Circuit:
    """The template in the size of a preset."""
    sizes = (preset.slots, preset.expiries, preset.scenario_blocks)
    return compile_template("circuits/valuation.circom", "Valuation", *sizes)


def inputs_of(book: Book, snapshot: Snapshot, preset: Preset) -> dict[str, int | list[int]]:
    """Its inputs: the book, the market, and what OpenBook says of the book."""
    inputs = margin_inputs(book, snapshot, 0, 0, preset)
    return {
        "book": inputs["book"],
        "market": inputs["market"],
        "cashNegative": int(book.cash < 0),
        "perpMagnitude": abs(book.perp),
    }


def expected(book: Book, snapshot: Snapshot, preset: Preset) -> dict[str, int | list[int]]:
    """Its outputs as the specification has them, signed."""
    report = margin(book, snapshot)
    scenarios = [s for block in report.params.blocks[: preset.scenario_blocks] for s in block]
    opened = [snapshot.listed[place].expiry for place in opened_places(book, snapshot, preset)]
    return {
        "nav": report.nav_unreduced,
        "pnl": [report.pnl_unreduced(scenario) for scenario in scenarios],
        "shift": [
            sum(slot.change(shock) for slot in report.slots if slot.slot.expiry == expiry)
            for shock in scenarios[:2]
            for expiry in opened
        ],
        "charges": sum(report.charges.values()),
        "reserve": report.reserve_unreduced,
    }


def signed(outputs: dict[str, int | list[int]]) -> dict[str, int | list[int]]:
    return {
        name: [decode(v) for v in value] if isinstance(value, list) else decode(value)
        for name, value in outputs.items()
        if not name.startswith(
            ("held.", "prices.")
        )  # Slot's and SlotScenario's own tests have them
    }


@every_book
def test_a_book_is_valued_like_the_specification(book: Book) -> None:
    outputs = accepts(valuation(ONE), inputs_of(book, MARKET, ONE))

    assert signed(outputs) == expected(book, MARKET, ONE)


def test_two_expiries_are_valued_like_the_specification() -> None:
    outputs = accepts(valuation(TINY), inputs_of(MIXED, MARKET, TINY))

    assert signed(outputs) == expected(MIXED, MARKET, TINY)


def test_random_books_are_valued_like_the_specification(source: random.Random) -> None:
    for _ in range(20):
        book, snapshot = random_case(source, ONE)
        outputs = accepts(valuation(ONE), inputs_of(book, snapshot, ONE))

        assert signed(outputs) == expected(book, snapshot, ONE)


def test_random_books_of_two_strikes_are_valued_like_the_specification(
    source: random.Random,
) -> None:
    for _ in range(5):
        book, snapshot = random_case(source, TINY)
        outputs = accepts(valuation(TINY), inputs_of(book, snapshot, TINY))

        assert signed(outputs) == expected(book, snapshot, TINY)


@pytest.mark.parametrize("output", ["nav", "pnl[0]", "pnl[7]", "shift[1][0]", "charges", "reserve"])
@pytest.mark.parametrize("change", [1, -1, 1 << 120])
def test_another_value_is_rejected(output: str, change: int) -> None:
    circuit, inputs = valuation(ONE), inputs_of(HELD["short put"], MARKET, ONE)
    wire = circuit.plain.system.wires[output]
    honest = circuit.plain.run(inputs)[wire]

    rejects(circuit, inputs, wires={output: honest + change})


@every_book
def test_no_wire_of_a_valuation_can_change_alone(book: Book) -> None:
    assert_pinned(valuation(ONE), inputs_of(book, MARKET, ONE))
