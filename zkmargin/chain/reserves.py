# SPDX-License-Identifier: Apache-2.0
"""The money behind accounts: vault and insurance fund, and with the cash pool the public totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from zkmargin.chain.cash_pool import CashPool
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
        pool = CashPool(self.system)
        return ReservesState(
            assets=int(view(vault.assets())),
            net_cash=int(view(vault.netCash())),
            queued=int(view(vault.queued())),
            credit_rate=int(view(vault.creditRate())),
            insurance=int(view(self.system.insurance.functions.balance())),
            pool=pool.total(),
            capacity=pool.capacity(),
        )

    def balance(self, who: str) -> int:
        """Quote tokens of an address [1e-6 quote]."""
        return int(self.system.connection.call(self.system.quote.functions.balanceOf(who)))

    def worth(self, amount: int) -> int:
        """What a withdrawal of so much cash would be paid now [1e-6 quote], down."""
        return int(self.system.connection.call(self.system.vault.functions.worth(amount)))

    def queued_of(self, who: str) -> int:
        """Cash at face that an address waits for in the queue of withdrawals [1e-6 quote]."""
        function = self.system.vault.functions.queuedOf(to_checksum_address(who))
        return int(self.system.connection.call(function))

    def deposit(self, key: Key, account: int, amount: int) -> Receipt:
        """Pays the cash of an account's book into the vault."""
        function = self.system.vault.functions.deposit(account, amount)
        return self._pay(key, amount, self.system.vault, function, f"deposit for account {account}")

    def insure(self, key: Key, amount: int) -> Receipt:
        """Gives to the insurance fund."""
        fund = self.system.insurance.address
        function = self.system.quote.functions.transfer(fund, amount)
        return self._pay(key, amount, self.system.insurance, function, "fund the insurance")

    def queue_withdrawal(self, settlement: Key, account: int, to: str, amount: int) -> Receipt:
        """Queues cash that settlement has taken out of a book; it shares losses until claimed."""
        function = self.system.vault.functions.queueWithdrawal(
            account, to_checksum_address(to), amount
        )
        return self._send(settlement, function, f"queue a withdrawal of account {account}")

    def claim(self, key: Key, id_: int) -> Receipt:
        """Pays a queued withdrawal at the rate of now."""
        return self._send(key, self.system.vault.functions.claim(id_), f"claim withdrawal {id_}")

    def collect(self, key: Key, source: str | None = None) -> Receipt:
        """Brings what a contract owes to the insurance fund into it: penalties, fines, bonds.

        source   address of the registry, the default, or of the holder bonds
        """
        owing = source or self.system.deployment.address("MarginRegistry")
        function = self.system.insurance.functions.collect(to_checksum_address(owing))
        return self._send(key, function, "collect penalties")

    def repair(self, key: Key) -> Receipt:
        """Covers a socialised loss with what the insurance fund has."""
        return self._send(key, self.system.insurance.functions.repair(), "repair the vault")

    def skim(self, governor: Key, to: str) -> Receipt:
        """Takes out of the fund what exceeds its buffer, while no loss is unrepaired."""
        function = self.system.insurance.functions.skim(to_checksum_address(to))
        return self._send(governor, function, "skim the insurance fund")

    def _pay(self, key: Key, amount: int, to: Any, function: Any, action: str) -> Receipt:
        Registry(self.system).approve(key, amount, to.address)
        return self._send(key, function, action)

    def _send(self, key: Key, function: Any, action: str) -> Receipt:
        return self.system.connection.send(key, function, action)
