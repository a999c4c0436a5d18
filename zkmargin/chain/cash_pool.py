# SPDX-License-Identifier: Apache-2.0
"""The cash pool from Python: deposits that take deficits and earn fees, in and out by the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.registry import Registry
from zkmargin.chain.system import System


@dataclass(frozen=True, slots=True)
class Asked:
    """What a holder has asked for; it is served once the feed is past the epoch.

    amount   [1e-6 quote], 0 if nothing is asked for
    epoch    latest one when it was asked
    """

    amount: int
    epoch: int


@dataclass(frozen=True, slots=True)
class CashPoolShare:
    """A holder's part of the pool [1e-6 quote].

    deposit      what losses have left of it
    gain         its part of the fees, not yet paid out
    queued       a deposit that does not work yet
    withdrawal   what was asked back
    """

    deposit: int
    gain: int
    queued: Asked
    withdrawal: Asked


@dataclass(frozen=True)
class CashPool:
    """The cash pool of a system; every action is one transaction of `key`.

    All of them raise Reverted, with the contract's error (Blocked while an auction runs),
    ChainError, or DeploymentError if the deployment has no pool.
    """

    system: System

    def share(self, holder: str) -> CashPoolShare:
        """What the pool holds for a holder."""
        return CashPoolShare(
            deposit=int(self._view("depositOf", holder)),
            gain=int(self._view("gainOf", holder)),
            queued=Asked(*self._view("queuedDeposit", holder)),
            withdrawal=Asked(*self._view("askedWithdrawal", holder)),
        )

    def total(self) -> int:
        """What is left of all deposits [1e-6 quote]."""
        return int(self._view("total"))

    def capacity(self) -> int:
        """The largest loss that the pool can pay, a little less than the total [1e-6 quote]."""
        return int(self._view("capacity"))

    def deposit(self, key: Key, amount: int) -> Receipt:
        """Queues a deposit [1e-6 quote]; it works from a later epoch, once activated."""
        Registry(self.system).approve(key, amount, self.system.cash_pool.address)
        return self._send(key, "deposit", "deposit in the cash pool", amount)

    def activate(self, key: Key, holder: str) -> Receipt:
        """Puts a holder's queued deposit to work; anyone."""
        return self._send(key, "activate", "activate a deposit", holder)

    def ask_withdrawal(self, key: Key, amount: int) -> Receipt:
        """Announces a withdrawal [1e-6 quote], in place of an earlier announcement."""
        return self._send(key, "askWithdrawal", "announce a withdrawal", amount)

    def withdraw(self, key: Key, holder: str) -> Receipt:
        """Pays a holder what it announced, as far as losses have left it, and all gains; anyone."""
        return self._send(key, "withdraw", "withdraw from the cash pool", holder)

    def _view(self, name: str, *arguments: Any) -> Any:
        function = getattr(self.system.cash_pool.functions, name)(*arguments)
        return self.system.connection.call(function)

    def _send(self, key: Key, name: str, action: str, *arguments: Any) -> Receipt:
        function = getattr(self.system.cash_pool.functions, name)(*arguments)
        return self.system.connection.send(key, function, action)
