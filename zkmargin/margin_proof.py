# SPDX-License-Identifier: Apache-2.0
"""A proof of margin from a book and a snapshot, and its verification: the library's front door.

The reference is asked first. A book that is short has no witness, and is refused in words before a
circuit is touched; a proof is returned only if it verifies and says what the reference says.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from zkmargin.book import Book
from zkmargin.errors import ArtifactError, InputError, ProvingError
from zkmargin.margin import healthy, margin
from zkmargin.presets import Preset, smallest
from zkmargin.progress import Progress
from zkmargin.proving import groth16
from zkmargin.proving.artifacts import Artifacts, artifact_home, load
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.manifest import DEVELOPMENT, MANIFEST_FILE
from zkmargin.proving.prover import Prover, has_native_verifier
from zkmargin.proving.prover import verify as verify_quickly
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.report import verdict
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS
from zkmargin.witness import Statement, margin_inputs, statement

CIRCUIT = "margin"

_DOMAIN_BOUND = 1 << 248
_LEVEL_BITS = 32
_VERSION_BITS = 64


@dataclass(frozen=True, slots=True)
class MarginProof:
    """A proof with its statement, and the circuit and key that it claims to be for.

    status        "development" or "ceremony": how the key came about
    constraints   SHA-256 of the circuit's .r1cs
    key           digest of the verifying key (`key_digest`)
    """

    preset: str
    status: str
    constraints: str
    key: str
    statement: Statement
    proof: Proof

    @property
    def account(self) -> int:
        """Account in the public header."""
        return self.statement.header >> (_LEVEL_BITS + _VERSION_BITS)

    @property
    def version(self) -> int:
        """Version in the public header."""
        return (self.statement.header >> _LEVEL_BITS) % (1 << _VERSION_BITS)

    @property
    def level(self) -> int:
        """Level in the public header [bps]."""
        return self.statement.header % (1 << _LEVEL_BITS)


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
    if not 0 <= domain < _DOMAIN_BOUND:
        raise InputError("domain", domain, "must be at least 0 and below 2^248")
    report = margin(book, snapshot)
    if not healthy(report, level):
        raise ProvingError(verdict(report, level))
    preset = preset or fitting_preset(book, snapshot)
    inputs = margin_inputs(book, snapshot, level, domain, preset)
    artifacts = margin_artifacts(preset)
    result = Prover.load(artifacts, backend, progress).prove(inputs, progress)
    public = statement(book, snapshot, level, domain)
    if result.public_signals != public.signals:
        raise ProvingError(f"the circuit says {result.public_signals}, not {public.signals}")
    return MarginProof(
        preset=preset.name,
        status=artifacts.manifest.status,
        constraints=artifacts.manifest.files[artifacts.r1cs.name],
        key=key_digest(artifacts.verifying_key),
        statement=public,
        proof=result.proof,
    )


def verify_margin(proof: MarginProof, key: VerifyingKey) -> bool:
    """True if the proof is valid under a key: by py_ecc and, where it is installed, by groth16py.

    raises   ProvingError if the two disagree; ArtifactError if the key is of another circuit
    """
    signals = proof.statement.signals
    valid = groth16.verify(key, proof.proof, signals)
    if has_native_verifier() and verify_quickly(key, proof.proof, signals) != valid:
        raise ProvingError(f"py_ecc finds the proof {valid}, groth16py {not valid}")
    return valid


def fitting_preset(book: Book, snapshot: Snapshot) -> Preset:
    """The smallest preset that holds a book and a snapshot's scenarios.

    raises   BookError if there is none
    """
    return smallest(len(book.slots), len(book.expiries), snapshot.params.blocks_in_use)


def margin_artifacts(preset: Preset) -> Artifacts:
    """The artifacts of a preset's margin circuit.

    raises   ArtifactError if they are not made yet, or made from other sources than these
    """
    name = f"{CIRCUIT}_{preset.name}"
    directory = artifact_home() / name
    if not (directory / MANIFEST_FILE).exists():
        rule = f"must be set up first: zkmargin setup {preset.name}"
        raise ArtifactError(str(directory), "no artifacts", rule)
    artifacts = load(directory)
    source = CircuitSource(circuits_dir() / "main" / f"{name}.circom", circuits_dir())
    if artifacts.manifest.status == DEVELOPMENT and artifacts.manifest.sources != source.hashes:
        rule = f"the circuit has changed since: zkmargin setup {preset.name}"
        raise ArtifactError(str(directory), "artifacts of other sources", rule)
    return artifacts


def key_digest(key: VerifyingKey) -> str:
    """SHA-256 of a verifying key's points, whatever the layout of its file."""
    canonical = json.dumps(key.to_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
