# SPDX-License-Identifier: Apache-2.0
"""A proof of the exact NAV of a book, and its verification: the share price of a pool."""

from __future__ import annotations

from zkmargin.book import Book
from zkmargin.margin import margin
from zkmargin.presets import Preset
from zkmargin.progress import Progress
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.snapshot import Snapshot
from zkmargin.statement import NavStatement, nav_statement
from zkmargin.statement_proof import (
    StatementProof,
    fitting_preset,
    prove_statement,
    verify_statement,
)
from zkmargin.units import NAV_OFFSET
from zkmargin.witness import nav_inputs

NavProof = StatementProof[NavStatement]


def prove_nav(
    book: Book,
    snapshot: Snapshot,
    *,
    domain: int = 0,
    preset: Preset | None = None,
    backend: str = "auto",
    progress: Progress | None = None,
) -> NavProof:
    """Proves what a book is worth under a snapshot, in public; every argument as of prove_margin.

    raises   ProvingError if the prover fails; BookError if the book does not fit; InputError if the
             domain is out of range; ArtifactError if the preset is not set up; ToolError if an
             external prover fails
    """
    report = margin(book, snapshot)
    public = nav_statement(report, domain)
    preset = preset or fitting_preset(book, snapshot)
    inputs = nav_inputs(report, domain, preset)
    return prove_statement(public, inputs, preset, backend=backend, progress=progress)


def verify_nav(proof: NavProof, key: VerifyingKey) -> bool:
    """True if the proof is valid under a key; as verify_margin."""
    return verify_statement(proof, key)


def proven_nav(proof: NavProof) -> int:
    """The NAV that a proof states [1e-6 quote], down."""
    return proof.statement.nav - NAV_OFFSET
