# SPDX-License-Identifier: Apache-2.0
"""Slices that somebody gains by, whose lot and remainder open to just what they say."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from zkmargin.book import Book, Slot
from zkmargin.fixed import divide_down
from zkmargin.liquidation import Slice
from zkmargin.units import FRACTION_ONE


class Cheaper(Slice):
    """A winner who pays one unit less."""

    @property
    def price(self) -> int:
        return super().price - 1


class Dearer(Slice):
    """An owner who is paid one unit more."""

    @property
    def price(self) -> int:
        return super().price + 1


class MoreCash(Slice):
    """A winner who takes one unit more of the cash."""

    @property
    def cash(self) -> int:
        return super().cash + 1


class LessCash(Slice):
    """An owner who keeps one unit more of the cash."""

    @property
    def cash(self) -> int:
        return super().cash - 1


class LowerEntry(Slice):
    """A winner whose perp entry is rounded down."""

    @property
    def perp_entry(self) -> int:
        return divide_down(self.fraction * self.old.book.perp_entry, FRACTION_ONE)


class OtherSlots(Slice):
    """A winner who takes one unit more of the last strike's calls."""

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        *others, last = super().slots
        return (*others, replace(last, call=last.call + 1))


class FewerShorts(Slice):
    """A winner who takes one unit less of a short position than it says."""

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        first, *others = super().slots
        return (replace(first, call=first.call + 1), *others)


class MorePerp(Slice):
    """A winner whose part of the linear positions is rounded up."""

    def _part(self, x: int) -> int:
        return super()._part(x) + (1 if x in (self.old.book.perp, self.old.book.base) else 0)


class SameBlinding(Slice):
    """A remainder under the blinding of the old version."""

    @cached_property
    def remainder(self) -> Book:
        return replace(super().remainder, blinding=self.old.book.blinding)


class SameVersion(Slice):
    """A remainder that is no new version."""

    @cached_property
    def remainder(self) -> Book:
        return replace(super().remainder, version=self.old.book.version)


class OtherOwner(Slice):
    """A remainder that belongs to another account."""

    @cached_property
    def remainder(self) -> Book:
        return replace(super().remainder, account=self.old.book.account + 1)


class Generous(Slice):
    """A remainder whose cash comes from nowhere."""

    @cached_property
    def remainder(self) -> Book:
        return replace(super().remainder, cash=super().remainder.cash + 1)


class PartsOfMore(Slice):
    """A winner who takes the parts of a larger slice, and pays for its own."""

    @property
    def larger(self) -> Slice:
        """One step more."""
        return Slice(self.old, self.terms, self.fraction + 1)

    @property
    def price(self) -> int:
        return Slice(self.old, self.terms, self.fraction).price

    @property
    def cash(self) -> int:
        return self.larger.cash

    @property
    def perp_entry(self) -> int:
        return self.larger.perp_entry

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return self.larger.slots

    def _part(self, x: int) -> int:
        return self.larger._part(x)


FORGERIES = [
    *(Cheaper, Dearer, MoreCash, LessCash, LowerEntry, OtherSlots, FewerShorts, MorePerp),
    *(SameBlinding, SameVersion, OtherOwner, Generous, PartsOfMore),
]
