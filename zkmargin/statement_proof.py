# SPDX-License-Identifier: Apache-2.0
"""A proof of any statement about a book, and its verification: what all circuits share.

A proof is returned only if it verifies and says what the specification says.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from zkmargin.book import Book
from zkmargin.errors import ArtifactError, ProvingError
from zkmargin.presets import Preset, smallest
from zkmargin.progress import Progress
from zkmargin.proving import groth16
from zkmargin.proving.artifacts import Artifacts, artifact_home, load
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.manifest import DEVELOPMENT, MANIFEST_FILE
from zkmargin.proving.prover import Prover, ProvingResult, has_native_verifier
from zkmargin.proving.prover import verify as verify_quickly
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.snapshot import Snapshot
from zkmargin.statement import Statement

S_co = TypeVar("S_co", bound=Statement, covariant=True)
S = TypeVar("S", bound=Statement)


@dataclass(frozen=True)  # no slots: a generic alias could not make one
class StatementProof(Generic[S_co]):
    """A proof with its statement, and the circuit and key that it claims to be for.

    status        "development" or "ceremony": how the key came about
    constraints   SHA-256 of the circuit's .r1cs
    key           digest of the verifying key (`key_digest`)
    """

    preset: str
    status: str
    constraints: str
    key: str
    statement: S_co
    proof: Proof

    @property
    def circuit(self) -> str:
        """Name of the circuit, whatever its size."""
        return self.statement.circuit

    @property
    def account(self) -> int:
        """Account in the public header."""
        return self.statement.account

    @property
    def version(self) -> int:
        """Version in the public header."""
        return self.statement.version

    @property
    def level(self) -> int:
        """Level in the public header [bps]."""
        return self.statement.level


def prove_statement(
    public: S,
    inputs: Inputs,
    preset: Preset,
    *,
    backend: str = "auto",
    progress: Progress | None = None,
) -> StatementProof[S]:
    """Proves a statement that the specification has found to hold.

    raises   ProvingError if the prover fails or proves another statement; ArtifactError if the
             preset is not set up; ToolError if an external prover fails
    """
    artifacts = circuit_artifacts(public.circuit, preset)
    result = Prover.load(artifacts, backend, progress).prove(inputs, progress)
    return stated(public, result, preset, artifacts)


def stated(
    public: S, result: ProvingResult, preset: Preset, artifacts: Artifacts
) -> StatementProof[S]:
    """What a prover made, with the statement that was to be proven.

    raises   ProvingError if it proves another statement
    """
    if result.public_signals != public.signals:
        raise ProvingError(f"the circuit says {result.public_signals}, not {public.signals}")
    return StatementProof(
        preset=preset.name,
        status=artifacts.manifest.status,
        constraints=artifacts.manifest.files[artifacts.r1cs.name],
        key=key_digest(artifacts.verifying_key),
        statement=public,
        proof=result.proof,
    )


def verify_statement(proof: StatementProof[Statement], key: VerifyingKey) -> bool:
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


def circuit_artifacts(circuit: str, preset: Preset) -> Artifacts:
    """The artifacts of one circuit at one size.

    raises   ArtifactError if they are not made yet, or made from other sources than these
    """
    name = f"{circuit}_{preset.name}"
    directory = artifact_home() / name
    if not (directory / MANIFEST_FILE).exists():
        rule = f"must be set up first: {setup_command(circuit, preset.name)}"
        raise ArtifactError(str(directory), "no artifacts", rule)
    artifacts = load(directory)
    source = CircuitSource(circuits_dir() / "main" / f"{name}.circom", circuits_dir())
    if artifacts.manifest.status == DEVELOPMENT and artifacts.manifest.sources != source.hashes:
        rule = f"the circuit has changed since: {setup_command(circuit, preset.name)}"
        raise ArtifactError(str(directory), "artifacts of other sources", rule)
    return artifacts


def setup_command(circuit: str, preset: str) -> str:
    """The command that makes a circuit's artifacts."""
    chosen = "" if circuit == "margin" else f" --circuit {circuit}"
    return f"zkmargin setup {preset}{chosen}"


def key_digest(key: VerifyingKey) -> str:
    """SHA-256 of a verifying key's points, whatever the layout of its file."""
    canonical = json.dumps(key.to_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
