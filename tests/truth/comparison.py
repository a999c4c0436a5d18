# SPDX-License-Identifier: Apache-2.0
"""One book's margin in integers beside the same margin in real numbers."""

from __future__ import annotations

from dataclasses import dataclass

from mpmath import mpf

from zkmargin.book import Book
from zkmargin.margin import SHOCKED, WEIGHTED, MarginReport, margin
from zkmargin.oracle import REAL, RealBook, RealMarket, evaluate
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, QUOTE, RESERVE_NUMERATOR

NOISE = REAL.mpf(10) ** -30  # of the oracle's 50 digits [of gross, and in quote]
PROMISED = REAL.mpf(10) ** -6  # of gross
MONEY = REAL.mpf(1) / QUOTE  # one unit of money, in quote


@dataclass(frozen=True)
class Comparison:
    """What the integers leave of a book's real excess, in quote.

    shortfall   real excess less integer excess: at least 0, or the circuit accepts too much
    reserve     Rn, the part of it that the specification holds back on purpose
    gross       sum abs(Q) (F max_m + K) + base S + abs(perp) P
    rounding    at most what the losses rounded up to a unit of money add
    """

    shortfall: mpf
    reserve: mpf
    gross: mpf
    rounding: mpf

    @property
    def error(self) -> float:
        """Approximation error in units of 2^-24 of the notional; below -5 the reserve would break.

        Rounded losses are in it too, which matters for dust only.
        """
        if not self.reserve:
            return 0.0
        return float((self.shortfall - self.reserve) / self.reserve * RESERVE_NUMERATOR)

    @property
    def is_safe(self) -> bool:
        """Whether the integer excess is at most the real one."""
        return bool(self.shortfall >= -NOISE * (1 + self.gross))

    @property
    def is_close(self) -> bool:
        """Whether it is within 1e-6 of gross, and what is rounded, of the real one."""
        allowed = PROMISED * self.gross + self.rounding + NOISE * (1 + self.gross)
        return bool(self.shortfall <= allowed)


def compare(book: Book, snapshot: Snapshot, level: int) -> Comparison:
    """The comparison of a book at a level [bps]."""
    report = margin(book, snapshot)
    real = evaluate(RealMarket.from_snapshot(snapshot), RealBook.from_book(book))
    stated = REAL.mpf(report.excess_unreduced(level)) / (WEIGHTED * QUOTE)
    return Comparison(
        shortfall=real.excess(REAL.mpf(level) / BPS) - stated,
        reserve=REAL.mpf(report.reserve_unreduced) / (SHOCKED * QUOTE),
        gross=real.gross,
        rounding=level * report.params.phi * _rounded_losses(report) * MONEY / BPS**2,
    )


def _rounded_losses(report: MarginReport) -> mpf:
    """Units of money: one for contingencies, one for the scan, a basis factor for each expiry."""
    rows = {slot.row.expiry: slot.row for slot in report.slots if not slot.row.settled}
    return 2 + REAL.mpf(sum(row.basis_factor for row in rows.values())) / BPS
