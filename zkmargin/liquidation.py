# SPDX-License-Identifier: Apache-2.0
"""THE SPECIFICATION of a liquidation, L1 to L4, in integers.

A slice f of a book in shortfall goes to the winner of an auction, who pays for it; the rest stays
with the owner. T = target MMR + Rn is what the account must be worth at the target.

    L1  f*    = (T - NAV) / (T - (1 - d)(NAV - R)), within (0, 1]      the smallest that restores T
    L2  lot   = f x toward zero for calls, puts, base, perp and cash - R; f entry, up
        remainder = old - lot, exactly; its cash also has the price
    L3  price = d f (NAV - R), up, and at least 0;   NAV <= R: f = 1
        deficit = max(0, -NAV), up
    L4  remainder has excess >= 0 at the target; one step less of f has not, unless NAV <= R;
        excess at level 1 does not fall

R is the cash of earlier bids, which is not for sale again; d is the price factor of the auction. A
bid for less than f* names a lower target. docs/liquidation.md derives L1 and says what is revealed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from zkmargin.book import Book, Slot
from zkmargin.commitment import successor_blinding
from zkmargin.errors import BookError, InputError
from zkmargin.fixed import divide_up
from zkmargin.margin import VALUE, WEIGHTED, MarginReport
from zkmargin.units import BPS, CASH_BOUND, FRACTION_ONE, LEVEL_MAX


@dataclass(frozen=True, slots=True)
class Terms:
    """What an auction fixes for one bid.

    discount   d, price factor in [0, 10^6]                      [1e-6]
    reserved   R, cash of earlier bids, >= 0                     [1e-6 quote]
    target     level that the remainder must reach, <= 20000     [bps]
    """

    discount: int
    reserved: int = 0
    target: int = BPS

    def __post_init__(self) -> None:
        for name, value, most in (
            ("discount", self.discount, FRACTION_ONE),
            ("reserved", self.reserved, CASH_BOUND - 1),
            ("target", self.target, LEVEL_MAX),
        ):
            if not 0 <= value <= most:
                raise InputError(name, value, f"must be at least 0 and at most {most}")


def restoring_fraction(nav: int, required: int, discount: int, reserved: int = 0) -> Fraction:
    """f* before any rounding, in (0, 1]; 1 if NAV <= R (L1).

    nav, required, reserved   NAV, T and R in any one unit, NAV < T
    discount                  d [1e-6]
    """
    if nav <= reserved:
        return Fraction(1)
    kept = Fraction(FRACTION_ONE - discount, FRACTION_ONE) * (nav - reserved)
    return min(Fraction(1), (required - nav) / (required - kept))


@dataclass(frozen=True)
class Slice:
    """A fraction of one book in an auction, and what is left; every property is one equation.

    fraction   f in [0, 10^6] [1e-6]; 0, with which nothing happens, is one step less than 1
    """

    old: MarginReport
    terms: Terms
    fraction: int

    @property
    def for_sale_unreduced(self) -> int:
        """max(0, NAV - R) [VALUE], exact: what the whole account is worth to a bidder."""
        return max(0, self.old.nav_unreduced - self.terms.reserved * VALUE)

    @property
    def price(self) -> int:
        """What the winner pays [1e-6 quote], up (L3)."""
        scaled = self.terms.discount * self.fraction * self.for_sale_unreduced
        return divide_up(scaled, FRACTION_ONE * FRACTION_ONE * VALUE)

    @property
    def deficit(self) -> int:
        """max(0, -NAV) [1e-6 quote], up (L3)."""
        return divide_up(max(0, -self.old.nav_unreduced), VALUE)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The winner's part of every strike (L2)."""
        return tuple(
            replace(s, call=self._part(s.call), put=self._part(s.put)) for s in self.old.book.slots
        )

    @property
    def cash(self) -> int:
        """The winner's part of the cash that is for sale, of either sign [1e-6 quote] (L2)."""
        return self._part(self.old.book.cash - self.terms.reserved)

    @property
    def perp_entry(self) -> int:
        """The winner's part of the perp entry [1e-6 quote], up (L2)."""
        return divide_up(self.fraction * self.old.book.perp_entry, FRACTION_ONE)

    def lot(self, account: int, version: int, blinding: int, top_up: int = 0) -> Book:
        """The winner's book, under an identity and a blinding of the winner's (L2).

        top_up   cash that is added to it [1e-6 quote]
        raises   BookError if a number is out of range
        """
        book = self.old.book
        return Book(
            account=account,
            version=version,
            cash=self.cash + top_up,
            base=self._part(book.base),
            perp=self._part(book.perp),
            perp_entry=self.perp_entry,
            slots=self.slots,
            blinding=blinding,
        )

    @cached_property
    def remainder(self) -> Book:
        """What stays with the owner, one version on, its blinding the successor of the old (L2)."""
        book = self.old.book
        kept = zip(book.slots, self.slots, strict=True)
        return Book(
            account=book.account,
            version=book.version + 1,
            cash=book.cash - self.cash + self.price,
            base=book.base - self._part(book.base),
            perp=book.perp - self._part(book.perp),
            perp_entry=book.perp_entry - self.perp_entry,
            slots=tuple(replace(s, call=s.call - p.call, put=s.put - p.put) for s, p in kept),
            blinding=successor_blinding(book.blinding, book.account, book.version + 1),
        )

    @cached_property
    def left(self) -> MarginReport:
        """The margin of the remainder, at the same prices."""
        pairs = zip(self.old.slots, self.remainder.slots, strict=True)
        priced = tuple(replace(priced, slot=slot) for priced, slot in pairs)
        return MarginReport(self.remainder, self.old.snapshot, priced)

    @property
    def restores(self) -> bool:
        """Whether the remainder reaches the target (L4)."""
        return self.left.excess_unreduced(self.terms.target) >= 0

    @property
    def improves(self) -> bool:
        """Whether the excess at level 1 does not fall (L4)."""
        return self.left.excess_unreduced(BPS) >= self.old.excess_unreduced(BPS)

    @property
    def one_step_less(self) -> Slice:
        """The slice that is 1e-6 smaller."""
        return replace(self, fraction=self.fraction - 1)

    @property
    def minimal(self) -> bool:
        """Whether one step less would not reach the target; a worthless account goes whole (L4)."""
        if self.for_sale_unreduced == 0:
            return self.fraction == FRACTION_ONE
        return not self.one_step_less.restores

    @property
    def valid(self) -> bool:
        """Whether the circuit `liquidate` has a witness of it (L1 to L4)."""
        within = 1 <= self.fraction <= FRACTION_ONE
        short = self.old.excess_unreduced(BPS) < 0
        return within and short and self.minimal and self.restores and self.improves

    def _part(self, x: int) -> int:
        part = self.fraction * abs(x) // FRACTION_ONE
        return part if x >= 0 else -part


