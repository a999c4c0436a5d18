# SPDX-License-Identifier: Apache-2.0
"""Random valid snapshots and books: every preset, expiry, vol, strike and size the bounds admit."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from zkmargin.book import Book, Slot
from zkmargin.option import Svi
from zkmargin.params import RiskParams, Scenario, VolLaw
from zkmargin.presets import Preset
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import live_row, settled_row, svi_from_real
from zkmargin.units import BPS, QUOTE, SECONDS_PER_YEAR, SIZE_BOUND

CLOCK = 1_740_000_000
TWO_YEARS = 2 * SECONDS_PER_YEAR


def random_params(rng: random.Random, blocks: int) -> RiskParams:
    """Risk parameters that fill the first `blocks` scenario blocks."""
    basis_add, basis_mult = rng.choice([(2_500, 100), (2_500, 12_000), (BPS, 12_000), (4 * BPS, 0)])
    scenarios = [Scenario(f"{m} {mode}", m, mode, w) for m, mode, w in _moves(rng, blocks)]
    return RiskParams(
        name="random",
        scenarios=tuple(scenarios),
        vol_law=VolLaw(
            up=rng.choice([4_500, 6_000, 2_500]),
            down=rng.choice([3_000, 2_500, 0]),
            min_vol=rng.choice([0, 0, 5_000]),
        ),
        phi=rng.choice([5_000, 8_000, BPS]),
        perp_pct=rng.choice([0, 200, 300]),
        base_pct=rng.choice([0, 200, 300]),
        naked_pct=rng.choice([0, 100, 200]),
        hedge_spread=rng.choice([0, 5, 20]),
        vega_spread=rng.choice([0, 50, 100]),
        basis_add=basis_add,
        basis_mult=basis_mult,
    )


def _moves(rng: random.Random, blocks: int) -> list[tuple[int, str, int]]:
    reach = rng.choice([1_500, 1_800, 3_000])
    near = [BPS - 500, BPS + 500]
    if blocks == 1:
        body = [BPS - reach, BPS, BPS + reach]
        return [(m, "none", BPS) for m in near] + [
            (m, v, BPS) for v in ("up", "down") for m in body
        ]
    steps = [BPS + reach * i // 3 for i in (-3, -2, -1, 1, 2, 3)]
    moves = [(m, "none", BPS) for m in near + steps[:2] + steps[4:]]
    moves += [(m, v, BPS) for v in ("up", "down") for m in [*steps, BPS]]
    if blocks == 2:
        return moves + [(m, "up", BPS) for m in (8_000 - reach, 12_000 + reach)]
    tails = (3_400, 6_700, 15_000, 20_000, 30_000, 40_000, 50_000, 60_000)
    return moves + [(m, "up", rng.randrange(200, 5_000)) for m in tails]


def random_svi(rng: random.Random, seconds: int) -> Svi:
    """A smile of 10 % to 400 % vol at the money, its slope within the rules."""
    years = seconds / SECONDS_PER_YEAR
    vol = math.exp(rng.uniform(math.log(0.1), math.log(4.0)))
    variance = vol * vol * years
    if rng.random() < 0.2:
        return svi_from_real(variance, 0, 0, 0, 0)
    sigma = math.exp(rng.uniform(math.log(0.02), math.log(1.0)))
    share = rng.uniform(0.1, 0.9)
    rho = rng.uniform(-0.8, 0.8)
    b = share * variance / (sigma * math.sqrt(1 - rho * rho))
    b = min(b, 1.2 * math.sqrt(variance))
    a = variance - b * sigma
    low = a + b * sigma * math.sqrt(1 - rho * rho)
    if low < variance * 0.36:  # keeps the lowest vol above 0.6 of the one at the money
        a += variance * 0.36 - low
    return svi_from_real(a, b, rho, rng.uniform(-0.1, 0.1) * sigma, sigma)


def random_seconds(rng: random.Random) -> int:
    """Time to expiry from one minute to two years, evenly in logs."""
    return int(math.exp(rng.uniform(math.log(60), math.log(TWO_YEARS))))


def random_snapshot(rng: random.Random, blocks: int, rows: int) -> Snapshot:
    """A snapshot of up to 15 expiries, some of them settled."""
    params = random_params(rng, blocks)
    index = int(math.exp(rng.uniform(math.log(1.1), math.log(2e6))) * QUOTE)
    listed: dict[int, Row] = {}
    while len(listed) < rows:
        spread = rng.uniform(0.9, 1.1)
        forward = max(QUOTE, int(index * spread))
        if rng.random() < 0.12:
            expiry = CLOCK - rng.randrange(29 * 86_400)
            listed[expiry] = settled_row(expiry, max(QUOTE, int(forward * rng.uniform(0.5, 2))))
        else:
            seconds = random_seconds(rng)
            svi = random_svi(rng, seconds)
            listed[CLOCK + seconds] = live_row(CLOCK + seconds, forward, svi, params, CLOCK)
    header = Header(
        feed=rng.getrandbits(64),
        contract_size=10**6,
        epoch=rng.getrandbits(40),
        timestamp=CLOCK,
        index=index,
        perp_mark=int(index * rng.uniform(0.95, 1.05)),
        cumulative_funding=rng.randrange(-index // 10, index // 10),
        credit=rng.choice([1 << 30, 1 << 30, rng.randrange(1 << 29, 1 << 30)]),
        debit=rng.choice([1 << 30, rng.randrange(1 << 30, (1 << 30) + (1 << 26))]),
    )
    return Snapshot(header, params, tuple(listed[expiry] for expiry in sorted(listed)))


def random_book(rng: random.Random, snapshot: Snapshot, slots: int, expiries: int) -> Book:
    """A book of at most so many strikes and expiries, sizes from dust to the bound."""
    rows = rng.sample(snapshot.rows, min(expiries, len(snapshot.rows)))
    scale = math.exp(rng.uniform(0, math.log(SIZE_BOUND)))
    held = tuple(_slot(rng, rng.choice(rows), scale) for _ in range(slots)) if rows else ()
    base = rng.choice([0, int(scale * rng.random())])
    perp = rng.choice([0, _size(rng, scale)])
    return Book(
        account=rng.getrandbits(64),
        version=rng.getrandbits(64),
        cash=int(rng.uniform(-1, 3) * scale * snapshot.header.index / QUOTE),
        base=base,
        perp=perp,
        perp_entry=perp * snapshot.header.perp_mark // QUOTE,
        slots=held,
        blinding=(1 << 247) | rng.getrandbits(247),
    )


def _slot(rng: random.Random, row: Row, scale: float) -> Slot:
    style = rng.random()
    moneyness = math.exp(rng.uniform(math.log(0.2), math.log(5)))
    if style < 0.3:
        moneyness = math.exp(rng.gauss(0, 0.1))
    strike = row.forward if style > 0.97 else max(1, int(row.forward * moneyness))
    call = rng.choice([0, _size(rng, scale)])
    put = rng.choice([0, _size(rng, scale), -call])
    return Slot(row.expiry, strike, call, put)


def _size(rng: random.Random, scale: float) -> int:
    return rng.choice([-1, 1]) * min(SIZE_BOUND - 1, int(scale * rng.random()) + 1)


def random_case(rng: random.Random, preset: Preset) -> tuple[Book, Snapshot]:
    """A book that fits a preset, under a snapshot that its scenario blocks express."""
    rows = rng.randrange(1, 16)
    snapshot = random_snapshot(rng, preset.scenario_blocks, rows)
    slots = rng.choice([0, 1, rng.randrange(preset.slots + 1), preset.slots])
    book = random_book(rng, snapshot, slots, preset.expiries)
    return shrunk(book, snapshot), snapshot


def shrunk(book: Book, snapshot: Snapshot) -> Book:
    """The same book with its sizes cut until its gross is within the venue's bound."""
    m = snapshot.params.max_multiplier / BPS
    forwards = {row.expiry: row.forward for row in snapshot.rows}
    gross = book.base * snapshot.header.index + abs(book.perp) * snapshot.header.perp_mark
    gross += sum(
        (abs(s.call) + abs(s.put)) * (m * forwards[s.expiry] + s.strike) for s in book.slots
    )
    limit = 0.99 * snapshot.params.max_gross * QUOTE
    if gross <= limit:
        return book
    share = limit / gross
    return replace(
        book,
        cash=int(book.cash * share),
        base=int(book.base * share),
        perp=int(book.perp * share),
        perp_entry=int(book.perp_entry * share),
        slots=tuple(
            replace(s, call=int(s.call * share), put=int(s.put * share)) for s in book.slots
        ),
    )
