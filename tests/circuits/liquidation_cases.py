# SPDX-License-Identifier: Apache-2.0
"""The smallest liquidate and nav circuits, and inputs for them."""

from __future__ import annotations

from dataclasses import replace

from circuits.harness import compile_template
from circuits.margin_cases import DOMAIN, MARKET, MIXED, PUBLIC
from zkmargin.book import Book
from zkmargin.liquidation import Slice, Terms, smallest_slice
from zkmargin.margin import margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, FRACTION_ONE
from zkmargin.witness import Inputs, liquidate_inputs, nav_inputs

SIZES = (TINY.slots, TINY.expiries, TINY.scenario_blocks)
LIQUIDATE_PUBLIC = (
    *("domain", "header", "cmOld", "cmNew", "cmLot", "snapshotHash"),
    *("price", "fraction", "discount", "reserved", "target", "deficit", "winner", "topUp"),
)
LIQUIDATE = compile_template(
    "circuits/liquidate.circom", "Liquidate", *SIZES, public=LIQUIDATE_PUBLIC
)
NAV = compile_template("circuits/nav.circom", "Nav", *SIZES, public=(*PUBLIC, "nav"))
WINNER, LOT_BLINDING, TOP_UP = 0xABC << 148 | 5, (1 << 199) + 3, 1_000_003
TERMS = Terms(discount=950_000, reserved=0, target=11_000)


# No part of these sizes is whole, but by chance.
UNEVEN = replace(MIXED, base=5_000_003, perp=-7_000_009, perp_entry=-20_000_000_007)


def worth(book: Book, thousandths: int, snapshot: Snapshot = MARKET) -> Book:
    """The same book with its cash changed until its NAV is a part of what it must be worth."""
    report = margin(book, snapshot)
    required = report.nav - report.excess(BPS)
    return replace(book, cash=book.cash + thousandths * required // 1000 - report.nav)


def slice_of(book: Book, terms: Terms = TERMS, snapshot: Snapshot = MARKET) -> Slice:
    """The smallest slice."""
    return smallest_slice(margin(book, snapshot), terms)


def sale_inputs(taken: Slice, top_up: int = TOP_UP) -> Inputs:
    """The honest inputs of liquidate, if the slice is valid."""
    lot = taken.lot(8, 1, LOT_BLINDING, top_up)
    return liquidate_inputs(taken, lot, WINNER, DOMAIN, TINY)


def nav_inputs_of(book: Book = MIXED, snapshot: Snapshot = MARKET) -> Inputs:
    """The honest inputs of nav."""
    return nav_inputs(margin(book, snapshot), DOMAIN, TINY)


PARTLY = slice_of(worth(UNEVEN, 800))
RESERVED = slice_of(worth(UNEVEN, 700), Terms(900_000, PARTLY.old.nav // 10, 12_000))
INSOLVENT = slice_of(worth(MIXED, -50))
WORTHLESS = slice_of(worth(MIXED, 500), Terms(900_000, PARTLY.old.nav, 11_000))
SLICES = {
    "partly": PARTLY,
    "reserved": RESERVED,
    "insolvent": INSOLVENT,
    "worth its reserve": WORTHLESS,
}
assert PARTLY.fraction < FRACTION_ONE
