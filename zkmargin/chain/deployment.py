# SPDX-License-Identifier: Apache-2.0
"""The deployment file: which contracts stand where, on which chain, for which keys.

    {"format": "zkmargin-deployment-1", "chain_id": "31337", "block": "1",
     "circuits": {"margin": {"preset": "standard", "status": "development", "key": "<sha256>"}},
     "contracts": {"MarketOracle": {"address": "0x..", "creation": "0x..", "code": "0x.."}},
     "done": ["bond holder"]}

It is written after every step, whole or not at all, so that an interrupted deployment goes on where
it stopped. Before a contract is sent its future address is written as `pending`: should the process
die in between, the next run finds the contract there instead of sending another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from zkmargin.chain.connection import Connection
from zkmargin.chain.domain import address_bytes, proof_domain
from zkmargin.documents.reading import Field, read_document
from zkmargin.documents.writing import Json, write_document
from zkmargin.errors import DeploymentError
from zkmargin.presets import PRESETS, Preset
from zkmargin.proving.artifacts import Artifacts
from zkmargin.proving.manifest import CEREMONY, DEVELOPMENT
from zkmargin.statement_proof import circuit_artifacts, key_digest

FORMAT: Final = "zkmargin-deployment-1"

# The contract that builds a circuit's public signals, and is part of their domain.
VERIFIED_BY: Final = {
    "margin": "MarginRegistry",
    "shortfall": "MarginRegistry",
    "liquidate": "LiquidationAuction",
    "nav": "PoolVault",
}

_FIELDS: Final = ("format", "chain_id", "block", "circuits", "contracts", "done")
_HASH_DIGITS: Final = 66


@dataclass(frozen=True, slots=True)
class Deployed:
    """One contract on the chain.

    creation   keccak of its unlinked creation code: from which sources it is
    code       keccak of the code at its address; empty while it is pending
    """

    address: str
    creation: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class CircuitKey:
    """The key that a verifier was rendered from; digest as `key_digest` has it."""

    preset: str
    status: str
    key: str


@dataclass(frozen=True)
class Deployment:
    """Everything that a deployment file says.

    block     before the first contract; logs are read from here
    done      setup steps that were taken
    pending   a contract that was about to be sent when the file was written
    """

    chain_id: int
    block: int
    circuits: Mapping[str, CircuitKey]
    contracts: Mapping[str, Deployed] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    pending: tuple[str, Deployed] | None = None

    def address(self, name: str) -> str:
        """Address of a contract; raises DeploymentError if it is not deployed."""
        if name not in self.contracts:
            raise DeploymentError(name, "not deployed", "run again: zkmargin chain deploy")
        return self.contracts[name].address

    def artifacts(self, circuit: str) -> Artifacts:
        """The artifacts of a circuit, which must be those that the verifier was made from.

        raises   DeploymentError if the circuit is not deployed, or their key is another;
                 ArtifactError if they are not set up
        """
        deployed = self._circuit(circuit)
        artifacts = circuit_artifacts(circuit, PRESETS[deployed.preset])
        if (found := key_digest(artifacts.verifying_key)) != deployed.key:
            rule = f"the verifier on the chain is for key {deployed.key[:16]}.."
            raise DeploymentError(f"{circuit} key", f"{found[:16]}..", rule)
        return artifacts

    def preset(self, circuit: str) -> Preset:
        """Size of a circuit; raises DeploymentError if the file has none of that name."""
        return PRESETS[self._circuit(circuit).preset]

    def domain(self, circuit: str) -> int:
        """The domain that the contract which verifies a circuit demands of its proofs.

        raises   as `artifacts`
        """
        key = self.artifacts(circuit).verifying_key
        return proof_domain(self.chain_id, self.address(VERIFIED_BY[circuit]), circuit, key)

    def with_contract(self, name: str, deployed: Deployed) -> Deployment:
        """The same with one more contract, and nothing pending."""
        return replace(self, contracts={**self.contracts, name: deployed}, pending=None)

    def with_pending(self, name: str, deployed: Deployed) -> Deployment:
        """The same with a contract that is about to be sent."""
        return replace(self, pending=(name, deployed))

    def with_done(self, step: str) -> Deployment:
        """The same with one more setup step taken."""
        return replace(self, done=(*self.done, step))

    def check(self, connection: Connection) -> None:
        """Raises DeploymentError unless the chain is the one, and holds this very code."""
        if connection.chain_id != self.chain_id:
            rule = f"the deployment is on chain {self.chain_id}"
            raise DeploymentError("chain id", connection.chain_id, rule)
        for name, deployed in self.contracts.items():
            found = connection.code_hash(deployed.address)
            if found != deployed.code:
                shown = f"code {found}" if found else "no code"
                raise DeploymentError(f"{name} at {deployed.address}", shown, "is not what it was")

    def _circuit(self, circuit: str) -> CircuitKey:
        if circuit not in self.circuits:
            rule = "is not deployed here: the configuration has no section `liquidation`"
            raise DeploymentError("circuit", circuit, rule)
        return self.circuits[circuit]

    def write(self, path: Path) -> None:
        """Writes the whole file or nothing."""
        document: dict[str, Json] = {
            "format": FORMAT,
            "chain_id": str(self.chain_id),
            "block": str(self.block),
            "circuits": {n: _slots(c) for n, c in self.circuits.items()},
            "contracts": {n: _slots(c) for n, c in self.contracts.items()},
            "done": list(self.done),
        }
        if self.pending:
            name, deployed = self.pending
            document["pending"] = {"name": name, **_slots(deployed)}
        write_document(path, document)


def load_deployment(path: Path) -> Deployment:
    """The deployment in a file; raises DeploymentError, naming the field."""
    if not path.is_file():
        rule = "must be there: zkmargin chain local, or zkmargin chain deploy"
        raise DeploymentError(str(path), "nothing", rule)
    fields = read_document(path, DeploymentError).members(_FIELDS, ("pending",))
    fields["format"].one_of((FORMAT,))
    pending = fields.get("pending")
    return Deployment(
        chain_id=fields["chain_id"].natural(1 << 64),
        block=fields["block"].natural(1 << 64),
        circuits={name: _circuit(f) for name, f in fields["circuits"].entries().items()},
        contracts={name: _deployed(f) for name, f in fields["contracts"].entries().items()},
        done=tuple(f.text() for f in fields["done"].items()),
        pending=None if pending is None else _pending(pending),
    )


def _circuit(field: Field) -> CircuitKey:
    fields = field.members(("preset", "status", "key"))
    return CircuitKey(
        fields["preset"].one_of(tuple(PRESETS)),
        fields["status"].one_of((DEVELOPMENT, CEREMONY)),
        fields["key"].text(),
    )


def _deployed(field: Field) -> Deployed:
    fields = field.members(("address", "creation", "code"))
    return _read_deployed(fields)


def _pending(field: Field) -> tuple[str, Deployed]:
    fields = field.members(("name", "address", "creation", "code"))
    return fields["name"].text(), _read_deployed(fields)


def _read_deployed(fields: Mapping[str, Field]) -> Deployed:
    address = fields["address"].text()
    try:
        address_bytes(address)
    except DeploymentError as error:
        raise fields["address"].error(error.rule) from None
    code = "" if fields["code"].value == "" else fields["code"].text(_HASH_DIGITS)
    return Deployed(address, fields["creation"].text(_HASH_DIGITS), code)


def _slots(record: Deployed | CircuitKey) -> dict[str, Json]:
    return {name: getattr(record, name) for name in record.__slots__}
