# SPDX-License-Identifier: Apache-2.0
"""The accounts of a simulated venue: real books, in the styles that venues see.

Every account gets just the cash that gives it a drawn ratio of NAV to MMR at the start, by the
margin specification.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

from zkmargin.book import Book, Slot
from zkmargin.margin import margin
from zkmargin.snapshot import Snapshot
from zkmargin.units import QUOTE, SIZE

LOWEST_RATIO, TYPICAL_RATIO = 1.08, 1.6
STRIKE_STEP = 0.05  # listed strikes stand this far apart, as shares of the forward
_BLINDING = 1 << 200  # nothing is committed here

Style = Callable[[random.Random, Snapshot], Book]


def population(count: int, snapshot: Snapshot, seed: int) -> tuple[Book, ...]:
    """`count` accounts with sizes of a long tail and ratios from 1.08 up; the same for a seed."""
    rng = random.Random(seed)
    styles = list(STYLES)
    return tuple(
        _funded(replace(rng.choice(styles)(rng, snapshot), account=account), snapshot, rng)
        for account in range(1, count + 1)
    )


def short_strangle(rng: random.Random, snapshot: Snapshot) -> Book:
    """A short call above and a short put below the forward, partly hedged by the perp."""
    size, expiry = _size(rng), _expiry(rng, snapshot)
    width = rng.randint(1, 4)
    call = Slot(expiry, _strike(snapshot, width), -size, 0)
    put = Slot(expiry, _strike(snapshot, -width), 0, -size)
    return _book(slots=(put, call), perp=int(size * rng.uniform(-0.2, 0.2)), snapshot=snapshot)


def put_writer(rng: random.Random, snapshot: Snapshot) -> Book:
    """Short puts on one to three strikes below the forward."""
    slots = tuple(
        Slot(_expiry(rng, snapshot), _strike(snapshot, -steps), 0, -_size(rng))
        for steps in range(rng.randint(0, 1), rng.randint(2, 4))
    )
    return _book(slots=slots, snapshot=snapshot)


def covered_call(rng: random.Random, snapshot: Snapshot) -> Book:
    """Spot collateral, short calls on part of it, financed by negative cash."""
    size = _size(rng)
    sold = -int(size * rng.uniform(0.5, 1.0))
    slot = Slot(_expiry(rng, snapshot), _strike(snapshot, rng.randint(1, 4)), sold, 0)
    return _book(slots=(slot,), base=size, snapshot=snapshot)


def calendar(rng: random.Random, snapshot: Snapshot) -> Book:
    """Short a near straddle, long a far one at the same strike."""
    size, strike = _size(rng), _strike(snapshot, rng.randint(-2, 2))
    near, far = snapshot.rows[0].expiry, snapshot.rows[-1].expiry
    slots = (Slot(near, strike, -size, -size), Slot(far, strike, int(size * 0.8), int(size * 0.8)))
    return _book(slots=slots, snapshot=snapshot)


def leveraged_perp(rng: random.Random, snapshot: Snapshot) -> Book:
    """A long perp, mostly, with a few bought puts."""
    size = _size(rng)
    held = size if rng.random() < 0.8 else -size
    put = Slot(_expiry(rng, snapshot), _strike(snapshot, -3), 0, int(size * rng.uniform(0, 0.3)))
    return _book(slots=(put,), perp=held, snapshot=snapshot)


STYLES: tuple[Style, ...] = (short_strangle, put_writer, covered_call, calendar, leveraged_perp)


def _book(
    *, snapshot: Snapshot, slots: tuple[Slot, ...] = (), base: int = 0, perp: int = 0
) -> Book:
    entry = perp * snapshot.header.perp_mark // SIZE
    return Book(0, 1, 0, base, perp, entry, slots, _BLINDING)


def _funded(book: Book, snapshot: Snapshot, rng: random.Random) -> Book:
    report = margin(book, snapshot)
    ratio = LOWEST_RATIO + rng.expovariate(1 / (TYPICAL_RATIO - LOWEST_RATIO))
    return replace(book, cash=int(ratio * report.mmr) - report.nav)


def _size(rng: random.Random) -> int:
    return int(SIZE * math.exp(rng.gauss(math.log(40), 1.3)))


def _expiry(rng: random.Random, snapshot: Snapshot) -> int:
    return rng.choice(snapshot.rows).expiry


def _strike(snapshot: Snapshot, steps: int) -> int:
    forward = snapshot.header.index / QUOTE
    grid: float = 10.0 ** (math.floor(math.log10(forward)) - 1) / 2
    return round(forward * (1 + STRIKE_STEP * steps) / grid) * round(grid * QUOTE)
