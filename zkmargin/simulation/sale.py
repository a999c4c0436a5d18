# SPDX-License-Identifier: Apache-2.0
"""One sale of a lot: who buys it, when, and at what share of its value.

fixed    every keeper that the discount pays bids gas in the same block; the highest wins and
         pays what the second was ready to pay: that is the block builder's, not the account's
dutch    the price falls block by block; the first keeper whom it pays buys at that price
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zkmargin.simulation.keeper import BLOCK_SECONDS, Keeper


@dataclass(frozen=True, slots=True)
class Bid:
    """What one keeper would pay for the lot, at most [quote], and whether it can act yet."""

    keeper: Keeper
    worth: float


@dataclass(frozen=True, slots=True)
class Purchase:
    """A lot bought.

    price     [quote], to the account
    builder   [quote], paid for being first in the block
    wait      [s] since the sale began
    """

    keeper: Keeper
    price: float
    builder: float
    wait: float


def fixed_sale(
    bids: Sequence[Bid], value: float, discount: float, elapsed: float, until: float
) -> Purchase | None:
    """A sale of a lot at value (1 - discount), in the blocks from `elapsed` to `until` [s]."""
    return _first_block(bids, lambda _: value * (1 - discount), elapsed, until)


def dutch_sale(
    bids: Sequence[Bid],
    value: float,
    curve: Callable[[float], float],
    elapsed: float,
    until: float,
) -> Purchase | None:
    """A sale at value times `curve(seconds)`, in the blocks from `elapsed` to `until` [s]."""
    return _first_block(bids, lambda wait: value * curve(wait), elapsed, until)


def _first_block(
    bids: Sequence[Bid], price_at: Callable[[float], float], elapsed: float, until: float
) -> Purchase | None:
    best = max((bid.worth for bid in bids), default=0.0)
    wait = elapsed
    while wait < until:
        price = price_at(wait)
        ready = _ready(bids, wait, price) if best > price else []
        if ready:
            second = ready[1].worth - price if len(ready) > 1 else 0.0
            return Purchase(ready[0].keeper, price, second, wait)
        wait += BLOCK_SECONDS
    return None


def _ready(bids: Sequence[Bid], wait: float, price: float) -> list[Bid]:
    """Bids that can be in the block after `wait` seconds and pay at this price, best first."""
    ready = [b for b in bids if b.worth > price and b.keeper.latency <= wait + BLOCK_SECONDS]
    return sorted(ready, key=lambda bid: bid.worth, reverse=True)
