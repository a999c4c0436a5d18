# SPDX-License-Identifier: Apache-2.0
"""The bonds of opening holders from Python: bonding, leaving, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.registry import Registry
from zkmargin.chain.system import System


@dataclass(frozen=True, slots=True)
class HolderState:
    """An opening holder.

    bond       [1e-6 quote]
    leaves_at  when its bond can be withdrawn [unix, s]; 0 if it gave no notice
    """

    holder: str
    bond: int
    leaves_at: int

    def covers(self, unit: int) -> bool:
        """Whether accounts may name it; unit is the least bond [1e-6 quote]."""
        return self.leaves_at == 0 and self.bond >= unit


@dataclass(frozen=True)
class HolderBonds:
    """The bonds of a system; every action is one transaction of `key`, who is the holder.

    All of them raise Reverted, with the contract's error, or ChainError. `Registry.slash_holder`
    takes what a silent holder loses.
    """

    system: System

    def state(self, holder: str) -> HolderState:
        """What the chain says of a holder."""
        bond, leaves_at = self._view("holderBondOf", holder)
        return HolderState(holder, int(bond), int(leaves_at))

    def unit(self) -> int:
        """Bond that a holder needs, and what one slash takes [1e-6 quote]."""
        return int(self._view("unit"))

    def bond(self, key: Key, amount: int) -> Receipt:
        """Adds to the sender's bond [1e-6 quote]."""
        Registry(self.system).approve(key, amount, self.system.holders.address)
        return self._send(key, "bondHolder", "bond an opening holder", amount)

    def announce_exit(self, key: Key) -> Receipt:
        """Gives notice; no account may name the sender from now on."""
        return self._send(key, "announceHolderExit", "announce an opening holder's exit")

    def release(self, key: Key) -> Receipt:
        """Turns the bond of a holder whose notice is over into money that it is owed."""
        return self._send(key, "withdrawHolderBond", "release an opening holder's bond")

    def _view(self, name: str, *arguments: Any) -> Any:
        function = getattr(self.system.holders.functions, name)(*arguments)
        return self.system.connection.call(function)

    def _send(self, key: Key, name: str, action: str, *arguments: Any) -> Receipt:
        function = getattr(self.system.holders.functions, name)(*arguments)
        return self.system.connection.send(key, function, action)
