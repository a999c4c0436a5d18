# SPDX-License-Identifier: Apache-2.0
"""A deployed system: its file, a node of its chain, and its contracts bound to their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from zkmargin.chain.connection import Connection
from zkmargin.chain.contract_build import Contracts, build_contracts
from zkmargin.chain.contract_words import ContractWords
from zkmargin.chain.deployment import Deployment, load_deployment
from zkmargin.progress import Progress


@dataclass(frozen=True)
class System:
    """What every command on a deployment needs."""

    connection: Connection
    deployment: Deployment
    contracts: Contracts

    @classmethod
    def open(
        cls, url: str, path: Path, *, timeout: float = 120.0, progress: Progress | None = None
    ) -> System:
        """Connects, and checks that the chain holds what the deployment file says.

        raises   DeploymentError if it does not; ChainError if the node cannot be reached
        """
        deployment = load_deployment(path)
        contracts = build_contracts(progress)
        connection = Connection(url, ContractWords(contracts), timeout=timeout)
        deployment.check(connection)
        return cls(connection, deployment, contracts)

    @cached_property
    def oracle(self) -> Any:
        """The MarketOracle."""
        return self._bind("MarketOracle", "IMarketOracle")

    @cached_property
    def registry(self) -> Any:
        """The MarginRegistry."""
        return self._bind("MarginRegistry", "IMarginRegistry")

    @cached_property
    def holders(self) -> Any:
        """The HolderBonds, which the registry made."""
        address = self.connection.call(self.registry.functions.holders())
        return self.connection.bind(address, self.contracts["HolderBonds"].abi)

    @cached_property
    def quote(self) -> Any:
        """The quote token; a local one can be minted."""
        return self.connection.bind(self.quote_address, self.contracts["LocalQuote"].abi)

    @cached_property
    def auction_house(self) -> Any:
        """The LiquidationAuction; raises DeploymentError if the deployment has none."""
        return self._bind("LiquidationAuction", "ILiquidationAuction")

    @cached_property
    def vault(self) -> Any:
        """The Vault, behind every account's cash; raises as `auction_house`."""
        return self._bind("Vault", "IVault")

    @cached_property
    def insurance(self) -> Any:
        """The InsuranceFund; raises as `auction_house`."""
        return self._bind("InsuranceFund", "IInsuranceFund")

    @cached_property
    def cash_pool(self) -> Any:
        """The CashPool, whose cash takes deficits; raises as `auction_house`."""
        return self._bind("CashPool", "CashPool")

    @cached_property
    def share_pool(self) -> Any:
        """The PoolVault, which buys slices; raises as `auction_house`."""
        return self._bind("PoolVault", "PoolVault")

    @property
    def quote_address(self) -> str:
        """Where the quote token is."""
        local = "LocalQuote" in self.deployment.contracts
        return self.deployment.address("LocalQuote" if local else "QuoteToken")

    def _bind(self, name: str, interface: str) -> Any:
        return self.connection.bind(self.deployment.address(name), self.contracts[interface].abi)
