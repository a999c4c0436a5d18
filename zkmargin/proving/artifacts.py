# SPDX-License-Identifier: Apache-2.0
"""The files that proving and verifying a circuit take, kept in one directory under a manifest.

A build is repeated only when a source file, the compiler or its flags differ from the manifest: a
new build has a new key, and a verifier of the old one refuses its proofs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from zkmargin.ceremony.admission import check_vouched
from zkmargin.errors import ArtifactError
from zkmargin.files import exclusive, read_json, replacing_directory, sha256, write_atomic
from zkmargin.progress import Progress
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import VerifyingKey, load_verifying_key
from zkmargin.proving.manifest import (
    CEREMONY,
    DEVELOPMENT,
    KEY_FILE,
    MANIFEST_FILE,
    SCHEMA,
    Manifest,
    artifact_names,
)
from zkmargin.proving.r1cs import read_r1cs
from zkmargin.proving.setup import development_setup
from zkmargin.proving.solidity_verifier import verifier_source
from zkmargin.proving.toolchain import (
    CIRCOM_FLAGS,
    CIRCOM_VERSION,
    cache_dir,
    checkout,
    circuits_dir,
    compile_circuit,
)
from zkmargin.proving.zkey import read_zkey

COMPILER: Final = f"circom {CIRCOM_VERSION}"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """A circuit's directory, every file of which matches the manifest."""

    directory: Path
    manifest: Manifest
    verifying_key: VerifyingKey

    @property
    def r1cs(self) -> Path:
        """The constraint system."""
        return self.directory / f"{self.manifest.circuit}.r1cs"

    @property
    def wasm(self) -> Path:
        """The witness program."""
        return self.directory / f"{self.manifest.circuit}.wasm"

    @property
    def zkey(self) -> Path:
        """The proving key."""
        return self.directory / f"{self.manifest.circuit}.zkey"

    @property
    def verifying_key_file(self) -> Path:
        """The verifying key, in the layout of snarkjs."""
        return self.directory / KEY_FILE


def artifact_home() -> Path:
    """Where artifacts are kept: ZKMARGIN_HOME, or build/artifacts in a checkout, or the cache."""
    if chosen := os.environ.get("ZKMARGIN_HOME"):
        return Path(chosen)
    root = checkout()
    return root / "build" / "artifacts" if root else cache_dir() / "artifacts"


def build(
    preset: str,
    directory: Path | None = None,
    *,
    circuit: str = "margin",
    progress: Progress | None = None,
) -> Artifacts:
    """The artifacts of circuits/main/<circuit>_<preset>.circom, made if they are not up to date.

    directory   where to keep them; artifact_home() / <circuit>_<preset> unless told
    raises      as build_circuit
    """
    name = f"{circuit}_{preset}"
    source = CircuitSource(circuits_dir() / "main" / f"{name}.circom", circuits_dir())
    return build_circuit(source, directory or artifact_home() / name, progress)


def build_circuit(
    source: CircuitSource, directory: Path, progress: Progress | None = None
) -> Artifacts:
    """The artifacts of any circuit, with a development key, made if they are not up to date.

    raises   ArtifactError if the source is missing, if an artifact is damaged, or if the directory
             holds anything else or a ceremony's key; ToolError if a tool fails
    """
    try:
        with exclusive(directory.parent / f".{directory.name}.lock"):
            if not _is_up_to_date(source, directory):
                _make(source, directory, progress)
            return load(directory)
    except OSError as error:
        raise ArtifactError(str(directory), str(error), "must be a writable directory") from error


def load(directory: Path) -> Artifacts:
    """The artifacts in a directory, after every hash in the manifest has been checked.

    raises   ArtifactError, naming the file, if one is missing, damaged, or another circuit's
    """
    manifest = _read_manifest(directory)
    for name, expected in manifest.files.items():
        path = directory / name
        if not path.is_file():
            raise ArtifactError(str(path), "nothing", "must be there")
        if (found := sha256(path)) != expected:
            raise ArtifactError(str(path), f"SHA-256 {found}", f"the manifest has {expected}")
    key = load_verifying_key(directory / KEY_FILE)
    artifacts = Artifacts(directory, manifest, key)
    _check_proving_key(artifacts)
    return artifacts


