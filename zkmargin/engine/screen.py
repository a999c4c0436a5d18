# SPDX-License-Identifier: Apache-2.0
"""The verdict on very many books against one snapshot: floats with a certified error bound.

An account is healthy or short only if the bound leaves no doubt; the rest are undecided and go to
the integers of the specification. docs/screen.md derives

    abs(excess of the floats - excess of the integers)
        <= 4.25 2^-24 sum abs(Q) (F max_m + K) + 2^-42 M + level phi (2 + sum of basis factors)
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from zkmargin.book import Book
from zkmargin.engine.account_margins import AccountMargins, account_margins, joined
from zkmargin.engine.holdings import Floats, Holdings, Integers
from zkmargin.engine.series import moves_of, price_series
from zkmargin.errors import InputError
from zkmargin.margin import healthy, margin
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, LEVEL_MAX

APPROXIMATION: Final = 4.25 * 2.0**-24  # of sum abs(Q) (F max_m + K)
NAV_APPROXIMATION: Final = 0.25 * 2.0**-24  # the same, for NAV alone
FLOAT_ROUNDING: Final = 2.0**-42  # of M, the sum of all money in absolute value
WORKERS: Final = 2
LEGS_AT_ONCE: Final = 8_000  # keeps the prices of unshared strikes in a core's cache

_GROSS_SURE: Final = 1 - 2.0**-40  # of max_gross: below it the specification admits for certain
_SHARED: Final = 4  # legs a series, from which all series are priced once for all accounts


class Verdict(IntEnum):
    """What is known of an account; REFUSED if the specification has no margin for its book."""

    SHORT = -1
    UNDECIDED = 0
    HEALTHY = 1
    REFUSED = 2


@dataclass(frozen=True)
class Screen:
    """The verdict on n accounts at one level; money in 1e-6 quote, shape [n].

    margins     M3 to M9 in floats
    bound       certified: abs(excess - that of the specification) <= bound
    nav_bound   certified for the NAV
    verdict     `Verdict`
    """

    level: int
    scenario_names: tuple[str, ...]
    margins: AccountMargins
    excess: Floats
    bound: Floats
    nav_bound: Floats
    verdict: npt.NDArray[np.int8]

    def worst_scenario(self, account: int) -> str:
        """What sets the scan loss: a scenario's name, "basis" or "none"."""
        place = int(self.margins.worst[account])
        if place < 0:
            return "none"
        return "basis" if place == len(self.scenario_names) else self.scenario_names[place]

    def places(self, verdict: Verdict) -> Integers:
        """The accounts with a verdict, increasing."""
        return np.flatnonzero(self.verdict == verdict)


def screen(
    books: Holdings, snapshot: Snapshot, level: int = BPS, *, workers: int = WORKERS
) -> Screen:
    """The verdict on every account at a level [bps], on so many threads.

    raises   InputError if the level is not within [0, 20000]
    """
    if not 0 <= level <= LEVEL_MAX:
        raise InputError("level", level, f"must be between 0 and {LEVEL_MAX} bps")
    margins = _margins(books, snapshot, workers)
    excess = margins.nav - margins.reserve - margins.mmr * (level / BPS)
    rounding = FLOAT_ROUNDING * _money(books, margins, snapshot)
    bound = APPROXIMATION * margins.notional + rounding
    bound += margins.rounded_up * (level / BPS * snapshot.params.phi / BPS)
    decided = np.where(excess >= bound, Verdict.HEALTHY, Verdict.UNDECIDED)
    decided = np.where(excess < -bound, Verdict.SHORT, decided)
    admitted = (margins.gross < snapshot.params.max_gross * _GROSS_SURE) & (margins.unsure == 0.0)
    return Screen(
        level=level,
        scenario_names=tuple(m.name for m in moves_of(snapshot.params)[2:]),
        margins=margins,
        excess=excess,
        bound=bound,
        nav_bound=NAV_APPROXIMATION * margins.notional + rounding,
        verdict=np.where(admitted, decided, Verdict.UNDECIDED).astype(np.int8),
    )


def resolve(result: Screen, snapshot: Snapshot, book: Callable[[int], Book]) -> Screen:
    """The screen with every undecided account settled by the specification.

    book   gives the book at a place
    """
    verdict = result.verdict.copy()
    for place in result.places(Verdict.UNDECIDED):
        verdict[place] = exact_verdict(book(int(place)), snapshot, result.level)
    return replace(result, verdict=verdict)


def exact_verdict(book: Book, snapshot: Snapshot, level: int) -> Verdict:
    """What the specification says; REFUSED if it has no margin for the book."""
    try:
        report = margin(book, snapshot)
    except InputError:
        return Verdict.REFUSED
    return Verdict.HEALTHY if healthy(report, level) else Verdict.SHORT


def _margins(books: Holdings, snapshot: Snapshot, workers: int) -> AccountMargins:
    """The margins of all accounts, in parts; shared strikes are priced once for all parts."""
    shared = len(books.strikes) * _SHARED <= books.legs
    priced = price_series(books.expiries, books.strikes, snapshot) if shared else None
    legs = -(-books.legs // workers) if shared else LEGS_AT_ONCE
    parts = [books.part(first, end) for first, end in _cuts(books.starts, max(1, legs))]

    def one(part: Holdings) -> AccountMargins:
        if priced is not None:
            return account_margins(part, priced, snapshot)
        own = part.apart()
        return account_margins(own, price_series(own.expiries, own.strikes, snapshot), snapshot)

    with ThreadPoolExecutor(workers) as pool:
        return joined(list(pool.map(one, parts)))


def _cuts(starts: Integers, legs: int) -> list[tuple[int, int]]:
    """Ranges of accounts with about so many legs each; one range at least."""
    accounts = len(starts) - 1
    wanted = np.arange(legs, int(starts[-1]), legs)
    inner = np.searchsorted(starts, wanted).clip(max=accounts)
    edges = np.unique(np.concatenate(([0], inner, [accounts]))).tolist()
    return list(pairwise(edges)) or [(0, 0)]


def _money(books: Holdings, margins: AccountMargins, snapshot: Snapshot) -> Floats:
    """M: everything that is added up, in absolute value."""
    head = snapshot.header
    funding = np.abs(books.perp) * abs(head.cumulative_funding)
    money: Floats = 2 * np.abs(books.cash) + np.abs(books.perp_entry) + funding + margins.gross
    return money
