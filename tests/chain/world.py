# SPDX-License-Identifier: Apache-2.0
"""A deployed system with a market and books: what the tests of the chain act on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from zkmargin.book import Book, Slot
from zkmargin.chain.connection import Receipt
from zkmargin.chain.deployment_config import DeploymentConfig, parse_config
from zkmargin.chain.feed import Feed
from zkmargin.chain.key import Key, local_key
from zkmargin.chain.registry import Registry
from zkmargin.chain.statements import prove_for
from zkmargin.chain.system import System
from zkmargin.documents.reading import parse_document
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.errors import DeploymentError
from zkmargin.margin_proof import MarginProof
from zkmargin.market_move import moved
from zkmargin.registry.status import Status
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS

ROOT = Path(__file__).resolve().parents[2]
PRESET = "small"
INITIAL_LEVEL = 12_000

VENUE, SIGNERS, OWNER, OTHER_OWNER, CALLER = (
    local_key(0),
    (local_key(1), local_key(2), local_key(3)),
    local_key(4),
    local_key(5),
    local_key(6),
)

FIRST_EPOCH: Snapshot = load_snapshot(ROOT / "examples" / "eth_snapshot.json")
_EXPIRIES = [row.expiry for row in FIRST_EPOCH.rows]
_UNIT = 10**6

HEALTHY_BOOK = Book(
    account=7,
    version=1,
    cash=50_000 * _UNIT,
    base=10 * _UNIT,
    perp=0,
    perp_entry=0,
    slots=(
        Slot(_EXPIRIES[0], 2_400 * _UNIT, call=0, put=-10 * _UNIT),
        Slot(_EXPIRIES[2], 3_400 * _UNIT, call=-5 * _UNIT, put=0),
    ),
    blinding=(1 << 247) + 0x5EC2E7,
)
SHORT_BOOK = replace(
    HEALTHY_BOOK,
    account=8,
    cash=1_000 * _UNIT,
    slots=(Slot(_EXPIRIES[0], 2_400 * _UNIT, call=0, put=-100 * _UNIT),),
)


def config_document(**changes: Any) -> dict[str, Any]:
    """The shipped configuration of a local chain, for the tests' preset, with changes."""
    shipped = files("zkmargin") / "data" / "deployments" / "local.json"
    return {**json.loads(shipped.read_text()), "preset": PRESET, **changes}


def config(**changes: Any) -> DeploymentConfig:
    """The same, read."""
    text = json.dumps(config_document(**changes))
    return parse_config(parse_document(text, "config.json", DeploymentError))


@contextmanager
def undone(world: World) -> Iterator[None]:
    """The chain goes back to where it was when the block ends."""
    request = world.system.connection.web3.manager.request_blocking
    mark = request("evm_snapshot", [])  # type: ignore[arg-type]
    yield
    request("evm_revert", [mark])  # type: ignore[arg-type]


def sale_config() -> DeploymentConfig:
    """The tests' configuration with the shipped auction house."""
    shipped = files("zkmargin") / "data" / "deployments" / "liquidation.json"
    return config(liquidation=json.loads(shipped.read_text()))


@dataclass
class World:
    """One deployed system; what a test does to it is undone afterwards.

    market   the latest published snapshot
    """

    system: System
    url: str
    file: Path
    market: Snapshot

    @property
    def registry(self) -> Registry:
        return Registry(self.system)

    @property
    def feed(self) -> Feed:
        return Feed(self.system)

    def status(self, account: int) -> Status:
        return self.registry.account(account).status

    def publish(self, snapshot: Snapshot, signers: Sequence[Key] = SIGNERS[:2]) -> Receipt:
        """Publishes an epoch at its own time."""
        publication, data = self.feed.prepare(snapshot)
        signatures = self.feed.sign(publication, data, signers)
        self.system.connection.local_time(snapshot.header.timestamp)
        receipt = self.feed.publish(VENUE, publication, data, signatures)
        self.market = snapshot
        return receipt

    def next_epoch(self, change: int = 0, seconds: int = 60) -> Receipt:
        """Publishes the next epoch; change of the index [bps].

        The node's clock runs with this machine's: an epoch is later than it, however slow we are.
        """
        index = self.market.header.index * (BPS + change) // BPS
        latest = self.system.connection.web3.eth.get_block("latest")["timestamp"]
        seconds = max(seconds, latest + 1 - self.market.header.timestamp)
        return self.publish(moved(self.market, index=index, seconds=seconds, credit=self._credit()))

    def _credit(self) -> int:
        """What the next epoch may credit cash with: less after a socialised loss."""
        credit = self.market.header.credit
        if "Vault" not in self.system.deployment.contracts:
            return credit
        rate = self.system.connection.call(self.system.vault.functions.creditRate())
        return min(credit, int(rate))

    def margin_proof(self, book: Book, level: int = BPS) -> MarginProof:
        """A proof under the latest snapshot."""
        return prove_for(self.system.deployment, book, self.market, level)

    def open(self, book: Book, owner: Key = OWNER, *, proven: bool = True) -> Receipt:
        """Opens a book's account with the least bounty."""
        proof = self.margin_proof(book, INITIAL_LEVEL) if proven else None
        bounty = self.registry.params()["minBounty"]
        return self.registry.open(book, owner, VENUE, VENUE.address, bounty, proof)
