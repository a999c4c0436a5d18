# SPDX-License-Identifier: Apache-2.0
"""The cash pool of a venue in this process: deposits that take deficits and earn fees.

Twin of verifier/src/CashPool.sol on `zkmargin.product_sum`, without its queue: who comes or goes
does so at once, and, as there, never while an auction runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zkmargin.errors import InputError
from zkmargin.product_sum import ProductSum


@dataclass
class LocalCashPool:
    """Deposits, and the tokens behind them.

    held    tokens: deposits and the gains that nobody has fetched [1e-6 quote]
    gains   settled and not fetched, by holder [1e-6 quote]
    """

    shares: ProductSum = field(default_factory=ProductSum)
    held: int = 0
    gains: dict[str, int] = field(default_factory=dict)

    def copy(self) -> LocalCashPool:
        """The same pool, to be changed apart."""
        return LocalCashPool(self.shares.copy(), self.held, dict(self.gains))

    @property
    def capacity(self) -> int:
        """The largest loss that the pool can pay [1e-6 quote]."""
        return self.shares.capacity

    def deposit(self, holder: str, amount: int) -> int:
        """Adds an amount to a holder's deposit, and returns it; raises InputError for none."""
        if amount <= 0:
            raise InputError("amount", amount, "must be above 0")
        left = self._settle(holder)
        self.shares.put(holder, left, left + amount)
        self.held += amount
        return amount

    def withdraw(self, holder: str, amount: int) -> int:
        """Takes out at most what losses have left, and all gains; what is paid [1e-6 quote]."""
        left = self._settle(holder)
        taken = min(amount, left)
        self.shares.put(holder, left, left - taken)
        paid = taken + self.gains.pop(holder, 0)
        self.held -= paid
        return paid

    def absorb(self, loss: int) -> None:
        """Pays a loss within the capacity [1e-6 quote]; raises InputError for a larger one."""
        if loss:
            self.shares.share(loss, 0)
            self.held -= loss

    def earn(self, fee: int) -> int:
        """Takes a fee for all depositors; 0 is taken if there are none [1e-6 quote]."""
        if self.shares.total == 0 or fee == 0:
            return 0
        self.shares.share(0, fee)
        self.held += fee
        return fee

    def claim(self, holder: str) -> int:
        """What a holder could be paid now, gains included, down [1e-6 quote]."""
        gained = self.gains.get(holder, 0) + self.shares.gained(holder)
        return self.shares.left(holder) + gained

    def _settle(self, holder: str) -> int:
        """Books a holder's gain so far; what is left of the deposit [1e-6 quote]."""
        self.gains[holder] = self.gains.get(holder, 0) + self.shares.gained(holder)
        return self.shares.left(holder)
