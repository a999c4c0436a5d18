# SPDX-License-Identifier: Apache-2.0
"""charges.circom: contingencies and reserve of a book, and the bound on its gross."""

from __future__ import annotations

import random

import pytest
from agreement.edges import edge_cases
from random_market import random_case

from circuits.harness import accepts, assert_pinned, compile_template, rejects
from zkmargin.field import MODULUS
from zkmargin.margin import MarginReport, PricedSlot, margin
from zkmargin.presets import TINY
from zkmargin.units import BPS, ONE

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

NUMBERS = (
    *("index", "perpMark", "base", "perp", "baseValue", "perpMagnitude"),
    *("perpPct", "basePct", "nakedPct", "hedgeSpread", "vegaSpread"),
    *("maxMultiplier", "maxGross"),
)
NAMES = (*NUMBERS, "quote", "exposure", "gross", "magnitude")
CHARGES = compile_template("circuits/charges.circom", "Charges", 2, public=sorted(NAMES))
QUOTE, EXPOSURE = 15, 7  # signals of the buses
EDGES = {name: margin(book, snapshot) for name, book, snapshot, _ in edge_cases(TINY)}
BUSY = "every slot in use"

Inputs = dict[str, int | list[int]]


def inputs_of(report: MarginReport) -> Inputs:
    """The inputs of Charges; what it does not read of the buses is 0."""
    book, head, p = report.book, report.snapshot.header, report.params
    market = (head.index, head.perp_mark, book.base, book.perp, book.base * head.index)
    rates = (p.perp_pct, p.base_pct, p.naked_pct, p.hedge_spread, p.vega_spread)
    bounds = (p.max_multiplier, p.max_gross)
    numbers: Inputs = dict(zip(NUMBERS, (*market, abs(book.perp), *rates, *bounds), strict=True))
    slots = [s.slot for s in report.slots]
    lists = {
        "quote": [x for s in report.slots for x in _quote(s)],
        "exposure": [x for s in report.slots for x in _exposure(s)],
        "gross": [abs(slot.call) + abs(slot.put) for slot in slots],
        "magnitude": [abs(slot.net) for slot in slots],
    }
    for name, values in lists.items():
        length = 2 * {"quote": QUOTE, "exposure": EXPOSURE}.get(name, 1)
        numbers[name] = values + [0] * (length - len(values))
    return numbers


def _quote(s: PricedSlot) -> list[int]:
    return [s.slot.strike, s.row.forward, s.row.root_time, *[0] * 11, s.density]


def _exposure(s: PricedSlot) -> list[int]:
    delta = s.live_net * s.n1 - ONE * s.live_put
    return [abs(s.live_net), s.live_net, delta, *[0] * 4]


def outputs_of(report: MarginReport) -> dict[str, int]:
    charges = sum(report.charges.values()) % MODULUS  # below zero at one edge
    return {"charges": charges, "reserve": report.reserve_unreduced}


def gross_inputs(excess: int) -> Inputs:
    """A book whose gross is `excess` units above a bound of one unit of money."""
    inputs: Inputs = dict.fromkeys(NUMBERS, 0) | {"quote": [0] * 2 * QUOTE}
    inputs |= {"exposure": [0] * 2 * EXPOSURE, "gross": [0, 0], "magnitude": [0, 0]}
    unit = [0] * QUOTE
    unit[1] = 10**10 + excess  # the forward; gross is 1 and the multiplier 1
    return inputs | {
        "quote": unit + [0] * QUOTE,
        "gross": [1, 0],
        "maxMultiplier": 1,
        "maxGross": 1,
    }


@pytest.mark.parametrize("name", EDGES)
def test_the_edges_are_charged_like_the_specification(name: str) -> None:
    report = EDGES[name]

    assert accepts(CHARGES, inputs_of(report)) == outputs_of(report)


def test_random_books_are_charged_like_the_specification(source: random.Random) -> None:
    for _ in range(40):
        report = margin(*random_case(source, TINY))
        assert accepts(CHARGES, inputs_of(report)) == outputs_of(report)


@pytest.mark.parametrize("excess", [0, -1, -(10**10)])
def test_a_gross_up_to_the_bound_is_accepted(excess: int) -> None:
    accepts(CHARGES, gross_inputs(excess))


def test_the_bound_on_gross_has_so_many_bits_and_no_more() -> None:
    longest = (1 << 90) // 10**10
    inputs = gross_inputs(-(10**10))  # no gross at all

    accepts(CHARGES, inputs | {"maxGross": longest})
    rejects(CHARGES, inputs | {"maxGross": longest + 1})


@pytest.mark.parametrize("delta", [(1 << 167) - 1, -(1 << 167), 1 << 167, -(1 << 167) - 1])
def test_the_net_delta_has_so_many_bits_and_no_more(delta: int) -> None:
    exposure = [0, 0, delta, *[0] * 4]
    inputs = gross_inputs(0) | {"exposure": exposure + [0] * EXPOSURE}

    if -(1 << 167) <= delta < 1 << 167:
        accepts(CHARGES, inputs)
    else:
        rejects(CHARGES, inputs)


@pytest.mark.parametrize("excess", [1, 2, 10**10, 1 << 89])
def test_a_gross_above_the_bound_is_rejected(excess: int) -> None:
    assert "AssertRange" in rejects(CHARGES, gross_inputs(excess))


@pytest.mark.parametrize("name", [n for n, report in EDGES.items() if report.gross])
def test_the_gross_of_a_book_is_bounded_exactly(name: str) -> None:
    report = EDGES[name]
    lowest = -(-report.gross // 10**10)  # in units of money

    accepts(CHARGES, inputs_of(report) | {"maxGross": lowest})
    rejects(CHARGES, inputs_of(report) | {"maxGross": lowest - 1})


@pytest.mark.parametrize("name", ["no slots", "a short perp", BUSY, "sizes that cancel"])
def test_a_flipped_sign_of_the_net_delta_is_rejected(name: str) -> None:
    # A negative magnitude would turn the cost of the hedge into a gain.
    hints = {"SignMagnitude.negative": "in < 0 ? 0 : 1"}

    assert "AssertRange" in rejects(CHARGES, inputs_of(EDGES[name]), hints=hints)


@pytest.mark.parametrize("delta", [1 << 167, -(1 << 167) - 1, MODULUS // 2])
def test_a_net_delta_beyond_its_range_is_rejected(delta: int) -> None:
    exposure = [0] * (2 * EXPOSURE)
    exposure[2] = delta

    rejects(CHARGES, inputs_of(EDGES["no slots"]) | {"exposure": exposure})


def test_a_smaller_charge_or_reserve_is_rejected() -> None:
    honest = outputs_of(EDGES[BUSY])
    for name, value in honest.items():
        for forged in (value - 1, 0, value // BPS):
            rejects(CHARGES, inputs_of(EDGES[BUSY]), wires={name: forged})


@pytest.mark.parametrize("name", [BUSY, "no slots", "a short perp"])
def test_no_wire_of_the_charges_can_change_alone(name: str) -> None:
    assert_pinned(CHARGES, inputs_of(EDGES[name]))
