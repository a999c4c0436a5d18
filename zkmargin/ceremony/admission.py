# SPDX-License-Identifier: Apache-2.0
"""Whether artifacts may call themselves a ceremony's: their transcript vouches for them.

Their directory holds the transcript. It must be the one that the manifest cites, have ended with
this very key, for these constraints, and say the same status. And a ceremony's key must hold the
alpha and beta of a published phase 1, whatever any file says: phase 2 cannot change them.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

from zkmargin.ceremony.contributions import coordinates
from zkmargin.ceremony.published_powers import are_published
from zkmargin.ceremony.transcript import TRANSCRIPT_FILE, Transcript
from zkmargin.ceremony.transcript_document import load_transcript
from zkmargin.errors import ArtifactError
from zkmargin.files import sha256
from zkmargin.proving.bn254 import G1Point, G2Point
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.manifest import CEREMONY, KEY_FILE, MANIFEST_FILE, Manifest
from zkmargin.proving.zkey import read_zkey

_SHARED: Final = (  # fields of the manifest that the transcript has too
    *("compiler", "flags", "constraints", "wires", "public_signals", "sources"),
    *("files", "ptau"),
)


def check_vouched(directory: Path, manifest: Manifest, key: VerifyingKey) -> None:
    """Raises ArtifactError unless the transcript that the manifest cites vouches for its files."""
    path = directory / TRANSCRIPT_FILE
    if manifest.transcript is None:
        rule = "a ceremony's manifest must cite its transcript"
        raise ArtifactError(f"{MANIFEST_FILE} transcript", "nothing", rule)
    if not path.is_file():
        raise ArtifactError(str(path), "nothing", "must be there")
    if (found := sha256(path)) != manifest.transcript:
        raise ArtifactError(
            str(path), f"SHA-256 {found}", f"the manifest has {manifest.transcript}"
        )
    transcript = load_transcript(path)
    if transcript.status != manifest.status:
        rule = f"the transcript is that of a {transcript.status} key"
        raise ArtifactError(f"{MANIFEST_FILE} status", manifest.status, rule)
    said = {
        **asdict(transcript.circuit),
        "files": final_files(transcript),
        "ptau": transcript.powers.sha256,
    }
    for name in _SHARED:
        if getattr(manifest, name) != said[name]:
            rule = f"the transcript has {said[name]}"
            raise ArtifactError(f"{MANIFEST_FILE} {name}", getattr(manifest, name), rule)
    check_phase_1(transcript.status, key.alpha1, key.beta2)


def check_key_phase_1(status: str, zkey: Path) -> None:
    """As `check_phase_1`, for a proving key, to which nobody need have contributed."""
    points = read_zkey(zkey).points
    (x, y), (x0, x1, y0, y1) = coordinates(points.alpha1), coordinates(points.beta2)
    check_phase_1(status, (x, y), ((x0, x1), (y0, y1)))


def check_phase_1(status: str, alpha1: G1Point, beta2: G2Point) -> None:
    """Raises ArtifactError if a key calls itself a ceremony's, but is of no published phase 1."""
    if status == CEREMONY and not are_published(alpha1, beta2):
        raise ArtifactError("alpha1, beta2", alpha1, "must be those of a published phase 1")


def final_files(transcript: Transcript) -> dict[str, str]:
    """SHA-256 of every artifact at the end of a ceremony; nothing before that."""
    circuit, final = transcript.circuit, transcript.final
    if final is None:
        return {}
    return {
        f"{circuit.name}.r1cs": circuit.r1cs,
        f"{circuit.name}.wasm": circuit.wasm,
        f"{circuit.name}.zkey": final.zkey,
        KEY_FILE: final.verifying_key,
    }
