# SPDX-License-Identifier: Apache-2.0
"""Books made to be priced as wrongly as the rules allow, and a search for the worst of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from random_market import CLOCK
from truth.comparison import Comparison, compare

from zkmargin import units
from zkmargin.book import Book, Slot
from zkmargin.errors import BookError, SnapshotError
from zkmargin.params import (
    HIGHEST_HEDGE_SPREAD,
    HIGHEST_VEGA_SPREAD,
    RiskParams,
    VolLaw,
)
from zkmargin.snapshot import Header, Snapshot
from zkmargin.snapshot_rules import (
    HIGHEST_BASIS_FACTOR,
    LONGEST_EXPIRY,
    live_row,
    svi_from_real,
    validate,
)
from zkmargin.units import BPS, LEVEL_MAX, QUOTE, SECONDS_PER_YEAR, SIZE

CONTRACTS = 100 * SIZE  # so that a unit of money is small beside an error
LEAST_VOL = (units.MIN_TOTAL_VOL + 1.5) / 2**units.VOL_TICK_BITS
SLOWEST = 1 / 120  # annual vol, a little above the lowest admitted


@dataclass(frozen=True)
class Attack:
    """One strike, long or short, whose every rounding can be steered.

    forward       [1e-6 quote]; its last digits decide how ln F and ln K round
    vol           total vol at the strike; z = ln(F / K) / vol
    wing, rho     (b + abs(b rho)) / vol, and rho, of a smile with its kink `kink` vols away
    step          basis shocks either side [bps]
    sign, hedge   side of the option; side of perps beside it, or 0
    seconds       to expiry
    level         [bps]
    """

    forward: int
    vol: float
    z: float
    wing: float
    rho: float
    kink: float
    step: int
    sign: int
    hedge: int
    seconds: int
    level: int = LEVEL_MAX


@dataclass(frozen=True)
class Venue:
    """Which charges an attack may use [bps]."""

    basis: int = HIGHEST_BASIS_FACTOR
    hedge: int = HIGHEST_HEDGE_SPREAD
    vega: int = HIGHEST_VEGA_SPREAD

    def case(self, attack: Attack) -> tuple[Book, Snapshot]:
        """The book and the snapshot of an attack; the snapshot may be invalid."""
        params = RiskParams(
            "attack",
            (),
            VolLaw(0, 0),
            hedge_spread=self.hedge,
            vega_spread=self.vega,
            basis_down=BPS - attack.step,
            basis_up=BPS + attack.step,
            basis_add=self.basis,
        )
        strike = max(1, round(attack.forward * math.exp(-attack.z * attack.vol)))
        k = math.log(strike / attack.forward)
        b, y = attack.wing * attack.vol / (1 + abs(attack.rho)), attack.kink * attack.vol
        a = attack.vol**2 - b * (abs(y) + attack.rho * y)
        svi = svi_from_real(a, b, attack.rho, k - y, 0)
        row = live_row(CLOCK + attack.seconds, attack.forward, svi, params, CLOCK)
        index = 2 * attack.forward
        head = Header(1, QUOTE, 1, CLOCK, index, index // 2)
        slot = Slot(row.expiry, strike, attack.sign * CONTRACTS, 0)
        book = Book(1, 1, 0, 0, 2 * attack.hedge * CONTRACTS, 0, (slot,), 1 << 247)
        return book, Snapshot(head, params, (row,))

    def result(self, attack: Attack) -> Comparison | None:
        """What an attack achieves, or None if its snapshot or book is refused."""
        try:
            book, snapshot = self.case(attack)
            validate(snapshot)
            return compare(book, snapshot, attack.level)
        except (SnapshotError, BookError):
            return None

    def error(self, attack: Attack) -> float:
        """The error of an attack in units of 2^-24 of the notional, 0 if it is refused."""
        result = self.result(attack)
        return 0.0 if result is None else result.error


def random_attack(rng: random.Random, level: int = LEVEL_MAX) -> Attack:
    """An attack at the least vol half of the time, else at any."""
    vol = LEAST_VOL * rng.choice([1, math.exp(rng.uniform(0, 13))]) * rng.uniform(1, 1.02)
    years = min((vol / rng.choice([SLOWEST, 0.05, 1.0])) ** 2, 4)
    return Attack(
        forward=rng.randrange(10**9, 2**44),
        vol=vol,
        z=rng.uniform(-3, 3),
        wing=rng.choice([0, 3.9]),
        rho=rng.choice([0, rng.uniform(-1, 1)]),
        kink=rng.uniform(-0.02, 0.02),
        step=rng.choice([1, 2, 5, 50, 500, 5000]),
        sign=rng.choice([-1, 1]),
        hedge=rng.choice([-1, 0, 1]),
        seconds=max(60, min(LONGEST_EXPIRY, int(years * SECONDS_PER_YEAR))),
        level=level,
    )


def neighbour(rng: random.Random, attack: Attack) -> Attack:
    """The same attack with one thing changed."""
    changes: tuple[Callable[[], Attack], ...] = (
        lambda: replace(attack, forward=rng.randrange(10**9, 2**44)),
        lambda: replace(attack, vol=attack.vol * (1 + rng.gauss(0, 0.003))),
        lambda: replace(attack, z=attack.z + rng.gauss(0, 0.2)),
        lambda: replace(attack, kink=attack.kink * rng.uniform(-1.5, 1.5)),
        lambda: replace(attack, step=max(1, min(5000, attack.step + rng.choice([-3, -1, 1, 3])))),
        lambda: replace(attack, rho=max(-1, min(1, attack.rho + rng.gauss(0, 0.2)))),
        lambda: replace(attack, hedge=rng.choice([-1, 0, 1]), sign=rng.choice([-1, 1])),
    )
    return rng.choice(changes)()


def worst_attack(
    rng: random.Random, venue: Venue, starts: int, steps: int, level: int = LEVEL_MAX
) -> tuple[float, Attack]:
    """The most negative error that descents from the best of 16 random attacks each find."""
    worst: tuple[float, Attack] | None = None
    for _ in range(starts):
        attack = min((random_attack(rng, level) for _ in range(16)), key=venue.error)
        error = venue.error(attack)
        for _ in range(steps):
            other = neighbour(rng, attack)
            found = venue.error(other)
            if found < error:
                attack, error = other, found
        if worst is None or error < worst[0]:
            worst = error, attack
    assert worst is not None
    return worst
