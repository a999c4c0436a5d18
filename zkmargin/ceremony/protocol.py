# SPDX-License-Identifier: Apache-2.0
"""The steps of a ceremony. Each of them adds one directory with its record, or changes nothing.

now      unix seconds, by the clock of whoever takes the step
raises   ArtifactError, naming the rule, if the step may not be taken; ToolError if a tool fails
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from zkmargin.ceremony import phase2
from zkmargin.ceremony.admission import check_key_phase_1, final_files
from zkmargin.ceremony.contributions import read_history
from zkmargin.ceremony.powers import PowersOfTau, check_power, check_published, read_powers
from zkmargin.ceremony.steps import Ceremony, first_step, next_step, write_transcript
from zkmargin.ceremony.transcript import (
    Announcement,
    BeaconRecord,
    CircuitRecord,
    ContributionRecord,
    FinalRecord,
    PowersRecord,
    Step,
    Transcript,
)
from zkmargin.ceremony.transcript_document import checked
from zkmargin.ceremony.verification import check_valid
from zkmargin.errors import ArtifactError
from zkmargin.files import sha256
from zkmargin.progress import Progress, Stages
from zkmargin.proving.artifacts import (
    COMPILER,
    load,
    verifier_hash,
    write_manifest,
    write_verifying_key,
)
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import load_verifying_key
from zkmargin.proving.manifest import CEREMONY, DEVELOPMENT, KEY_FILE, SCHEMA, Manifest
from zkmargin.proving.r1cs import read_r1cs
from zkmargin.proving.toolchain import CIRCOM_FLAGS, CompiledCircuit, compile_circuit

_NO_HASH: Final = "0" * 128  # stands in for results while the step itself is checked
_NO_SHA256: Final = "0" * 64


def begin(
    source: CircuitSource,
    directory: Path,
    ptau: Path,
    *,
    contributors: int,
    now: int,
    development: bool = False,
    progress: Progress | None = None,
) -> Ceremony:
    """Step 0: compiles the circuit and makes the key to which nobody has contributed.

    contributors   people without whom there will be no final key
    development    takes any powers of tau; the ceremony and its key are then development, for ever
    """
    stages = Stages(progress)
    with first_step(directory) as new:
        with stages.stage("read powers of tau"):
            powers = read_powers(ptau)
        if not development:
            check_published(powers)
        compiled = compile_circuit(source.main, new, include=source.include, progress=progress)
        compiled.sym.unlink()
        check_power(powers, read_r1cs(compiled.r1cs))
        zkey = new / f"{source.name}.zkey"
        with stages.stage("make key"):
            phase2.make_key(compiled.r1cs, ptau, zkey)
        status = DEVELOPMENT if development else CEREMONY
        check_key_phase_1(status, zkey)
        transcript = Transcript(
            status=status,
            circuit=_circuit(source, compiled, zkey),
            powers=_powers(powers),
            contributors=contributors,
            snarkjs=phase2.version(),
            time=now,
            zkey=sha256(zkey),
        )
        return Ceremony(directory, write_transcript(new, transcript))


def contribute(
    directory: Path, name: str, *, now: int, progress: Progress | None = None
) -> Ceremony:
    """The next contribution, whose secret is drawn and forgotten by this machine.

    name   of the person; printable, at most 64 bytes, of nobody who has contributed
    """
    with next_step(directory) as (ceremony, new):
        _check_step(ceremony, ContributionRecord(now, name, _NO_HASH, _NO_SHA256))
        with Stages(progress).stage("contribute"):
            phase2.contribute(ceremony.last_key, new / ceremony.key_name, name)
        hash_, zkey = _results(new / ceremony.key_name)
        return _record(ceremony, new, ContributionRecord(now, name, hash_, zkey))


def announce_beacon(
    directory: Path, source: str, round_: str, *, not_before: int, iterations: int, now: int
) -> Ceremony:
    """Says which value of which public source will be the beacon, and closes the contributions.

    not_before   unix time before which nobody can know the value; must be in the future
    iterations   log2 of the number of SHA-256 that the value goes through
    """
    with next_step(directory) as (ceremony, new):
        announcement = Announcement(now, source, round_, not_before, iterations)
        return _record(ceremony, new, announcement)


def apply_beacon(
    directory: Path, value: str, *, now: int, progress: Progress | None = None
) -> Ceremony:
    """A contribution that anyone can repeat from the value of the announced beacon.

    value   hexadecimal digits
    """
    with next_step(directory) as (ceremony, new):
        digits, announced = value.removeprefix("0x").lower(), ceremony.transcript.announcement
        if announced is None:
            raise ArtifactError("beacon", digits, "must be announced before anyone can know it")
        _check_step(ceremony, BeaconRecord(now, digits, _NO_HASH, _NO_SHA256))
        with Stages(progress).stage("apply beacon"):
            key = new / ceremony.key_name
            phase2.apply_beacon(ceremony.last_key, key, digits, announced.iterations)
        return _record(ceremony, new, BeaconRecord(now, digits, *_results(key)))


def finalise(
    directory: Path, ptau: Path, *, now: int, progress: Progress | None = None
) -> Ceremony:
    """The last step: verifies everything, admits the key and writes its artifacts."""
    with next_step(directory) as (ceremony, new):
        zkey = sha256(ceremony.last_key)
        _check_step(ceremony, FinalRecord(now, zkey, _NO_SHA256))
        check_valid(ceremony, ptau, progress)
        for path in (ceremony.r1cs, ceremony.wasm, ceremony.last_key):
            shutil.copyfile(path, new / path.name)
        write_verifying_key(new / ceremony.key_name, new / KEY_FILE)
        done = _record(ceremony, new, FinalRecord(now, zkey, sha256(new / KEY_FILE)))
        write_manifest(new, _manifest(new, done.transcript))
        load(new)
        return done


def _with(transcript: Transcript, step: Step) -> Transcript:
    return replace(transcript, steps=(*transcript.steps, step))


def _check_step(ceremony: Ceremony, step: Step) -> None:
    """Refuses a step before any work is done for it."""
    checked(_with(ceremony.transcript, step))


def _results(zkey: Path) -> tuple[str, str]:
    """The hash of the newest contribution to a key, and the SHA-256 of the key."""
    contributions = read_history(zkey).contributions
    return contributions[-1].hash if contributions else _NO_HASH, sha256(zkey)


def _record(ceremony: Ceremony, new: Path, step: Step) -> Ceremony:
    transcript = _with(ceremony.transcript, step)
    key = new / ceremony.key_name
    if key.exists() and read_history(key) != transcript.history():
        rule = "must be the old ones and the new one: snarkjs wrote something else"
        raise ArtifactError(str(key), "other contributions", rule)
    return Ceremony(ceremony.directory, write_transcript(new, transcript))


def _circuit(source: CircuitSource, compiled: CompiledCircuit, zkey: Path) -> CircuitRecord:
    system, history = read_r1cs(compiled.r1cs), read_history(zkey)
    return CircuitRecord(
        name=source.name,
        hash=history.circuit_hash,
        r1cs=sha256(compiled.r1cs),
        wasm=sha256(compiled.wasm),
        constraints=system.constraints,
        wires=system.wires,
        public_signals=system.public_signals,
        compiler=COMPILER,
        flags=CIRCOM_FLAGS,
        sources=source.hashes,
    )


def _powers(powers: PowersOfTau) -> PowersRecord:
    published = powers.published
    name = published.name if published else None
    return PowersRecord(name, powers.power, powers.sha256, powers.blake2b)


def _manifest(directory: Path, transcript: Transcript) -> Manifest:
    circuit = transcript.circuit
    return Manifest(
        schema=SCHEMA,
        circuit=circuit.name,
        status=transcript.status,
        compiler=circuit.compiler,
        flags=circuit.flags,
        constraints=circuit.constraints,
        wires=circuit.wires,
        public_signals=circuit.public_signals,
        sources=circuit.sources,
        files=final_files(transcript),
        verifier=verifier_hash(load_verifying_key(directory / KEY_FILE), circuit.name),
        transcript=transcript.digest,
        ptau=transcript.powers.sha256,
    )
