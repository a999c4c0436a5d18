# SPDX-License-Identifier: Apache-2.0
"""Random books in shortfall, and the terms of auctions for them."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from random_market import random_case

from zkmargin.book import Book
from zkmargin.liquidation import Slice, Terms, smallest_slice
from zkmargin.margin import MarginReport, margin
from zkmargin.presets import Preset
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, FRACTION_ONE


def short_case(
    rng: random.Random, preset: Preset, part: Fraction | None = None
) -> tuple[Book, Snapshot]:
    """A random book whose NAV is a part of what it must be worth at level 1.

    part   above 0 and below 1 unless told; below 0 the account is insolvent
    """
    part = Fraction(rng.randrange(1, 1000), 1000) if part is None else part
    while True:
        book, snapshot = random_case(rng, preset)
        report = margin(book, snapshot)
        required = report.nav - report.excess(BPS)
        cash = book.cash + int(part * required) - report.nav
        if required > 10**6 and abs(cash) < 1 << 62:
            short = replace(book, cash=cash, version=book.version % 2**63)
            if margin(short, snapshot).excess_unreduced(BPS) < 0:
                return short, snapshot


def random_terms(rng: random.Random, report: MarginReport) -> Terms:
    """Terms with a target above level 1."""
    reserved = rng.choice([0, 0, rng.randrange(max(1, abs(report.nav)))])
    discount = rng.choice([FRACTION_ONE, 950_000, 700_000, 0, rng.randrange(FRACTION_ONE)])
    return Terms(discount, reserved, rng.choice([BPS, 11_000, 11_500, 15_000]))


def random_slice(rng: random.Random, preset: Preset) -> Slice:
    """The smallest slice of a random book; one account in ten is insolvent."""
    part = Fraction(rng.randrange(-900, 0), 1000) if rng.random() < 0.1 else None
    report = margin(*short_case(rng, preset, part))
    return smallest_slice(report, random_terms(rng, report))
