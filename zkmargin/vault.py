# SPDX-License-Identifier: Apache-2.0
"""The quote token behind every account's cash, and the queue of those who withdraw it.

    worth(x) = x min(1, assets / netCash), down

The integers of verifier/src/Vault.sol; a withdrawal is at face while it waits and is paid at what
it is worth then, so that nobody leaves before a loss that they see coming.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zkmargin.errors import InputError
from zkmargin.loss_waterfall import credit_rate


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One place in the queue."""

    to: str
    ready_at: int  # [unix, s]
    amount: int  # at face [1e-6 quote]


@dataclass
class Vault:
    """Assets and the cash that they owe.

    delay      from queue to claim [s]
    assets     tokens held [1e-6 quote]
    net_cash   books and queue [1e-6 quote]
    queued     the queue's part of net_cash [1e-6 quote]
    """

    delay: int
    assets: int = 0
    net_cash: int = 0
    queued: int = 0
    withdrawals: dict[int, Withdrawal] = field(default_factory=dict)
    last: int = 0

    def deposit(self, amount: int) -> None:
        """Takes tokens for an account's cash; raises InputError for none."""
        self.contribute(amount)
        self.net_cash += amount

    def contribute(self, amount: int) -> None:
        """Takes tokens that nobody's cash rises by; raises InputError for none."""
        _require_positive(amount)
        self.assets += amount

    def credit(self, amount: int) -> None:
        """Counts cash that a settlement added to books; its tokens come by `contribute`."""
        self.net_cash += amount

    def queue_withdrawal(self, to: str, amount: int, now: int) -> int:
        """Cash leaves a book for the queue; the id of its place.

        raises   InputError for none, or for more than the books hold
        """
        _require_positive(amount)
        if amount > self.net_cash - self.queued:
            raise InputError("amount", amount, f"must be at most {self.net_cash - self.queued}")
        self.queued += amount
        self.last += 1
        self.withdrawals[self.last] = Withdrawal(to, now + self.delay, amount)
        return self.last

    def claim(self, id_: int, now: int) -> int:
        """Pays a withdrawal at its worth; raises InputError if it is unknown or not ready."""
        waiting = self.withdrawals.get(id_)
        if waiting is None:
            raise InputError("withdrawal", id_, "must be in the queue")
        if now < waiting.ready_at:
            raise InputError("now", now, f"must be at least {waiting.ready_at}")
        paid = self.worth(waiting.amount)
        del self.withdrawals[id_]
        self.queued -= waiting.amount
        self.net_cash -= waiting.amount
        self.assets -= paid
        return paid

    @property
    def shortfall(self) -> int:
        """Cash that no token stands behind [1e-6 quote]."""
        return max(0, self.net_cash - self.assets)

    @property
    def credit_rate(self) -> int:
        """Worth of one unit of positive cash, down [2^-30]."""
        return credit_rate(self.assets, self.net_cash)

    def worth(self, amount: int) -> int:
        """What cash could be paid at now, down [1e-6 quote]."""
        if self.assets >= self.net_cash:
            return amount
        return amount * self.assets // self.net_cash


def _require_positive(amount: int) -> None:
    if amount <= 0:
        raise InputError("amount", amount, "must be above 0")
