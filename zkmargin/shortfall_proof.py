# SPDX-License-Identifier: Apache-2.0
"""A proof that a book is short of margin, and its verification.

The reference is asked first: a healthy book has no witness, and is refused in words.
"""

from __future__ import annotations

from zkmargin.book import Book
from zkmargin.errors import ProvingError
from zkmargin.margin import healthy, margin
from zkmargin.presets import Preset
from zkmargin.progress import Progress
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.report import verdict
from zkmargin.snapshot import Snapshot
from zkmargin.statement import ShortfallStatement, shortfall_statement
from zkmargin.statement_proof import (
    StatementProof,
    fitting_preset,
    prove_statement,
    verify_statement,
)
from zkmargin.units import BPS
from zkmargin.witness import shortfall_inputs

ShortfallProof = StatementProof[ShortfallStatement]


def prove_shortfall(
    book: Book,
    snapshot: Snapshot,
    beneficiary: int,
    level: int = BPS,
    *,
    domain: int = 0,
    preset: Preset | None = None,
    backend: str = "auto",
    progress: Progress | None = None,
) -> ShortfallProof:
    """Proves that a book is short at a level [bps] under a snapshot; at level 0, insolvent.

    beneficiary   address that is paid for the proof, as a number of 160 bits
    domain, preset, backend, progress   as of prove_margin
    raises   ProvingError if the book is healthy or the prover fails; BookError if the book does not
             fit; InputError if domain or beneficiary is out of range; ArtifactError if the preset
             is not set up; ToolError if an external prover fails
    """
    public = shortfall_statement(book, snapshot, level, domain, beneficiary)
    report = margin(book, snapshot)
    if healthy(report, level):
        raise ProvingError(verdict(report, level))
    preset = preset or fitting_preset(book, snapshot)
    inputs = shortfall_inputs(book, snapshot, level, domain, beneficiary, preset)
    return prove_statement(public, inputs, preset, backend=backend, progress=progress)


def verify_shortfall(proof: ShortfallProof, key: VerifyingKey) -> bool:
    """True if the proof is valid under a key; as verify_margin."""
    return verify_statement(proof, key)
