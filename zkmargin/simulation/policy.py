# SPDX-License-Identifier: Apache-2.0
"""The rules of a venue that a simulation compares."""

from __future__ import annotations

from dataclasses import dataclass, replace

FULL, PARTIAL = "full", "partial"
DUTCH, FIXED = "dutch", "fixed"
KEEPERS, POOL = "keepers", "pool"
STATIC, DYNAMIC = "static", "dynamic"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a venue liquidates, and what it charges.

    size       "full": the whole account; "partial": the smallest slice that restores `target`
    sale       "dutch": the price falls until somebody buys; "fixed": one discount, first come
    buyers     "keepers" only, or the "pool" first
    margin     "static" grid, or "dynamic": it follows realised volatility
    target     NAV over MMR that a slice restores
    discount   of the fixed sale, and of the pool
    notice     from a short account on the oracle to its sale: proof and inclusion [s]
    fee        share of the price, paid by the account to the insurance fund
    """

    size: str = PARTIAL
    sale: str = DUTCH
    buyers: str = KEEPERS
    margin: str = STATIC
    target: float = 1.1
    discount: float = 0.05
    notice: float = 60.0
    fee: float = 0.005

    @property
    def name(self) -> str:
        """The four choices in words."""
        return f"{self.size}, {self.sale}, {self.buyers}, {self.margin}"


@dataclass(frozen=True, slots=True)
class Venue:
    """What surrounds the rules: oracle, gas, depth, and the money that stands behind the accounts.

    oracle_delay     age of the newest published market [s]
    outage           start and end of a time without publication, as shares of the path
    gas              of one liquidation, from shortfall proof to settlement [gas]
    gas_price        at the start [1e-9 of the underlying]; it follows the square of vol, at most
                     50 times higher
    depth            the delta whose trade moves the price by 100 % [quote]
    insurance        [quote]
    pool             [quote]; the pool takes lots while their margin is below this
    """

    oracle_delay: float = 60.0
    outage: tuple[float, float] = (0.0, 0.0)
    gas: float = 900_000.0
    gas_price: float = 10.0
    depth: float = 2e9
    insurance: float = 1e6
    pool: float = 3e6


def every_policy(base: Policy | None = None) -> tuple[Policy, ...]:
    """All sixteen combinations of the four choices."""
    base = base or Policy()
    return tuple(
        replace(base, size=size, sale=sale, buyers=buyers, margin=margin)
        for size in (FULL, PARTIAL)
        for sale in (FIXED, DUTCH)
        for buyers in (KEEPERS, POOL)
        for margin in (STATIC, DYNAMIC)
    )
