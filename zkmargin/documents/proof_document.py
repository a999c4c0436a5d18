# SPDX-License-Identifier: Apache-2.0
"""A margin proof as a JSON document: the proof, what it says in public, and the key it is for.

    {"format": "zkmargin-proof-1", "circuit": "margin", "preset": "standard",
     "status": "development", "constraints": "<SHA-256 of the .r1cs>",
     "key": "<digest of the verifying key>",
     "public_signals": {"domain": "0", "header": "..", "commitment": "..", "snapshot_hash": ".."},
     "proof": {"pi_a": [..], "pi_b": [..], "pi_c": [..], "protocol": "groth16", "curve": "bn128"}}

Public signals are decimal field elements in the circuit's order; `proof` is in the layout of
snarkjs. Nothing in it is secret.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from zkmargin.documents.reading import Field, read_document
from zkmargin.documents.writing import Json, write_document
from zkmargin.errors import ArtifactError
from zkmargin.field import MODULUS
from zkmargin.margin_proof import CIRCUIT, MarginProof
from zkmargin.presets import PRESETS
from zkmargin.proving.groth16 import Proof
from zkmargin.proving.manifest import CEREMONY, DEVELOPMENT
from zkmargin.witness import Statement

FORMAT: Final = "zkmargin-proof-1"

_FIELDS: Final = (
    *("format", "circuit", "preset", "status", "constraints", "key"),
    *("public_signals", "proof"),
)
_SIGNALS: Final = ("domain", "header", "commitment", "snapshot_hash")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def load_margin_proof(path: Path) -> MarginProof:
    """The proof in a file; raises ArtifactError, naming the file, the field and the value."""
    fields = read_document(path, ArtifactError).members(_FIELDS)
    fields["format"].one_of((FORMAT,))
    fields["circuit"].one_of((CIRCUIT,))
    signals = fields["public_signals"].members(_SIGNALS)
    return MarginProof(
        preset=fields["preset"].one_of(tuple(PRESETS)),
        status=fields["status"].one_of((DEVELOPMENT, CEREMONY)),
        constraints=_digest(fields["constraints"]),
        key=_digest(fields["key"]),
        statement=Statement(*(signals[name].natural(MODULUS) for name in _SIGNALS)),
        proof=_proof(fields["proof"]),
    )


def write_margin_proof(path: Path, proof: MarginProof) -> None:
    """Writes the document that reads back as this proof."""
    write_document(path, dump_margin_proof(proof))


def dump_margin_proof(proof: MarginProof) -> dict[str, Json]:
    """The document that reads back as this proof."""
    signals = zip(_SIGNALS, proof.statement.signals, strict=True)
    return {
        "format": FORMAT,
        "circuit": CIRCUIT,
        "preset": proof.preset,
        "status": proof.status,
        "constraints": proof.constraints,
        "key": proof.key,
        "public_signals": {name: str(signal) for name, signal in signals},
        "proof": proof.proof.to_json(),
    }


def _proof(field: Field) -> Proof:
    try:
        return Proof.from_json(field.value)
    except ArtifactError as error:
        place = f"{field.source}: {field.path}.{error.field}"
        raise ArtifactError(place, error.value, error.rule) from error


def _digest(field: Field) -> str:
    if not _DIGEST.fullmatch(text := field.text()):
        raise field.error("must have 64 hexadecimal digits")
    return text