def smallest_slice(report: MarginReport, terms: Terms) -> Slice:
    """The slice that restores the target while one step less of it does not (L1, L4).

    raises   BookError if the account is not in shortfall at level 1; InputError if it has reached
             the target as it is
    """
    if report.excess_unreduced(BPS) >= 0:
        raise BookError("excess", report.excess(BPS), "must be below 0: the account is healthy")
    if report.excess_unreduced(terms.target) >= 0:
        raise InputError("target", terms.target, "must be above the account's present level")
    whole = Slice(report, terms, FRACTION_ONE)
    if whole.for_sale_unreduced == 0:
        return whole
    low, high = 0, FRACTION_ONE  # nothing does not restore, everything does
    guess = _guess(report, terms)
    for tried in (guess, guess - 1):  # nearly always these two
        low, high = _narrowed(report, terms, low, high, tried)
    while high - low > 1:
        low, high = _narrowed(report, terms, low, high, (low + high) // 2)
    return Slice(report, terms, high)


def _narrowed(
    report: MarginReport, terms: Terms, low: int, high: int, tried: int
) -> tuple[int, int]:
    """The part of an interval whose low end does not restore and whose high end does."""
    if not low < tried < high:
        return low, high
    return (low, tried) if Slice(report, terms, tried).restores else (tried, high)


def _guess(report: MarginReport, terms: Terms) -> int:
    """f* of the real numbers, in steps, up."""
    nav = report.nav_unreduced * BPS * BPS
    required = nav - report.excess_unreduced(terms.target)
    fraction = restoring_fraction(nav, required, terms.discount, terms.reserved * WEIGHTED)
    return divide_up(fraction.numerator * FRACTION_ONE, fraction.denominator)
