# SPDX-License-Identifier: Apache-2.0
"""Proofs for a deployed system: domain, circuit and key are those of its deployment file."""

from __future__ import annotations

from zkmargin.book import Book
from zkmargin.chain.deployment import Deployment
from zkmargin.margin_proof import MarginProof, prove_margin
from zkmargin.progress import Progress
from zkmargin.shortfall_proof import ShortfallProof, prove_shortfall
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS


def prove_for(
    deployment: Deployment,
    book: Book,
    snapshot: Snapshot,
    level: int = BPS,
    *,
    backend: str = "auto",
    progress: Progress | None = None,
) -> MarginProof:
    """A margin proof that the registry accepts; level [bps].

    raises   DeploymentError if the local key is not the deployed one; else as `prove_margin`
    """
    return prove_margin(
        book,
        snapshot,
        level,
        domain=deployment.domain("margin"),
        preset=deployment.preset("margin"),
        backend=backend,
        progress=progress,
    )


def prove_short_for(
    deployment: Deployment,
    book: Book,
    snapshot: Snapshot,
    beneficiary: str,
    *,
    backend: str = "auto",
    progress: Progress | None = None,
) -> ShortfallProof:
    """A shortfall proof that the registry accepts and pays to an address; raises as above."""
    return prove_shortfall(
        book,
        snapshot,
        int(beneficiary, 16),
        domain=deployment.domain("shortfall"),
        preset=deployment.preset("shortfall"),
        backend=backend,
        progress=progress,
    )
