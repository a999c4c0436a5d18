# SPDX-License-Identifier: Apache-2.0
"""Money that contracts owe: they credit it, and who is owed something withdraws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import to_checksum_address

from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.system import System

REGISTRY: Final = "registry"  # bonds of answered calls, bounties, rewards
HOLDERS: Final = "holders"  # released bonds, parts of slashed ones
AUCTIONS: Final = "auctions"  # bonds of excused winners


@dataclass(frozen=True)
class Credits:
    """What the contracts of a system owe; each has its own account of it."""

    system: System

    def owed(self, who: str) -> dict[str, int]:
        """What an address can withdraw from each contract that keeps such accounts [1e-6 quote]."""
        view, address = self.system.connection.call, to_checksum_address(who)
        return {
            name: int(view(contract.functions.owed(address)))
            for name, contract in self.contracts().items()
        }

    def withdraw(self, key: Key, source: str, to: str) -> Receipt:
        """Pays to an address all that one contract owes the sender.

        source   a name that `owed` gives
        raises   Reverted if it owes nothing; ChainError
        """
        function = self.contracts()[source].functions.withdraw(to_checksum_address(to))
        return self.system.connection.send(key, function, f"withdraw from the {source}")

    def contracts(self) -> dict[str, Any]:
        """The contracts that owe, by the names that `owed` gives."""
        found = {REGISTRY: self.system.registry, HOLDERS: self.system.holders}
        if "LiquidationAuction" in self.system.deployment.contracts:
            found[AUCTIONS] = self.system.auction_house
        return found
