# SPDX-License-Identifier: Apache-2.0
"""The manifest of a circuit's artifacts: what they were made from, and the hash of each file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from zkmargin.errors import ArtifactError

SCHEMA: Final = 2  # rises when an older build must not be used any more
MANIFEST_FILE: Final = "manifest.json"
KEY_FILE: Final = "verification_key.json"
DEVELOPMENT: Final = "development"
CEREMONY: Final = "ceremony"

_OF_CEREMONY: Final = ("transcript", "ptau")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """How the artifacts of one circuit were made.

    status       "development": one machine knew the secrets of the key; "ceremony": nobody did
    sources      SHA-256 of every file of the include graph, by path below the circuit directory
    files        SHA-256 of every artifact, by file name
    verifier     SHA-256 of the Solidity verifier that the verifying key renders to
    transcript   SHA-256 of the transcript of the ceremony that made the key, None if none did
    ptau         SHA-256 of the powers of tau that the ceremony began with, None if none did
    """

    schema: int
    circuit: str
    status: str
    compiler: str
    flags: tuple[str, ...]
    constraints: int
    wires: int
    public_signals: int
    sources: Mapping[str, str]
    files: Mapping[str, str]
    verifier: str
    transcript: str | None = None
    ptau: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The contents of manifest.json; what a ceremony adds is named only where there was one."""
        document = asdict(self)
        for name in _OF_CEREMONY:
            if document[name] is None:
                del document[name]
        return document

    @classmethod
    def from_json(cls, document: Any) -> Manifest:
        """Reads manifest.json; raises ArtifactError, naming the field that is not as it must be."""
        fields = cls.__dataclass_fields__
        if not isinstance(document, dict) or {*document, *_OF_CEREMONY} != set(fields):
            rule = f"must be an object with the fields {', '.join(fields)}"
            raise ArtifactError(MANIFEST_FILE, document, rule)
        _check(document, "schema", document["schema"] == SCHEMA, f"must be {SCHEMA}: build it anew")
        _check(document, "circuit", _matches(_NAME, document["circuit"]), "must be a plain name")
        known = document["status"] in (DEVELOPMENT, CEREMONY)
        _check(document, "status", known, f"must be {DEVELOPMENT} or {CEREMONY}")
        for name in ("constraints", "wires", "public_signals"):
            _check(document, name, _is_count(document[name]), "must be a natural number")
        _check(document, "compiler", isinstance(document["compiler"], str), "must be a string")
        _check(document, "flags", _is_strings(document["flags"]), "must be a list of strings")
        for name in ("sources", "files"):
            _check(document, name, _is_hashes(document[name]), "must map names to SHA-256 hashes")
        files = set(artifact_names(document["circuit"]))
        _check(document, "files", set(document["files"]) == files, f"must name {sorted(files)}")
        cited = [name for name in _OF_CEREMONY if name in document]
        for name in ("verifier", *cited):
            _check(document, name, _matches(_HASH, document[name]), "must be a SHA-256 hash")
        if len(cited) == 1:
            rule = f"must stand with {' and '.join(_OF_CEREMONY)}"
            raise ArtifactError(f"{MANIFEST_FILE} {cited[0]}", document[cited[0]], rule)
        return cls(**{**document, "flags": tuple(document["flags"])})


def artifact_names(circuit: str) -> tuple[str, ...]:
    """The file names of a circuit: constraints, witness program, proving key, verifying key."""
    return f"{circuit}.r1cs", f"{circuit}.wasm", f"{circuit}.zkey", KEY_FILE


def _check(document: Mapping[str, Any], field: str, holds: bool, rule: str) -> None:
    if not holds:
        raise ArtifactError(f"{MANIFEST_FILE} {field}", document[field], rule)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_hashes(value: object) -> bool:
    return isinstance(value, dict) and all(_matches(_HASH, item) for item in value.values())
