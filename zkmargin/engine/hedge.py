# SPDX-License-Identifier: Apache-2.0
"""How the winner of a lot neutralises it: a perp against its delta, and what that costs.

Perp and base move with the index by 1; an option's delta is of its own forward, counted alike. A
hedge that raises the lot's own requirement is not worth its cost, and the plan says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from zkmargin.book import Book
from zkmargin.fixed import divide_up
from zkmargin.margin import MarginReport, margin
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, CDF_BITS, SIZE, SIZE_BOUND

HALF: Final = 1 << (CDF_BITS - 1)


@dataclass(frozen=True, slots=True)
class HedgeCosts:
    """What trading the perp costs, of its notional [bps]."""

    half_spread: int = 3
    fee: int = 5


@dataclass(frozen=True)
class HedgePlan:
    """A trade in the perp, and what it does; money [1e-6 quote].

    delta        of the lot before [1e-6 contract]
    trade        perp to buy, negative to sell [1e-6 contract]
    cost         expected: half-spread and fee
    mmr_before   requirement of the lot
    mmr_after    requirement with the hedge
    """

    delta: int
    trade: int
    cost: int
    mmr_before: int
    mmr_after: int

    @property
    def lowers_mmr(self) -> bool:
        """Whether the requirement falls."""
        return self.mmr_after < self.mmr_before

    @property
    def worthwhile(self) -> bool:
        """Whether what the requirement falls by is more than the hedge costs."""
        return self.mmr_before - self.mmr_after > self.cost


def hedge_plan(lot: Book, snapshot: Snapshot, costs: HedgeCosts | None = None) -> HedgePlan:
    """The perp trade that brings the lot's delta to zero, to the nearest 1e-6 contract.

    raises   BookError if the lot has no margin under the snapshot, or the hedged one has none
    """
    costs = costs or HedgeCosts()
    report = margin(lot, snapshot)
    delta = net_delta(report)
    trade = max(-SIZE_BOUND + 1 - lot.perp, min(SIZE_BOUND - 1 - lot.perp, -delta))
    price = snapshot.header.perp_mark
    cost = divide_up(abs(trade) * price * (costs.half_spread + costs.fee), SIZE * BPS)
    hedged = replace(
        lot,
        perp=lot.perp + trade,
        perp_entry=lot.perp_entry + divide_up(trade * price, SIZE),
        cash=lot.cash - cost,
    )
    return HedgePlan(delta, trade, cost, report.mmr, margin(hedged, snapshot).mmr)


def net_delta(report: MarginReport) -> int:
    """Net delta, nearest [1e-6 contract]."""
    return (report.net_delta_unreduced + HALF) >> CDF_BITS
