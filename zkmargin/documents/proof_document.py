# SPDX-License-Identifier: Apache-2.0
"""A proof as a JSON document: the proof, what it says in public, and the key it is for.

    {"format": "zkmargin-proof-1", "circuit": "margin", "preset": "standard",
     "status": "development", "constraints": "<SHA-256 of the .r1cs>",
     "key": "<digest of the verifying key>",
     "public_signals": {"domain": "0", "header": "..", "commitment": "..", "snapshot_hash": ".."},
     "proof": {"pi_a": [..], "pi_b": [..], "pi_c": [..], "protocol": "groth16", "curve": "bn128"}}

`circuit` names the statement, whose signals are decimal field elements in the circuit's order;
`proof` is in the layout of snarkjs. Nothing in it is secret.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, cast

from zkmargin.documents.reading import Field, read_document
from zkmargin.documents.writing import Json, write_document
from zkmargin.errors import ArtifactError
from zkmargin.field import MODULUS
from zkmargin.margin_proof import MarginProof
from zkmargin.presets import PRESETS
from zkmargin.proving.groth16 import Proof
from zkmargin.proving.manifest import CEREMONY, DEVELOPMENT
from zkmargin.statement import STATEMENTS, MarginStatement, Statement
from zkmargin.statement_proof import StatementProof

FORMAT: Final = "zkmargin-proof-1"

_FIELDS: Final = (
    *("format", "circuit", "preset", "status", "constraints", "key"),
    *("public_signals", "proof"),
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def load_proof(path: Path) -> StatementProof[Statement]:
    """The proof of any circuit in a file.

    raises   ArtifactError, naming the file, the field and the value
    """
    return _read(path, tuple(STATEMENTS))


def load_margin_proof(path: Path) -> MarginProof:
    """The margin proof in a file; raises ArtifactError as load_proof, or if it is of another."""
    return cast(MarginProof, _read(path, (MarginStatement.circuit,)))


def write_proof(path: Path, proof: StatementProof[Statement]) -> None:
    """Writes the document that reads back as this proof."""
    write_document(path, dump_proof(proof))


def dump_proof(proof: StatementProof[Statement]) -> dict[str, Json]:
    """The document that reads back as this proof."""
    signals = zip(proof.statement.names(), proof.statement.signals, strict=True)
    return {
        "format": FORMAT,
        "circuit": proof.circuit,
        "preset": proof.preset,
        "status": proof.status,
        "constraints": proof.constraints,
        "key": proof.key,
        "public_signals": {name: str(signal) for name, signal in signals},
        "proof": proof.proof.to_json(),
    }


def _read(path: Path, circuits: tuple[str, ...]) -> StatementProof[Statement]:
    fields = read_document(path, ArtifactError).members(_FIELDS)
    fields["format"].one_of((FORMAT,))
    kind = STATEMENTS[fields["circuit"].one_of(circuits)]
    signals = fields["public_signals"].members(kind.names())
    return StatementProof(
        preset=fields["preset"].one_of(tuple(PRESETS)),
        status=fields["status"].one_of((DEVELOPMENT, CEREMONY)),
        constraints=_digest(fields["constraints"]),
        key=_digest(fields["key"]),
        statement=kind(*(signals[name].natural(MODULUS) for name in kind.names())),
        proof=_proof(fields["proof"]),
    )


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
