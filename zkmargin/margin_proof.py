# SPDX-License-Identifier: Apache-2.0
"""A proof of margin from a book and a snapshot, and its verification: the library's front door.

The reference is asked first. A book that is short has no witness, and is refused in words before a
circuit is touched.
"""

from __future__ import annotations

from zkmargin.book import Book
from zkmargin.errors import ProvingError
from zkmargin.margin import healthy, margin
from zkmargin.presets import Preset
from zkmargin.progress import Progress
from zkmargin.proving.artifacts import Artifacts
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.report import verdict
from zkmargin.snapshot import Snapshot
from zkmargin.statement import MarginStatement, margin_statement
from zkmargin.statement_proof import (
    StatementProof,
    circuit_artifacts,
    fitting_preset,
    key_digest,
    prove_statement,
    verify_statement,
)
from zkmargin.units import BPS
from zkmargin.witness import margin_inputs

__all__ = [
    "CIRCUIT",
    "MarginProof",
    "fitting_preset",
    "healthy_statement",
    "key_digest",
    "margin_artifacts",
    "prove_margin",
    "verify_margin",
]

CIRCUIT = MarginStatement.circuit

MarginProof = StatementProof[MarginStatement]


def prove_margin(
    book: Book,
    snapshot: Snapshot,
    level: int = BPS,
    *,
    domain: int = 0,
    preset: Preset | None = None,
    backend: str = "auto",
    progress: Progress | None = None,
) -> MarginProof:
    """Proves that a book is healthy at a level [bps] under a snapshot.

    domain   binds the proof to one contract; 0 binds it to none
    preset   the smallest that fits, unless told
    raises   ProvingError if the book is short or the prover fails; BookError if the book does not
             fit; InputError if the domain is out of range; ArtifactError if the preset is not set
             up; ToolError if an external prover fails
    """
    public = healthy_statement(book, snapshot, level, domain)
    preset = preset or fitting_preset(book, snapshot)
    inputs = margin_inputs(book, snapshot, level, domain, preset)
    return prove_statement(public, inputs, preset, backend=backend, progress=progress)


def healthy_statement(book: Book, snapshot: Snapshot, level: int, domain: int) -> MarginStatement:
    """What a proof of a book says in public, once the reference has found the book healthy.

    raises   ProvingError, in words, if the book is short at the level [bps]; InputError if the
             domain is out of range; BookError if the level is
    """
    public = margin_statement(book, snapshot, level, domain)
    report = margin(book, snapshot)
    if not healthy(report, level):
        raise ProvingError(verdict(report, level))
    return public


def verify_margin(proof: MarginProof, key: VerifyingKey) -> bool:
    """True if the proof is valid under a key: by py_ecc and, where it is installed, by groth16py.

    raises   ProvingError if the two disagree; ArtifactError if the key is of another circuit
    """
    return verify_statement(proof, key)


def margin_artifacts(preset: Preset) -> Artifacts:
    """The artifacts of a preset's margin circuit.

    raises   ArtifactError if they are not made yet, or made from other sources than these
    """
    return circuit_artifacts(CIRCUIT, preset)
