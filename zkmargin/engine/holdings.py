# SPDX-License-Identifier: Apache-2.0
"""Very many books as columns of numbers, made once and screened against any snapshot.

A leg is one slot of one book. Legs are ordered by account, then by expiry; books share listed
strikes, so each distinct (expiry, strike), a *series*, is kept once and legs point to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from zkmargin.book import Book
from zkmargin.units import SIZE

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_KEY_BITS = 48  # a strike is below 2^48


@dataclass(frozen=True)
class Holdings:
    """Books as columns; n accounts, l legs, g (account, expiry) groups, s series.

    cash, perp_entry      shape [n] [1e-6 quote]
    base, perp            shape [n] [contracts]
    starts                shape [n + 1], first leg of each account
    net, put, size        shape [l], call + put, put, abs(call) + abs(put) [contracts]
    series                shape [l], place of the leg's series
    group_starts          shape [g], first leg of each group
    group_accounts        shape [g]
    expiries, strikes     shape [s] [s], [1e-6 quote]
    """

    cash: Floats
    perp_entry: Floats
    base: Floats
    perp: Floats
    starts: Integers
    net: Floats
    put: Floats
    size: Floats
    series: npt.NDArray[np.int32]
    group_starts: Integers
    group_accounts: Integers
    expiries: Integers
    strikes: Integers

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return len(self.cash)

    @property
    def legs(self) -> int:
        """Number of legs."""
        return len(self.net)

    def part(self, first: int, end: int) -> Holdings:
        """The accounts in [first, end), the series shared."""
        low, high = int(self.starts[first]), int(self.starts[end])
        group_low, group_high = np.searchsorted(self.group_accounts, (first, end))
        return replace(
            self,
            cash=self.cash[first:end],
            perp_entry=self.perp_entry[first:end],
            base=self.base[first:end],
            perp=self.perp[first:end],
            starts=self.starts[first : end + 1] - low,
            net=self.net[low:high],
            put=self.put[low:high],
            size=self.size[low:high],
            series=self.series[low:high],
            group_starts=self.group_starts[group_low:group_high] - low,
            group_accounts=self.group_accounts[group_low:group_high] - first,
        )

    def apart(self) -> Holdings:
        """The same legs, each with a series of its own."""
        return replace(
            self,
            series=np.arange(self.legs, dtype=np.int32),
            expiries=self.expiries[self.series],
            strikes=self.strikes[self.series],
        )


def holdings(books: Sequence[Book]) -> Holdings:
    """The columns of many books, in the order given."""
    heads = [(b.cash, b.perp_entry, b.base, b.perp) for b in books]
    cash, perp_entry, base, perp = _columns(heads, 4)
    slots = [sorted(book.slots, key=lambda slot: slot.expiry) for book in books]
    legs = [(s.expiry, s.strike, s.call, s.put) for held in slots for s in held]
    expiry, strike, call, put = _columns(legs, 4)
    starts = np.concatenate(([0], np.cumsum([len(held) for held in slots], dtype=np.int64)))
    return from_columns(
        heads=(cash, perp_entry, base, perp), starts=starts, legs=(expiry, strike, call, put)
    )


def from_columns(
    *,
    heads: tuple[Integers, Integers, Integers, Integers],
    starts: Integers,
    legs: tuple[Integers, Integers, Integers, Integers],
) -> Holdings:
    """Holdings from integer columns, in the units of `Book`.

    heads    cash, perp entry, base, perp of each account
    starts   first leg of each account, and the number of legs
    legs     expiry, strike, call, put; each account's legs in order of expiry
    """
    expiry, strike, call, put = legs
    account = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    group_starts = np.flatnonzero(_changes(account) | _changes(expiry))
    expiries, strikes, series = _series(expiry, strike)
    cash, perp_entry, base, perp = heads
    return Holdings(
        cash=cash.astype(np.float64),
        perp_entry=perp_entry.astype(np.float64),
        base=base / SIZE,
        perp=perp / SIZE,
        starts=starts.astype(np.int64),
        net=(call + put) / SIZE,
        put=put / SIZE,
        size=(np.abs(call) + np.abs(put)) / SIZE,
        series=series,
        group_starts=group_starts,
        group_accounts=account[group_starts],
        expiries=expiries,
        strikes=strikes,
    )


def _series(expiry: Integers, strike: Integers) -> tuple[Integers, Integers, npt.NDArray[np.int32]]:
    """The distinct (expiry, strike) pairs in order, and the place of each leg's."""
    dates, date = np.unique(expiry, return_inverse=True)
    keys = (date.astype(np.int64) << _KEY_BITS) | strike
    distinct, place = np.unique(keys, return_inverse=True)
    strikes = distinct & ((1 << _KEY_BITS) - 1)
    return dates[distinct >> _KEY_BITS], strikes, place.astype(np.int32)


def _changes(values: Integers) -> npt.NDArray[np.bool_]:
    """True where a value differs from the one before it, and at the first."""
    changed = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> Integers:
    return np.array(rows, dtype=np.int64).reshape(-1, width).T
