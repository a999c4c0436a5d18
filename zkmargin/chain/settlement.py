# SPDX-License-Identifier: Apache-2.0
"""What settles an award at a deployment: the slice, and proofs of it and of the winner's lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zkmargin.book import Book
from zkmargin.chain.deployment import Deployment
from zkmargin.chain.statements import prove_for
from zkmargin.commitment import commitment
from zkmargin.fixed import divide_up
from zkmargin.liquidation import Terms
from zkmargin.liquidation_proof import LiquidationProof, prove_liquidation
from zkmargin.margin_proof import MarginProof
from zkmargin.progress import Progress
from zkmargin.settlement import Settlement, settlement
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS

HOUSE: Final = "LiquidationAuction"


@dataclass(frozen=True)
class ProvenSettlement:
    """A settlement with its two proofs.

    lot     margin proof of the winner's lot at the initial level
    epoch   that both are of
    """

    made: Settlement
    liquidation: LiquidationProof
    lot: MarginProof
    epoch: int

    def declared(self, holder: str) -> tuple[int | str, ...]:
        """The contract's struct `Settlement`; holder is the lot's opening holder."""
        taken, lot = self.made.slice, self.made.lot
        return (
            taken.price,
            taken.fraction,
            commitment(taken.remainder),
            commitment(lot),
            taken.deficit,
            self.made.top_up,
            lot.account,
            holder,
            self.epoch,
        )


@dataclass(frozen=True, slots=True)
class Winner:
    """Who an award went to, and what the lot becomes.

    address         that pays
    lot_account     id of the lot's account, never used before
    initial_level   of its margin [bps]
    """

    address: str
    lot_account: int
    initial_level: int


def prove_settlement(
    deployment: Deployment,
    book: Book,
    snapshot: Snapshot,
    terms: Terms,
    winner: Winner,
    *,
    backend: str = "auto",
    progress: Progress | None = None,
) -> ProvenSettlement:
    """Both proofs that settle an award.

    book, snapshot   the account's, and that of the award's epoch
    raises           ProvingError if the account is not short or the prover fails; DeploymentError
                     if a local key is not the deployed one; ArtifactError, ToolError
    """
    made = settlement(book, snapshot, terms, winner.lot_account, winner.initial_level)
    liquidation = prove_liquidation(
        made.slice,
        made.lot,
        int(winner.address, 16),
        domain=deployment.domain("liquidate"),
        preset=deployment.preset("liquidate"),
        backend=backend,
        progress=progress,
    )
    lot = prove_for(
        deployment, made.lot, snapshot, winner.initial_level, backend=backend, progress=progress
    )
    return ProvenSettlement(made, liquidation, lot, snapshot.header.epoch)


def award_fee(made: Settlement, fee: int) -> int:
    """The liquidation fee [1e-6 quote], up; fee is that of the house [bps]."""
    return divide_up(made.slice.price * fee, BPS)
