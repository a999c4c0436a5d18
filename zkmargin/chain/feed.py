# SPDX-License-Identifier: Apache-2.0
"""The market oracle from Python: publishing an epoch, and rebuilding one from the chain's logs.

A snapshot from logs is trusted because its own hash is the contract's, not because a node sent it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.publication import (
    Observed,
    publication_of,
    read_publication,
    sign_publication,
    signer_of,
)
from zkmargin.chain.snapshot_data import read_snapshot_data
from zkmargin.chain.system import System
from zkmargin.documents.snapshot_document import rate_text
from zkmargin.errors import SnapshotError
from zkmargin.market_oracle.publication import Publication
from zkmargin.snapshot import Snapshot
from zkmargin.snapshot_rules import validate

LEVELS: Final = ("normal", "no new risk", "nothing adverse to an account", "halted")


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the oracle says now.

    latest_epoch      0 before the first
    level             of the breaker, 0 to 3
    rung              ladder version * 2^8 + place, of the next epoch
    selected_params   hash of the risk parameters that the next epoch must use
    """

    latest_epoch: int
    level: int
    rung: int
    selected_params: int
    quorum: int


@dataclass(frozen=True, slots=True)
class EpochMark:
    """What the oracle keeps of an epoch besides its hash: time [s] and index [1e-6 quote]."""

    timestamp: int
    index: int


@dataclass(frozen=True)
class Feed:
    """The oracle of a deployed system."""

    system: System

    def state(self) -> FeedState:
        """What the oracle says now."""
        functions, view = self.system.oracle.functions, self.system.connection.call
        return FeedState(
            latest_epoch=view(functions.latestEpoch()),
            level=view(functions.level()),
            rung=view(functions.rung()),
            selected_params=view(functions.selectedParams()),
            quorum=view(functions.quorum()),
        )

    def latest_epoch(self) -> int:
        """Latest epoch, 0 before the first."""
        return int(self.system.connection.call(self.system.oracle.functions.latestEpoch()))

    def hash(self, epoch: int) -> int:
        """The hash that the oracle keeps of an epoch; raises SnapshotError if it keeps none."""
        found = int(self.system.connection.call(self.system.oracle.functions.snapshotHash(epoch)))
        if found == 0:
            raise SnapshotError("epoch", epoch, "is unknown to the oracle, or no longer kept")
        return found

    def mark(self, epoch: int) -> EpochMark:
        """Time and index of an epoch; raises Reverted if the oracle no longer keeps it."""
        _, timestamp, index, *_ = self.system.connection.call(
            self.system.oracle.functions.snapshot(epoch)
        )
        return EpochMark(timestamp, index)

    def snapshot(self, epoch: int) -> Snapshot:
        """The snapshot of an epoch, rebuilt from logs and compared with the contract's hash.

        raises   SnapshotError if the epoch is not live, its data are not in the logs, or they do
                 not give the hash
        """
        expected = self.hash(epoch)
        snapshot = read_snapshot_data(self._published(epoch, expected), f"epoch {epoch}")
        if snapshot.hash != expected:
            rule = f"the oracle keeps {expected:#066x}"
            raise SnapshotError(f"epoch {epoch}: hash", f"{snapshot.hash:#066x}", rule)
        return snapshot

    def prepare(
        self, snapshot: Snapshot, observed: Observed | None = None
    ) -> tuple[Publication, bytes]:
        """The publication of a snapshot, after every check that needs no signature.

        raises   SnapshotError if a rule is broken, the epoch is not the next one, the params are
                 not the selected ones or cash is credited with more than it is worth; ParamsError
        """
        validate(snapshot)
        self._check_credit(snapshot)
        state = self.state()
        if snapshot.header.epoch != state.latest_epoch + 1:
            rule = f"must be {state.latest_epoch + 1}, the next one"
            raise SnapshotError("epoch", snapshot.header.epoch, rule)
        if snapshot.params.digest != state.selected_params:
            rule = f"the oracle has selected those of hash {state.selected_params:#066x}"
            raise SnapshotError("params", f"{snapshot.params.digest:#066x}", rule)
        return publication_of(snapshot, observed)

    def sign(self, publication: Publication, data: bytes, keys: Sequence[Key]) -> list[bytes]:
        """Signatures of keys, each after everything that a signer must check.

        raises   SnapshotError, ParamsError as `read_publication`; SnapshotError as `prepare` for
                 the credit rate
        """
        self._check_credit(read_publication(publication, data))
        deployment = self.system.deployment
        oracle = deployment.address("MarketOracle")
        return sign_publication(publication, deployment.chain_id, oracle, keys)

    def publish(
        self, key: Key, publication: Publication, data: bytes, signatures: Sequence[bytes]
    ) -> Receipt:
        """Publishes an epoch with its signatures, in whatever order they are given."""
        deployment = self.system.deployment
        oracle = deployment.address("MarketOracle")

        def signer(signature: bytes) -> int:
            return int(signer_of(publication, deployment.chain_id, oracle, signature), 16)

        function = self.system.oracle.functions.publish(
            publication.values, data, sorted(signatures, key=signer)
        )
        return self.system.connection.send(key, function, f"publish epoch {publication.epoch}")

    def _check_credit(self, snapshot: Snapshot) -> None:
        """A socialised loss is in every snapshot: no cash counts for more than stands behind it."""
        if "Vault" not in self.system.deployment.contracts:
            return
        worth = int(self.system.connection.call(self.system.vault.functions.creditRate()))
        if snapshot.header.credit > worth:
            rule = f"must be at most {rate_text(worth)}, what the vault has for a unit of cash"
            raise SnapshotError("credit", rate_text(snapshot.header.credit), rule)

    def _published(self, epoch: int, hash_: int) -> bytes:
        """The data of the publication of an epoch; raises SnapshotError if no log has them."""
        event = self.system.oracle.events.Published
        topics: list[Any] = [event().topic, f"0x{epoch:064x}", f"0x{hash_:064x}"]
        address = self.system.deployment.address("MarketOracle")
        first = self.system.deployment.block
        for found in self.system.connection.newest_events(address, first, topics):
            return bytes(found.arguments["data"])
        raise SnapshotError("epoch", epoch, "has a hash, and no data in the logs of this node")
