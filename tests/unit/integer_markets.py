# SPDX-License-Identifier: Apache-2.0
"""Small integer snapshots and books that the tests of the specification share."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from random_market import random_case, shrunk

from zkmargin.book import Book, Slot
from zkmargin.option import Svi
from zkmargin.params import RiskParams, Scenario, VolLaw
from zkmargin.presets import SMALL
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import live_row, settled_row, svi_from_real
from zkmargin.units import BPS, QUOTE, SECONDS_PER_YEAR, SIZE

DAY = 86_400
CLOCK = 1_740_000_000
EXPIRED = CLOCK - 5 * DAY  # expiries: settled five days ago, in a month, in a year
MONTH = CLOCK + 30 * DAY
YEAR = CLOCK + 365 * DAY
SECRET = (1 << 247) | 0xC0FFEE


def quote(text: str) -> int:
    """A price or an amount in units of 1e-6; refuses what is not a whole number of them."""
    amount = Decimal(text) * QUOTE
    assert amount == int(amount), text
    return int(amount)


def size(text: str) -> int:
    """A size in units of 1e-6 contract."""
    return quote(text) * SIZE // QUOTE


def grid(*moves: int, modes: tuple[str, ...] = ("none", "up", "down")) -> tuple[Scenario, ...]:
    """One scenario of full weight for every move [bps] in every vol mode, named like '-1500 up'."""
    pairs = [(move, mode) for move in moves for mode in modes]
    return tuple(Scenario(f"{move} {mode}", BPS + move, mode, BPS) for move, mode in pairs)


PARAMS = RiskParams(
    "test",
    grid(-1_500, -500, 500, 1_500),
    VolLaw(up=4_500, down=3_000),
    phi=9_000,
    perp_pct=200,
    base_pct=300,
    naked_pct=100,
    hedge_spread=5,
    vega_spread=50,
    basis_add=2_500,
    basis_mult=1_000,
)
BARE = RiskParams("bare", (), VolLaw(up=4_500, down=3_000))
HEADER = Header(
    feed=7,
    contract_size=SIZE,
    epoch=3,
    timestamp=CLOCK,
    index=quote("100"),
    perp_mark=quote("101"),
)


def flat(vol: str, seconds: int) -> Svi:
    """A smile without slope, of one annual vol."""
    years = Fraction(seconds, SECONDS_PER_YEAR)
    return svi_from_real(float(Fraction(vol) ** 2 * years), 0, 0, 0, 0)


def skewed(vol: str, seconds: int) -> Svi:
    """A smile around an annual vol, lower strikes dearer."""
    variance = float(Fraction(vol) ** 2 * Fraction(seconds, SECONDS_PER_YEAR))
    return svi_from_real(variance / 2, variance * 2, -0.3, 0.02, 0.25)


def live(expiry: int, forward: str, vol: str, params: RiskParams = PARAMS) -> Row:
    return live_row(expiry, quote(forward), skewed(vol, expiry - CLOCK), params, CLOCK)


def snapshot(*rows: Row, params: RiskParams = PARAMS, **header: Any) -> Snapshot:
    return Snapshot(replace(HEADER, **header), params, rows)


def market(params: RiskParams = PARAMS, **header: Any) -> Snapshot:
    """Three expiries: one settled at 90, a month at 100, a year at 103."""
    rows = (
        settled_row(EXPIRED, quote("90")),
        live(MONTH, "100", "0.6", params),
        live(YEAR, "103", "0.5", params),
    )
    return snapshot(*rows, params=params, **header)


def book(*slots: tuple[int, str, str, str], **holdings: Any) -> Book:
    """Slots are (expiry, strike, call, put); everything not given is zero."""
    held = {"account": 1, "version": 1, "cash": 0, "base": 0, "perp": 0, "perp_entry": 0}
    held |= {"blinding": SECRET} | holdings
    listed = (Slot(expiry, quote(k), size(c), size(p)) for expiry, k, c, p in slots)
    return Book(**held, slots=tuple(listed))


def case_of(seed: int) -> tuple[Book, Snapshot]:
    """A random book whose gross leaves room for twice as much."""
    book, snapshot = random_case(random.Random(seed), SMALL)
    return scaled(shrunk(book, snapshot), 1, 4), snapshot


def scaled(book: Book, times: int, over: int = 1) -> Book:
    """Every holding times a ratio, toward zero."""

    def part(x: int) -> int:
        return (abs(x) * times // over) * (1 if x >= 0 else -1)

    slots = (replace(s, call=part(s.call), put=part(s.put)) for s in book.slots)
    holdings = {name: part(getattr(book, name)) for name in ("cash", "base", "perp", "perp_entry")}
    return replace(book, **holdings, slots=tuple(slots))
