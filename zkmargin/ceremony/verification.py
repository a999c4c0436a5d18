# SPDX-License-Identifier: Apache-2.0
"""Verifying a ceremony from scratch, with nothing but its directory and the powers of tau.

    files          all there, none added, each of the hash in the transcript      `open_ceremony`
    order          each key holds the contributions up to its step, in a chain    `open_ceremony`
    rules          T1 to T6                                                       `open_ceremony`
    powers         the very file of the transcript, of the power that the circuit needs
    constraints    as many as the transcript says
    key            snarkjs makes the first key anew from constraints and powers, and verifies that
                   the last one follows from it by the contributions that the transcript lists
    admission      somebody contributed; delta, alpha, beta and every point are admissible
    artifacts      once the key is final: its own are those of the transcript

Intermediate keys are not verified by themselves: whatever the last key follows from is enough.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from zkmargin.ceremony.admission import check_key_phase_1
from zkmargin.ceremony.phase2 import verify_key
from zkmargin.ceremony.powers import check_power, check_published, read_powers
from zkmargin.ceremony.steps import Ceremony, open_ceremony
from zkmargin.ceremony.transcript import Transcript
from zkmargin.errors import ArtifactError
from zkmargin.files import sha256
from zkmargin.progress import Progress, Stages
from zkmargin.proving.artifacts import load
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.manifest import CEREMONY
from zkmargin.proving.r1cs import read_r1cs
from zkmargin.proving.toolchain import compile_circuit
from zkmargin.proving.zkey import read_zkey


def verify_ceremony(directory: Path, ptau: Path, progress: Progress | None = None) -> Ceremony:
    """The ceremony in a directory, verified up to its last step.

    raises   ArtifactError, naming what is wrong, if it is not valid; ToolError if snarkjs fails
    """
    with Stages(progress).stage("read files"):
        ceremony = open_ceremony(directory)
    check_valid(ceremony, ptau, progress)
    if ceremony.transcript.final:
        load(ceremony.last_step)
    return ceremony


def check_valid(ceremony: Ceremony, ptau: Path, progress: Progress | None = None) -> None:
    """Everything that `open_ceremony` does not look at; raises as `verify_ceremony`."""
    stages, transcript = Stages(progress), ceremony.transcript
    with stages.stage("read powers of tau"):
        _check_powers(ceremony, ptau)
    with stages.stage("verify key"):
        hashes = verify_key(ceremony.r1cs, ptau, ceremony.last_key)
    expected = [contribution.hash for contribution in transcript.history().contributions]
    if hashes != expected:
        rule = "snarkjs must find those of the transcript"
        raise ArtifactError(str(ceremony.last_key), f"{len(hashes)} contributions", rule)
    check_key_phase_1(transcript.status, ceremony.last_key)
    if transcript.contributions:
        read_zkey(ceremony.last_key).verifying_key()


def check_source(
    ceremony: Ceremony, source: CircuitSource, progress: Progress | None = None
) -> None:
    """Compiles a circuit; raises ArtifactError if it is not the one that the key is for."""
    recorded = ceremony.transcript.circuit
    with tempfile.TemporaryDirectory(prefix="zkmargin-ceremony-") as name:
        made = compile_circuit(source.main, Path(name), include=source.include, progress=progress)
        for path, expected in ((made.r1cs, recorded.r1cs), (made.wasm, recorded.wasm)):
            if (found := sha256(path)) != expected:
                rule = f"the ceremony is for {expected}"
                raise ArtifactError(f"{source.main}: {path.name}", f"SHA-256 {found}", rule)


def check_included(transcript: Transcript, digest: str) -> None:
    """Raises ArtifactError unless a digest is of a contribution or of the transcript at some step.

    This is how a contributor sees that nobody has removed or rewritten what came before.
    """
    steps = range(len(transcript.steps) + 1)
    known = {contribution.hash for contribution in transcript.history().contributions}
    if digest.lower() not in known | {transcript.after(step).digest for step in steps}:
        rule = "must be a contribution hash or a transcript digest of this ceremony"
        raise ArtifactError("included", digest, rule)


def _check_powers(ceremony: Ceremony, ptau: Path) -> None:
    recorded, powers = ceremony.transcript.powers, read_powers(ptau)
    if (powers.sha256, powers.blake2b) != (recorded.sha256, recorded.blake2b):
        name = recorded.file or "the file of that SHA-256"
        rule = f"the ceremony is on {name}, SHA-256 {recorded.sha256}"
        raise ArtifactError(str(ptau), f"SHA-256 {powers.sha256}", rule)
    if ceremony.transcript.status == CEREMONY:
        check_published(powers)
    circuit, system = ceremony.transcript.circuit, read_r1cs(ceremony.r1cs)
    check_power(powers, system)
    counts = (system.constraints, system.wires, system.public_signals)
    if counts != (circuit.constraints, circuit.wires, circuit.public_signals):
        rule = f"the file has {counts} constraints, wires and public signals"
        raise ArtifactError("transcript.json circuit", "other counts", rule)
