# SPDX-License-Identifier: Apache-2.0
"""Contracts sent one after the other, each written down before the next: so it can be resumed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address
from web3.utils.address import get_create_address

from zkmargin.chain.connection import Connection, constructor
from zkmargin.chain.contract_build import Contracts
from zkmargin.chain.deployment import Deployed, Deployment
from zkmargin.chain.key import Key
from zkmargin.errors import DeploymentError
from zkmargin.progress import Progress, Stages


class Deployer:
    """Brings one deployment file forward; contracts and steps that are in it are not repeated.

    deployment   as far as it has come
    gas          of what this run sent, by contract or step
    """

    def __init__(
        self,
        connection: Connection,
        contracts: Contracts,
        key: Key,
        path: Path,
        deployment: Deployment,
        progress: Progress | None = None,
    ) -> None:
        self.deployment = deployment
        self.gas: dict[str, int] = {}
        self._connection = connection
        self._contracts = contracts
        self._key = key
        self._path = path
        self._stages = Stages(progress)
        self._adopt_pending()
        deployment.check(connection)

    def contract(self, name: str, *arguments: Any) -> str:
        """The address of a contract, which is deployed now unless it was before.

        raises   DeploymentError if the one that is there was made from other sources
        """
        contract = self._contracts[name]
        there = self.deployment.contracts.get(name)
        if there is not None:
            if there.creation != contract.digest:
                rule = "the sources changed since it was deployed: begin another deployment file"
                raise DeploymentError(name, there.creation, rule)
            return there.address
        addresses = {library: self.contract(library) for library in contract.links}
        bytecode = contract.linked(addresses)
        creation = constructor(self._connection, contract.abi, bytecode, list(arguments))
        address = self._next_address()
        self._save(self.deployment.with_pending(name, Deployed(address, contract.digest)))
        with self._stages.stage(f"deploy {name}"):
            receipt = self._connection.send(self._key, creation, f"deploy {name}")
        self.gas[name] = receipt.gas
        if receipt.contract != address:
            raise DeploymentError(name, receipt.contract, f"was to stand at {address}")
        self._record(name, Deployed(address, contract.digest))
        return address

    def step(
        self, name: str, function: Callable[[], Any], taken: Callable[[], bool] | None = None
    ) -> None:
        """Sends one transaction that prepares what is deployed, unless it was sent before.

        taken   whether the chain shows that it was; for a step that cannot be sent twice
        """
        if name in self.deployment.done:
            return
        if taken is None or not taken():
            with self._stages.stage(name):
                self.gas[name] = self._connection.send(self._key, function(), name).gas
        self._save(self.deployment.with_done(name))

    def view(self, function: Any) -> Any:
        """What a bound view answers now."""
        return self._connection.call(function)

    def bind(self, name: str, address: str | None = None) -> Any:
        """A deployed contract, or one elsewhere with the same interface."""
        where = address or self.deployment.address(name)
        return self._connection.bind(where, self._contracts[name].abi)

    def record(self, name: str, address: str, interface: str) -> None:
        """Notes a contract that somebody else deployed.

        raises   DeploymentError if there is no code at the address
        """
        if name not in self.deployment.contracts:
            self._record(name, Deployed(address, self._contracts[interface].digest))

    def _record(self, name: str, deployed: Deployed) -> None:
        code = self._connection.code_hash(deployed.address)
        if code is None:
            raise DeploymentError(f"{name} at {deployed.address}", "no code", "must be a contract")
        self._save(
            self.deployment.with_contract(name, Deployed(deployed.address, deployed.creation, code))
        )

    def _adopt_pending(self) -> None:
        """Takes over the contract that an interrupted run sent; forgets it if it never arrived.

        Its address follows from the sender and its nonce, so nobody else can have put it there.
        """
        if self.deployment.pending is None:
            return
        name, deployed = self.deployment.pending
        if self._connection.code_hash(deployed.address) is not None:
            self._record(name, deployed)

    def _next_address(self) -> str:
        sender = to_checksum_address(self._key.address)
        count = self._connection.web3.eth.get_transaction_count
        nonce = self._connection.ask(lambda: count(sender, "pending"))
        return str(get_create_address(sender, nonce))

    def _save(self, deployment: Deployment) -> None:
        deployment.write(self._path)
        self.deployment = deployment
