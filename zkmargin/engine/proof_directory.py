# SPDX-License-Identifier: Apache-2.0
"""A directory into which margin proofs are put, read into an inbox as they come."""

from __future__ import annotations

from pathlib import Path

from zkmargin.documents.proof_document import load_margin_proof
from zkmargin.engine.proof_inbox import ProofInbox
from zkmargin.engine.venue import VenueView
from zkmargin.engine.view import Clock
from zkmargin.errors import InputError
from zkmargin.margin_proof import MarginProof
from zkmargin.snapshot import Snapshot


class ProofDirectory:
    """Reads every proof file once; what the reference checker refuses is passed over.

    A proof whose epoch the venue does not know yet, or whose account has moved on, is refused too:
    whoever makes proofs makes the next one.
    """

    def __init__(self, directory: Path, inbox: ProofInbox) -> None:
        self.inbox = inbox
        self._directory = directory
        self._read: set[str] = set()

    def refresh(self, view: VenueView) -> int:
        """Reads what is new; the number of proofs that were accepted."""
        accepted = 0
        for path in sorted(self._directory.glob("*.json")):
            if path.name not in self._read:
                accepted += self._take(path, view)
        return accepted

    def _take(self, path: Path, view: VenueView) -> bool:
        try:
            proof = load_margin_proof(path)
        except InputError:
            return False  # perhaps it is being written: it is read again
        self._read.add(path.name)
        snapshot = _snapshot_of(proof, view, view.clock)
        if snapshot is None:
            return False
        return bool(self.inbox.accept(proof, view.account(proof.account), snapshot))


def _snapshot_of(proof: MarginProof, view: VenueView, clock: Clock) -> Snapshot | None:
    """The market that a proof names, among the epochs that the venue still takes."""
    for epoch in range(clock.epoch, max(0, clock.epoch - clock.window - 1), -1):
        snapshot = view.snapshot(epoch)
        if snapshot is not None and snapshot.hash == proof.statement.snapshot_hash:
            return snapshot
    return None
