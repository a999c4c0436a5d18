# SPDX-License-Identifier: Apache-2.0
"""Losses and gains shared by all depositors in proportion, at a cost independent of their number.

    on a loss L and gain G with total T:   S += G P / T,   P *= (T - L) / T
    a deposit d made at (P0, S0):          d P / P0 is left of it, and d (S - S0) / P0 is its gain

Everything is rounded down, so that claims never exceed what is there. One token stays, so P never
is 0; when P gets small it is multiplied by 1e9 and the scale counts it. The integers of
verifier/src/ProductSum.sol.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

from zkmargin.errors import InputError

UNIT: Final = 10**36  # P at the start                             [1e-36]
RESCALE: Final = 10**9  # factor of one scale
RESERVED: Final = 10**6  # one token, never absorbed               [1e-6 quote]
SCALES: Final = 2  # rescales after which nothing is left of a deposit


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a holder had deposited, and P, S and scale then."""

    amount: int  # [1e-6 quote]
    product: int  # P               [1e-36]
    sum: int  # S of `scale`        [1e-36 per unit]
    scale: int  # rescales          [1]


@dataclass
class ProductSum:
    """The running product and sums, and the deposits that share them.

    total   what is left of all deposits, at least the sum of them [1e-6 quote]
    """

    total: int = 0
    product: int = UNIT
    scale: int = 0
    sums: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    deposits: dict[str, Deposit] = field(default_factory=dict)

    def copy(self) -> ProductSum:
        """The same deposits and sums, to be changed apart."""
        return replace(self, sums=self.sums.copy(), deposits=dict(self.deposits))

    @property
    def capacity(self) -> int:
        """The largest loss that can be shared now [1e-6 quote]."""
        return max(0, self.total - RESERVED)

    def share(self, loss: int, gain: int) -> None:
        """Shares a loss and a gain over all deposits [1e-6 quote].

        raises   InputError for a loss above the capacity, or if there is nobody to share
        """
        if not 0 <= loss <= self.capacity:
            raise InputError("loss", loss, f"must be at least 0 and at most {self.capacity}")
        if self.total == 0:
            raise InputError("total", self.total, "must be above 0: there are no deposits")
        total, product = self.total, self.product
        self.sums[self.scale] += gain * product // total
        self.total = total - loss
        following = product * self.total // total
        while following < UNIT // RESCALE:
            product *= RESCALE
            following = product * self.total // total
            self.scale += 1
        self.product = following

    def put(self, holder: str, before: int, amount: int) -> None:
        """Sets what a holder has deposited; ask `left` and `gained` first, for they start anew.

        before   what was left of it [1e-6 quote]
        """
        self.total += amount - before
        self.deposits[holder] = Deposit(amount, self.product, self.sums[self.scale], self.scale)

    def left(self, holder: str) -> int:
        """What losses have left of a holder's deposit, down [1e-6 quote]."""
        deposit = self.deposits.get(holder)
        if deposit is None:
            return 0
        rescales = self.scale - deposit.scale
        if rescales > SCALES:
            return 0
        then: int = deposit.product * RESCALE**rescales
        return deposit.amount * self.product // then

    def gained(self, holder: str) -> int:
        """What a holder has gained since the deposit was last set, down, in the gain's unit."""
        deposit = self.deposits.get(holder)
        if deposit is None:
            return 0
        total = self.sums[deposit.scale] - deposit.sum
        for later in range(1, SCALES + 1):
            total += self.sums[deposit.scale + later] // RESCALE**later
        return deposit.amount * total // deposit.product
