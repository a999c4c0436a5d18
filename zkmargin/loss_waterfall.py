# SPDX-License-Identifier: Apache-2.0
"""Who pays for a loss, in which order: each source is emptied before the next is touched.

    owner top-up -> pool -> bidder of the auction -> insurance fund -> socialised

The integers of verifier/src/LossWaterfall.sol and, for the rate, verifier/src/Vault.sol.
"""

from __future__ import annotations

from dataclasses import dataclass

from zkmargin.errors import InputError
from zkmargin.units import RATE_ONE


@dataclass(frozen=True)
class Capital:
    """What stands behind a loss [1e-6 quote]; raises InputError for a negative amount."""

    owner: int = 0  # paid in by the owner after the call
    pool: int = 0  # the pool's cash that may be used
    bidder: int = 0  # what the winner adds beyond the price
    insurance: int = 0  # the insurance fund

    def __post_init__(self) -> None:
        for field, amount in vars(self).items():
            if amount < 0:
                raise InputError(f"capital.{field}", amount, "must be at least 0")


@dataclass(frozen=True)
class Charge:
    """What each source pays; the parts sum to the loss [1e-6 quote]."""

    owner: int
    pool: int
    bidder: int
    insurance: int
    socialised: int

    @property
    def total(self) -> int:
        """The loss [1e-6 quote]."""
        return self.owner + self.pool + self.bidder + self.insurance + self.socialised


def charge(loss: int, capital: Capital) -> Charge:
    """Split a loss in the order of capital [1e-6 quote]; raises InputError if it is negative."""
    if loss < 0:
        raise InputError("loss", loss, "must be at least 0")
    drawn = []
    for available in (capital.owner, capital.pool, capital.bidder, capital.insurance, loss):
        drawn.append(min(loss, available))
        loss -= drawn[-1]
    return Charge(*drawn)


def credit_rate(assets: int, net_cash: int) -> int:
    """Worth of one unit of positive cash: min(1, assets / netCash), rounded down [2^-30]."""
    if assets >= net_cash:
        return RATE_ONE
    return assets * RATE_ONE // net_cash


def reduced_credit(credit: int, rate: int) -> int:
    """The credit rate of a snapshot after a socialised loss, down [2^-30].

    credit   what the market credits positive cash with, the loss left aside [2^-30]
    rate     worth of one unit of cash, `credit_rate` [2^-30]
    """
    return credit * rate // RATE_ONE
