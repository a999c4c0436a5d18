# SPDX-License-Identifier: Apache-2.0
"""Whether the sources at hand give the constraints that a key was made for.

A proof says what its constraints say. Whoever checks a key compiles the circuit himself, with the
compiler and flags of the manifest, and compares: the constraint system and the witness program byte
for byte, the sources file by file, and the Solidity verifier that the key renders to.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zkmargin.errors import ArtifactError
from zkmargin.files import sha256
from zkmargin.progress import Progress
from zkmargin.proving.artifacts import COMPILER, Artifacts, verifier_hash
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.manifest import MANIFEST_FILE
from zkmargin.proving.toolchain import CIRCOM_FLAGS, compile_circuit


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What a fresh compilation gave beside what the manifest has.

    expected, found   SHA-256 by name: the artifacts, each source, the verifier
    """

    circuit: str
    expected: Mapping[str, str]
    found: Mapping[str, str]

    @property
    def differences(self) -> tuple[str, ...]:
        """Names whose hashes differ, or that only one side has."""
        names = sorted({*self.expected, *self.found})
        return tuple(name for name in names if self.expected.get(name) != self.found.get(name))


def reproduce(
    source: CircuitSource, artifacts: Artifacts, progress: Progress | None = None
) -> Reproduction:
    """Compiles a circuit anew and compares it with artifacts; nothing of theirs is written.

    raises   ArtifactError if the artifacts are of another circuit, compiler or flags, which decides
             nothing; ToolError if the circuit does not compile
    """
    manifest = artifacts.manifest
    for field, made, here in (
        ("circuit", manifest.circuit, source.name),
        ("compiler", manifest.compiler, COMPILER),
        ("flags", manifest.flags, CIRCOM_FLAGS),
    ):
        if made != here:
            raise ArtifactError(f"{MANIFEST_FILE} {field}", made, f"must be {here}, as here")
    names = (artifacts.r1cs.name, artifacts.wasm.name)
    with tempfile.TemporaryDirectory(prefix="zkmargin-reproduce-") as folder:
        compile_circuit(source.main, Path(folder), include=source.include, progress=progress)
        compiled = {name: sha256(Path(folder) / name) for name in names}
    verifier = verifier_hash(artifacts.verifying_key, manifest.circuit)
    expected = {name: manifest.files[name] for name in names}
    return Reproduction(
        manifest.circuit,
        {**manifest.sources, **expected, "verifier": manifest.verifier},
        {**source.hashes, **compiled, "verifier": verifier},
    )
