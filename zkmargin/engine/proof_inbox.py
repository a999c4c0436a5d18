# SPDX-License-Identifier: Apache-2.0
"""Margin proofs that others hand in: kept only if the reference checker accepts them.

A proof that is accepted shows that its account is healthy at an epoch, whoever made it, and can be
passed on to the venue where the account needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from zkmargin.engine.evidence import ProofInHand
from zkmargin.engine.view import AccountView
from zkmargin.margin_proof import MarginProof
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS
from zkmargin.wallet.verifier import MarginVerifier, ProofCheck


class ProofInbox(Mapping[int, ProofInHand]):
    """The newest accepted proof of each account.

    text   how the venue takes a proof
    """

    def __init__(self, verifier: MarginVerifier, text: Callable[[MarginProof], str]) -> None:
        self._verifier = verifier
        self._text = text
        self._kept: dict[int, ProofInHand] = {}

    def accept(self, proof: MarginProof, account: AccountView, snapshot: Snapshot) -> ProofCheck:
        """Checks a proof against the account as it is now and an epoch's market; keeps it if true.

        raises   ProvingError if two verifiers disagree about the proof
        """
        check = self._verifier.check(
            proof,
            account=account.id,
            version=account.version,
            level=BPS,
            commitment=account.commitment,
            snapshot_hash=snapshot.hash,
        )
        epoch, kept = snapshot.header.epoch, self._kept.get(account.id)
        outdated = kept is not None and kept.commitment == account.commitment and kept.epoch > epoch
        if check and not outdated:
            self._kept[account.id] = ProofInHand(
                account=account.id,
                commitment=account.commitment,
                version=account.version,
                level=BPS,
                epoch=epoch,
                text=self._text(proof),
            )
        return check

    def __getitem__(self, account: int) -> ProofInHand:
        return self._kept[account]

    def __iter__(self) -> Iterator[int]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