def write_verifying_key(zkey: Path, path: Path) -> None:
    """Writes the verifying key of a proving key; raises ArtifactError if it cannot be trusted."""
    key = read_zkey(zkey).verifying_key()
    write_atomic(path, json.dumps(key.to_json(), indent=1) + "\n")


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Writes the manifest of the artifacts in a directory."""
    write_atomic(directory / MANIFEST_FILE, json.dumps(manifest.to_json(), indent=1) + "\n")


def verifier_hash(key: VerifyingKey, circuit: str) -> str:
    """SHA-256 of the Solidity verifier of a key, its contract named after the circuit."""
    words = re.findall(r"[A-Za-z0-9]+", circuit)
    name = f"Circuit{''.join(word[0].upper() + word[1:] for word in words)}Verifier"
    return hashlib.sha256(verifier_source(key, name).encode()).hexdigest()


def _is_up_to_date(source: CircuitSource, directory: Path) -> bool:
    """Made from this very source; raises ArtifactError if the directory must not be replaced."""
    if not directory.exists():
        return False
    present = {path.name for path in directory.iterdir()}
    if not present:
        return False
    if MANIFEST_FILE not in present:
        raise ArtifactError(str(directory), "other files", "must be empty or hold a manifest.json")
    manifest = _unless_outdated(read_json(directory / MANIFEST_FILE))
    if manifest is None:
        _check_strangers(directory, present - {MANIFEST_FILE, *artifact_names(source.name)})
        return False
    made = (manifest.circuit, manifest.compiler, manifest.flags, manifest.sources)
    if made == (source.name, COMPILER, CIRCOM_FLAGS, source.hashes):
        return True
    if manifest.status != DEVELOPMENT:
        rule = "only a development build is ever replaced: move the directory away"
        raise ArtifactError(str(directory), f"a {manifest.status} key of other sources", rule)
    _check_strangers(directory, present - {MANIFEST_FILE, *manifest.files})
    return False


def _unless_outdated(document: Any) -> Manifest | None:
    """None for the manifest of a development build by an older zkmargin, which is made anew."""
    if isinstance(document, dict) and document.get("status") == DEVELOPMENT:
        schema = document.get("schema")
        if type(schema) is int and 0 < schema < SCHEMA:
            return None
    return Manifest.from_json(document)


def _check_strangers(directory: Path, strangers: set[str]) -> None:
    if strangers:
        raise ArtifactError(str(directory), sorted(strangers), "must hold artifacts only")


def _make(source: CircuitSource, directory: Path, progress: Progress | None) -> None:
    sources = source.hashes
    with replacing_directory(directory) as new:
        compiled = compile_circuit(source.main, new, include=source.include, progress=progress)
        compiled.sym.unlink()
        zkey = new / f"{source.name}.zkey"
        development_setup(compiled.r1cs, zkey, progress)
        write_verifying_key(zkey, new / KEY_FILE)
        system = read_r1cs(compiled.r1cs)
        manifest = Manifest(
            schema=SCHEMA,
            circuit=source.name,
            status=DEVELOPMENT,
            compiler=COMPILER,
            flags=CIRCOM_FLAGS,
            constraints=system.constraints,
            wires=system.wires,
            public_signals=system.public_signals,
            sources=sources,
            files={name: sha256(new / name) for name in artifact_names(source.name)},
            verifier=verifier_hash(load_verifying_key(new / KEY_FILE), source.name),
        )
        write_manifest(new, manifest)


def _read_manifest(directory: Path) -> Manifest:
    path = directory / MANIFEST_FILE
    if not path.is_file():
        raise ArtifactError(str(path), "nothing", "must be there: build the circuit first")
    return Manifest.from_json(read_json(path))


def _check_proving_key(artifacts: Artifacts) -> None:
    """The proving key belongs to the verifying key, has the circuit's size and the right status."""
    zkey, manifest = read_zkey(artifacts.zkey), artifacts.manifest
    if zkey.verifying_key() != artifacts.verifying_key:
        rule = f"must be the key of {KEY_FILE}"
        raise ArtifactError(str(artifacts.zkey), "another proving key", rule)
    sizes = (manifest.wires, manifest.public_signals)
    if (zkey.wires, zkey.public_signals) != sizes:
        rule = f"the manifest has {sizes} wires and public signals"
        raise ArtifactError(str(artifacts.zkey), (zkey.wires, zkey.public_signals), rule)
    if zkey.is_development() and manifest.status != DEVELOPMENT:
        raise ArtifactError(f"{MANIFEST_FILE} status", manifest.status, "this is a development key")
    if manifest.status == CEREMONY or manifest.transcript is not None:
        check_vouched(artifacts.directory, manifest, artifacts.verifying_key)
