# SPDX-License-Identifier: Apache-2.0
"""The smallest shortfall circuit, and inputs for it."""

from __future__ import annotations

from dataclasses import replace

from circuits.harness import compile_template
from circuits.margin_cases import DOMAIN, MARKET, MIXED, PUBLIC
from zkmargin.book import Book
from zkmargin.margin import margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS
from zkmargin.witness import Inputs, shortfall_inputs

SHORT_PUBLIC = (*PUBLIC, "beneficiary")
BENEFICIARY = 0xB0B << 148 | 0xB0B
SHORTFALL = compile_template(
    "circuits/shortfall.circom",
    "Shortfall",
    TINY.slots,
    TINY.expiries,
    TINY.scenario_blocks,
    public=SHORT_PUBLIC,
)


def in_shortfall(book: Book, snapshot: Snapshot = MARKET, level: int = BPS, by: int = 1) -> Book:
    """The same book with its cash changed until its excess, rounded down, is this much below 0."""
    return replace(book, cash=book.cash - margin(book, snapshot).excess(level) - by)


SHORT = in_shortfall(MIXED)


def short_inputs_of(
    book: Book = SHORT, snapshot: Snapshot = MARKET, level: int = BPS, by: int = BENEFICIARY
) -> Inputs:
    """The honest inputs."""
    return shortfall_inputs(book, snapshot, level, DOMAIN, by, TINY)
