# SPDX-License-Identifier: Apache-2.0
"""The smallest margin circuit, books for it, and inputs that the specification would not build."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from random_market import CLOCK, random_case, random_params

from circuits.harness import compile_template
from zkmargin.book import Book, Slot
from zkmargin.margin import healthy, margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Header, Snapshot
from zkmargin.snapshot_rules import live_row, settled_row, svi_from_real
from zkmargin.units import BPS, QUOTE, SIZE
from zkmargin.witness import Inputs, margin_inputs

PUBLIC = ("domain", "header", "commitment", "snapshotHash")
DOMAIN = 5
MARGIN = compile_template(
    "circuits/margin.circom",
    "Margin",
    TINY.slots,
    TINY.expiries,
    TINY.scenario_blocks,
    public=PUBLIC,
)
PRICE = 2_700 * QUOTE
PARAMS = random_params(random.Random(7), TINY.scenario_blocks)
SVI = svi_from_real("0.0001", "0.0004", "-0.3", "0.01", "0.1")
MARKET = Snapshot(
    Header(9, SIZE, 1, CLOCK, PRICE, PRICE + QUOTE, -5 * QUOTE),
    PARAMS,
    (
        settled_row(CLOCK - 90, PRICE),
        live_row(CLOCK + 500 * 3_600, PRICE + 9, SVI, PARAMS, CLOCK),
        live_row(CLOCK + 900 * 3_600, PRICE - 9, SVI, PARAMS, CLOCK),
    ),
)
SETTLED, SOON, LATER = (row.expiry for row in MARKET.rows)
NOTHING = Book(7, 3, 4_000_000 * QUOTE, 0, 0, 0, (), (1 << 247) + 12345)
LINEAR = replace(NOTHING, base=5 * SIZE, perp=-7 * SIZE, perp_entry=-20_000 * QUOTE)
MIXED = replace(
    LINEAR,
    slots=(Slot(SETTLED, PRICE // 2, -5 * SIZE, SIZE), Slot(SOON, PRICE, -SIZE, 3 * SIZE)),
)


def inputs_of(
    book: Book = MIXED, snapshot: Snapshot = MARKET, level: int = BPS, domain: int = DOMAIN
) -> Inputs:
    """The honest inputs."""
    return margin_inputs(book, snapshot, level, domain, TINY)


def inputs_of_forged(book: Book, **fields: Any) -> Inputs:
    """The inputs of a book with fields that a Book refuses, and a true commitment to them."""
    forged = SimpleNamespace(**{**vars(book), **fields})
    listed = {row.expiry for row in MARKET.rows}
    forged.expiries = tuple({slot.expiry for slot in forged.slots} & listed)
    return inputs_of(forged)


def altered(inputs: Inputs, changes: Mapping[str, int]) -> Inputs:
    """The inputs with some of their signals set anew, each named as "market.rows[0].volUp"."""
    copy = {name: list(values) for name, values in inputs.items()}
    for signal, value in changes.items():
        copy[signal.partition(".")[0]][_place(signal)] = value
    return copy


def value_of(inputs: Inputs, signal: str) -> int:
    """The value of one signal of the inputs."""
    return inputs[signal.partition(".")[0]][_place(signal)]


def full_random_case(seed: int) -> tuple[Book, Snapshot]:
    """A healthy random book that uses every slot and both expiries, has debt, base and a perp."""
    rng = random.Random(seed)
    while True:
        book, snapshot = random_case(rng, TINY)
        full = len(book.slots) == TINY.slots and len(book.expiries) == TINY.expiries
        linear = book.base and book.perp and book.cash < 0
        if full and linear and healthy(margin(book, snapshot), BPS):
            return book, snapshot


def _place(signal: str) -> int:
    # The wires of an input follow each other, in the order of its flat list.
    name, dot, _ = signal.partition(".")
    wires = MARGIN.plain.system.wires
    if not dot:
        return 0
    return wires[signal] - min(wire for s, wire in wires.items() if s.startswith(f"{name}."))
