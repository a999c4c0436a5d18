# SPDX-License-Identifier: Apache-2.0
"""Keepers: who watches the venue, what a liquidation costs them, what they would pay for a lot.

A keeper values a lot at what it is worth less the cost of unwinding it, and asks for a return on
the margin that the lot ties up. Keepers differ in speed, in the share of the gas that they pay
themselves (batching, private order flow), in unwinding cost, in capital, a little in every view.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK_SECONDS = 12


@dataclass(frozen=True, slots=True)
class Lot:
    """What a keeper bids for: a slice of an account at the prices of now, not of the oracle.

    value       [quote]; what NAV the slice has
    margin      [quote]; what it ties up
    delta       absolute [quote]
    vega        gross, per vol point [quote]
    """

    value: float
    margin: float
    delta: float
    vega: float


@dataclass(frozen=True, slots=True)
class Keeper:
    """One keeper.

    latency      from a lot being offered to the first bid [s]
    gas_share    share of the venue's gas cost that it pays
    spread       half-spread and fee on the delta that it trades, 1e-4 is 1 bp
    vega_points  vol points lost on the vega that it buys back
    capital      margin it can tie up at one time [quote]
    wanted       return asked on tied-up margin
    """

    name: str
    latency: float
    gas_share: float
    spread: float
    vega_points: float
    capital: float
    wanted: float

    def worth(self, lot: Lot, depth: float, gas: float, noise: float) -> float:
        """The most that it would pay for a lot [quote].

        depth   of the market, as in `impact` [quote]
        gas     of one liquidation at the venue [quote]
        noise   its own view of this lot, as a share of the lot's margin
        """
        unwinding = self.spread * lot.delta + impact(lot.delta, depth)
        unwinding += self.vega_points * lot.vega
        return lot.value - unwinding - self.gas_share * gas - (self.wanted - noise) * lot.margin


def impact(delta: float, depth: float) -> float:
    """Cost of moving the market by trading a delta at once, delta^2 / (2 depth) [quote].

    depth   the delta whose trade moves the price by 100 % [quote]
    """
    return delta * delta / (2 * depth)


def keepers(count: int, seed: int, capital: float) -> tuple[Keeper, ...]:
    """A population with long tails: a few fast, cheap and rich, many slow, dear and small.

    capital   that of the median keeper [quote]
    """
    rng = np.random.default_rng(seed)

    def tail(median: float, spread: float) -> list[float]:
        return [float(x) for x in median * np.exp(spread * rng.standard_normal(count))]

    latencies, spreads, points = tail(15, 0.8), tail(4e-4, 0.4), tail(0.4, 0.4)
    capitals, wanted = tail(capital, 1.0), tail(0.01, 0.3)
    shares = [float(x) for x in rng.uniform(0.35, 1.0, count)]
    return tuple(
        Keeper(f"keeper {place + 1}", *figures)
        for place, figures in enumerate(
            zip(latencies, shares, spreads, points, capitals, wanted, strict=True)
        )
    )


def concentration(shares: list[float]) -> float:
    """The Herfindahl-Hirschman index of a market, 1 for a monopoly; 0 if nothing was traded."""
    total = sum(shares)
    return sum((share / total) ** 2 for share in shares) if total > 0 else 0.0
