# SPDX-License-Identifier: Apache-2.0
"""The money behind accounts: the vault, the insurance fund and the cash pool, in public totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.registry import Registry
from zkmargin.chain.system import System


@dataclass(frozen=True, slots=True)
class ReservesState:
    """What the three hold [1e-6 quote].

    assets        tokens of the vault
    net_cash      cash of all books and of queued withdrawals, which they back
    queued        the withdrawals' part of it
    credit_rate   what positive cash is worth, min(1, assets / net_cash) [2^-30]
    insurance     balance of the fund
    pool          what is left of the cash pool's deposits
    capacity      the largest loss that the pool can pay, a little less
    """

    assets: int
    net_cash: int
    queued: int
    credit_rate: int
    insurance: int
    pool: int
    capacity: int

    @property
    def unbacked(self) -> int:
        """The loss that everybody carries [1e-6 quote]."""
        return max(0, self.net_cash - self.assets)


@dataclass(frozen=True)
class Reserves:
    """The funds of a system; every action is one transaction of `key`.

    All of them raise Reverted, with the contract's error, ChainError, or DeploymentError if the
    deployment has no such contract.
    """

    system: System

    def state(self) -> ReservesState:
        """What the funds hold now."""
        view, vault = self.system.connection.call, self.system.vault.functions
        pool = self.system.cash_pool.functions
        return ReservesState(
            assets=int(view(vault.assets())),
            net_cash=int(view(vault.netCash())),
            queued=int(view(vault.queued())),
            credit_rate=int(view(vault.creditRate())),
            insurance=int(view(self.system.insurance.functions.balance())),
            pool=int(view(pool.total())),
            capacity=int(view(pool.capacity())),
        )

    def balance(self, who: str) -> int:
        """Quote tokens of an address [1e-6 quote]."""
        return int(self.system.connection.call(self.system.quote.functions.balanceOf(who)))

    def worth(self, amount: int) -> int:
        """What a withdrawal of so much cash would be paid now [1e-6 quote], down."""
        return int(self.system.connection.call(self.system.vault.functions.worth(amount)))

    def deposit(self, key: Key, account: int, amount: int) -> Receipt:
        """Pays the cash of an account's book into the vault."""
        function = self.system.vault.functions.deposit(account, amount)
        return self._pay(key, amount, self.system.vault, function, f"deposit for account {account}")

    def insure(self, key: Key, amount: int) -> Receipt:
        """Gives to the insurance fund."""
        fund = self.system.insurance.address
        function = self.system.quote.functions.transfer(fund, amount)
        return self._pay(key, amount, self.system.insurance, function, "fund the insurance")

    def join_pool(self, key: Key, amount: int) -> Receipt:
        """Queues a deposit in the cash pool; it works from the next epoch, once activated."""
        pool = self.system.cash_pool
        function = pool.functions.deposit(amount)
        return self._pay(key, amount, pool, function, "deposit in the cash pool")

    def activate(self, key: Key, holder: str) -> Receipt:
        """Puts a holder's queued deposit to work."""
        function = self.system.cash_pool.functions.activate(holder)
        return self._send(key, function, "activate a deposit")

    def pool_share(self, holder: str) -> tuple[int, int]:
        """What losses have left of a holder's deposit, and its gains [1e-6 quote]."""
        view, pool = self.system.connection.call, self.system.cash_pool.functions
        return int(view(pool.depositOf(holder))), int(view(pool.gainOf(holder)))

    def queue_withdrawal(self, settlement: Key, account: int, to: str, amount: int) -> Receipt:
        """Queues cash that settlement has taken out of a book; it shares losses until claimed."""
        function = self.system.vault.functions.queueWithdrawal(account, to, amount)
        return self._send(settlement, function, f"queue a withdrawal of account {account}")

    def claim(self, key: Key, id_: int) -> Receipt:
        """Pays a queued withdrawal at the rate of now."""
        return self._send(key, self.system.vault.functions.claim(id_), f"claim withdrawal {id_}")

    def collect(self, key: Key) -> Receipt:
        """Brings what the registry owes to the insurance fund into it: penalties and fines."""
        registry = self.system.deployment.address("MarginRegistry")
        function = self.system.insurance.functions.collect(registry)
        return self._send(key, function, "collect penalties")

    def repair(self, key: Key) -> Receipt:
        """Covers a socialised loss with what the insurance fund has."""
        return self._send(key, self.system.insurance.functions.repair(), "repair the vault")

    def _pay(self, key: Key, amount: int, to: Any, function: Any, action: str) -> Receipt:
        Registry(self.system).approve(key, amount, to.address)
        return self._send(key, function, action)

    def _send(self, key: Key, function: Any, action: str) -> Receipt:
        return self.system.connection.send(key, function, action)
