# SPDX-License-Identifier: Apache-2.0
"""transcript.json: the form of each field. What they may say together is in `transcript_rules`.

A transcript that breaks a rule can be neither read nor written: `checked` stands at both gates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from zkmargin.ceremony.published_powers import published_file
from zkmargin.ceremony.transcript import (
    KINDS,
    SCHEMA,
    CircuitRecord,
    PowersRecord,
    Step,
    Transcript,
)
from zkmargin.ceremony.transcript_rules import check_rules
from zkmargin.documents.reading import Field, naming, parse_document, read_document
from zkmargin.errors import ArtifactError
from zkmargin.proving.manifest import CEREMONY, DEVELOPMENT

LARGEST_COUNT: Final = 1 << 32
MOST_CONTRIBUTORS: Final = 1000
ITERATIONS: Final = range(10, 33)  # snarkjs: from 10; 2^32 take hours, of every verifier

_FIELDS: Final = (
    *("schema", "status", "circuit", "powers_of_tau", "contributors", "snarkjs", "time", "zkey"),
    "steps",
)
_SHA256, _BLAKE2B = 64, 128  # hexadecimal digits
_HEX: Final = re.compile(r"[0-9a-f]*")
_CIRCUIT_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME: Final = 64  # [bytes], all that snarkjs keeps
_VALUE_DIGITS: Final = range(32, 511, 2)  # 16 bytes, up to the 255 that snarkjs takes


def load_transcript(path: Path) -> Transcript:
    """The transcript in a file; raises ArtifactError, naming field and rule, if it breaks one."""
    return _transcript(read_document(path, ArtifactError))


def checked(transcript: Transcript) -> Transcript:
    """The same transcript; raises ArtifactError as if it had been read from a file."""
    return _transcript(parse_document(transcript.text, "transcript", ArtifactError))


def _transcript(document: Field) -> Transcript:
    fields = document.members(_FIELDS)
    if fields["schema"].integer(0, LARGEST_COUNT) != SCHEMA:
        raise fields["schema"].error(f"must be {SCHEMA}")
    transcript = Transcript(
        status=fields["status"].one_of([CEREMONY, DEVELOPMENT]),
        circuit=_circuit(fields["circuit"]),
        powers=_powers(fields["powers_of_tau"]),
        contributors=fields["contributors"].integer(1, MOST_CONTRIBUTORS + 1),
        snarkjs=fields["snarkjs"].text(),
        time=fields["time"].time(),
        zkey=_digest(fields["zkey"], _SHA256),
        steps=tuple(map(_step, fields["steps"].items())),
    )
    with naming(document.source, ArtifactError):
        check_rules(transcript)
    return transcript


def _circuit(field: Field) -> CircuitRecord:
    fields = field.members(list(CircuitRecord.__dataclass_fields__))
    name = fields["name"].text()
    if not _CIRCUIT_NAME.fullmatch(name):
        raise fields["name"].error("must be a plain name")
    sources = fields["sources"].entries()
    return CircuitRecord(
        name=name,
        hash=_digest(fields["hash"], _BLAKE2B),
        r1cs=_digest(fields["r1cs"], _SHA256),
        wasm=_digest(fields["wasm"], _SHA256),
        constraints=fields["constraints"].integer(0, LARGEST_COUNT),
        wires=fields["wires"].integer(0, LARGEST_COUNT),
        public_signals=fields["public_signals"].integer(0, LARGEST_COUNT),
        compiler=fields["compiler"].text(),
        flags=tuple(flag.text() for flag in fields["flags"].items()),
        sources={name: _digest(source, _SHA256) for name, source in sources.items()},
    )


def _powers(field: Field) -> PowersRecord:
    fields = field.members(list(PowersRecord.__dataclass_fields__))
    sha256, blake2b = _digest(fields["sha256"], _SHA256), _digest(fields["blake2b"], _BLAKE2B)
    published = published_file(sha256, blake2b)
    name = published.name if published else None
    power = fields["power"].integer(1, 29)
    if fields["file"].value != name or (published and published.power != power):
        rule = f"these are the digests of {name or 'no published file'}"
        raise field.error(f"must hold the published file's name and power: {rule}")
    return PowersRecord(name, power, sha256, blake2b)


def _step(field: Field) -> Step:
    kinds = {kind: step for step, kind in KINDS.items()}
    given = list(field.value) if isinstance(field.value, dict) else []
    step = kinds[field.members(["kind"], given)["kind"].one_of(list(kinds))]
    fields = field.members(["kind", *step.__dataclass_fields__])
    return step(**{name: _READ[name](fields[name]) for name in step.__dataclass_fields__})


def _digest(field: Field, digits: int) -> str:
    value = field.value
    if not isinstance(value, str) or len(value) != digits or not _HEX.fullmatch(value):
        raise field.error(f"must be {digits} hexadecimal digits in lower case")
    return value


def _name(field: Field) -> str:
    name = field.text(_LONGEST_NAME)
    if len(name.encode()) > _LONGEST_NAME or name != name.strip():
        raise field.error(f"must be at most {_LONGEST_NAME} bytes and not begin or end with space")
    return name


def _value(field: Field) -> str:
    value = field.value
    if not isinstance(value, str) or len(value) not in _VALUE_DIGITS or not _HEX.fullmatch(value):
        raise field.error("must be 16 to 255 bytes as hexadecimal digits in lower case")
    return value


_READ: Final[Mapping[str, Callable[[Field], Any]]] = {
    "time": Field.time,
    "not_before": Field.time,
    "name": _name,
    "hash": lambda field: _digest(field, _BLAKE2B),
    "zkey": lambda field: _digest(field, _SHA256),
    "verifying_key": lambda field: _digest(field, _SHA256),
    "source": lambda field: field.text(200),
    "round": lambda field: field.text(200),
    "iterations": lambda field: field.integer(ITERATIONS.start, ITERATIONS.stop),
    "value": _value,
}
