# SPDX-License-Identifier: Apache-2.0
"""Books at the edges of the ranges: where a circuit and a specification would part, if they did."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from random_market import CLOCK, random_params

from zkmargin.book import Book, Slot
from zkmargin.margin import margin
from zkmargin.params import RiskParams, VolLaw
from zkmargin.presets import Preset
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import live_row, settled_row, svi_from_real
from zkmargin.units import BPS, CASH_BOUND, QUOTE, SECONDS_PER_YEAR, SIZE_BOUND

BLINDING = (1 << 247) + 12345
HOUR = 3_600
Case = tuple[str, Book, Snapshot, int]


def edge_cases(preset: Preset) -> Iterator[Case]:
    """(name, book, snapshot, level) for every edge."""
    snapshot = _snapshot(random_params(random.Random(7), preset.scenario_blocks))
    settled, soon, later = (row.expiry for row in snapshot.rows)
    forward = snapshot.rows[1].forward
    one = QUOTE  # one contract, or one quote
    slots = {
        "no slots": (),
        "strike at the forward": (Slot(soon, forward, -one, 0),),
        "strike one unit above the forward": (Slot(soon, forward + 1, -one, one),),
        "saturated far in the money": (Slot(soon, forward // 2000, -one, one),),
        "saturated far out of the money": (Slot(soon, forward * 2000, one, -one),),
        "strike at one unit of money": (Slot(later, forward // 2900, one, one),),
        "every slot in use": tuple(
            Slot(later, forward + 1000 * i, one * (-1) ** i, -one) for i in range(preset.slots)
        ),
        "dust": (Slot(soon, forward, 1, -1),),
        "sizes that cancel": (Slot(soon, forward, SIZE_BOUND // 4096, -SIZE_BOUND // 4096),),
        "settled in the money": (Slot(settled, forward // 2, 5 * one, -one),),
        "settled out of the money": (Slot(settled, forward * 2, 5 * one, -one),),
        "settled at the strike": (Slot(settled, snapshot.rows[0].forward, one, -one),),
        "an expired and a live expiry": (
            Slot(settled, forward, one, 0),
            Slot(later, forward, -one, 0),
        ),
    }
    for name, held in slots.items():
        yield name, _book(held[: preset.slots]), snapshot, BPS
    for name, changed in _linear_edges():
        yield name, changed, snapshot, BPS
    yield from _exact_edges(_book((Slot(later, forward, -one, 0),)), snapshot)
    small = Header(1, QUOTE, 2, CLOCK, QUOTE, QUOTE)
    low = replace(snapshot, header=small, rows=_rows(snapshot.params, QUOTE))
    size = SIZE_BOUND - 1
    yield "largest sizes", _book((Slot(low.rows[2].expiry, 4 * QUOTE, size, -size),)), low, BPS
    yield "largest short sizes", _book((Slot(low.rows[1].expiry, QUOTE, -size, -size),)), low, BPS
    yield _density_below_zero()


def _density_below_zero() -> Case:
    # Far out in the table the density is below zero by its error; a charge must not be.
    forward, years = 10**12, 4 * SECONDS_PER_YEAR
    params = RiskParams("thin", (), VolLaw(0, 0), vega_spread=100)
    svi = svi_from_real("0.01", 0, 0, 0, 0)
    row = live_row(CLOCK + years, forward, svi, params, CLOCK)
    snapshot = Snapshot(Header(9, QUOTE, 1, CLOCK, forward, forward), params, (row,))
    book = _book((Slot(row.expiry, 499_074_447_985, 23_109_093_389, 0),))
    short = margin(book, snapshot).excess(BPS)
    return "a density below zero", replace(book, cash=book.cash - short), snapshot, BPS


def _linear_edges() -> Iterator[tuple[str, Book]]:
    yield "nothing at all", _book(())
    yield "negative cash", replace(_book(()), cash=-5 * QUOTE)
    yield "the largest cash", replace(_book(()), cash=CASH_BOUND - 1)
    yield "the largest debt", replace(_book(()), cash=1 - CASH_BOUND)
    yield "the largest entry", replace(_book(()), perp_entry=CASH_BOUND - 1)
    yield "a short perp", replace(_book(()), perp=-7 * QUOTE, perp_entry=-QUOTE)
    yield "the largest identity", replace(_book(()), account=2**64 - 1, version=2**64 - 1)
    yield "the largest base the gross admits", replace(_book(()), base=SIZE_BOUND // 200)


def _exact_edges(book: Book, snapshot: Snapshot) -> Iterator[Case]:
    """Cash tuned until the unreduced excess is as near to 0 as one unit of money brings it."""
    level = 13_000
    short = margin(book, snapshot).excess(level)
    at_zero = replace(book, cash=book.cash - short)
    yield "excess 0 or a part of one unit", at_zero, snapshot, level
    yield "excess one unit short", replace(at_zero, cash=at_zero.cash - 1), snapshot, level
    cash_only = replace(_book(()), cash=0)
    yield "excess exactly 0", cash_only, snapshot, level
    yield "excess exactly -1 unit", replace(cash_only, cash=-1), snapshot, level
    yield "level 0", at_zero, snapshot, 0
    yield "the highest level", at_zero, snapshot, 2 * BPS


def _book(slots: tuple[Slot, ...]) -> Book:
    return Book(7, 1, 4_000_000 * QUOTE, 0, 0, 0, slots, BLINDING)


def _rows(params: RiskParams, forward: int) -> tuple[Row, Row, Row]:
    svi = svi_from_real("0.0001", "0.0004", "-0.3", "0.01", "0.1")
    return (
        settled_row(CLOCK - 90, forward),
        live_row(CLOCK + 60, forward, svi_from_real("2e-8", 0, 0, 0, 0), params, CLOCK),
        live_row(CLOCK + 500 * HOUR, forward + 9, svi, params, CLOCK),
    )


def _snapshot(params: RiskParams) -> Snapshot:
    header = Header(9, QUOTE, 1, CLOCK, 2_700 * QUOTE, 2_701 * QUOTE, -5 * QUOTE)
    return Snapshot(header, params, _rows(params, 2_700 * QUOTE))
