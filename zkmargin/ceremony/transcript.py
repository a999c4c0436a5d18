# SPDX-License-Identifier: Apache-2.0
"""The transcript of a ceremony: what was done, in which order, and the digest of every result.

Steps are only ever appended: contributions, the announcement of a beacon, the beacon, the final
key. The transcript after step k is the beginning of every later one, so that the digest which was
published after step k can be recomputed from any of them. File and rules: `transcript_document`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from zkmargin.ceremony.contributions import Contribution, History
from zkmargin.ceremony.phase2 import BEACON_NAME
from zkmargin.documents.reading import time_text
from zkmargin.documents.writing import Json, document_text

SCHEMA: Final = 1
TRANSCRIPT_FILE: Final = "transcript.json"
INITIAL: Final = 0  # number of the step that makes the key without contributions


@dataclass(frozen=True, slots=True)
class CircuitRecord:
    """The circuit that the key is for.

    hash         of the key without contributions, by snarkjs; every contribution commits to it
    r1cs, wasm   SHA-256 of the constraint system and of the witness program
    sources      SHA-256 of every source file, by its path below the circuit directory
    """

    name: str
    hash: str
    r1cs: str
    wasm: str
    constraints: int
    wires: int
    public_signals: int
    compiler: str
    flags: tuple[str, ...]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PowersRecord:
    """The powers of tau that the key was made from; `file` is None if nobody published them."""

    file: str | None
    power: int
    sha256: str
    blake2b: str


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    """A person's contribution, its hash by snarkjs and the SHA-256 of the key after it."""

    time: int
    name: str
    hash: str
    zkey: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """The beacon that will be used, and the unix time before which nobody can know its value."""

    time: int
    source: str
    round: str
    not_before: int
    iterations: int


@dataclass(frozen=True, slots=True)
class BeaconRecord:
    """The beacon's value in hexadecimal digits, and the key after it."""

    time: int
    value: str
    hash: str
    zkey: str


@dataclass(frozen=True, slots=True)
class FinalRecord:
    """The SHA-256 of the key that was admitted, and of its verifying key."""

    time: int
    zkey: str
    verifying_key: str


Step = ContributionRecord | Announcement | BeaconRecord | FinalRecord
KINDS: Final[Mapping[type[Step], str]] = {
    ContributionRecord: "contribution",
    Announcement: "announcement",
    BeaconRecord: "beacon",
    FinalRecord: "final",
}


@dataclass(frozen=True, slots=True)
class Transcript:
    """A ceremony so far.

    status         "development" unless the powers of tau are published ones, then "ceremony"
    contributors   the number of people announced; fewer make no key
    time           when it began; this and the steps' times are by the clock of whoever took them
    zkey           SHA-256 of the key without contributions
    """

    status: str
    circuit: CircuitRecord
    powers: PowersRecord
    contributors: int
    snarkjs: str
    time: int
    zkey: str
    steps: tuple[Step, ...] = ()

    @property
    def text(self) -> str:
        """The file's contents."""
        return document_text(self.to_json())

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def contributions(self) -> tuple[ContributionRecord, ...]:
        """The contributions, in order."""
        return tuple(step for step in self.steps if isinstance(step, ContributionRecord))

    @property
    def announcement(self) -> Announcement | None:
        """The beacon that was announced, None before that."""
        return next((step for step in self.steps if isinstance(step, Announcement)), None)

    @property
    def beacon(self) -> BeaconRecord | None:
        """The beacon that was applied, None before that."""
        return next((step for step in self.steps if isinstance(step, BeaconRecord)), None)

    @property
    def final(self) -> FinalRecord | None:
        """The key that was admitted, None before that."""
        return next((step for step in self.steps if isinstance(step, FinalRecord)), None)

    def after(self, step: int) -> Transcript:
        """The transcript as it was after a step; 0 is the beginning."""
        return replace(self, steps=self.steps[:step])

    def history(self) -> History:
        """What the newest key must say of itself."""
        contributions = [Contribution(step.name, step.hash) for step in self.contributions]
        if self.beacon and self.announcement:
            value, iterations = self.beacon.value, self.announcement.iterations
            contributions.append(Contribution(BEACON_NAME, self.beacon.hash, value, iterations))
        return History(self.circuit.hash, tuple(contributions))

    def to_json(self) -> dict[str, Json]:
        """The contents of transcript.json."""
        return {
            "schema": SCHEMA,
            "status": self.status,
            "circuit": asdict(self.circuit),
            "powers_of_tau": asdict(self.powers),
            "contributors": self.contributors,
            "snarkjs": self.snarkjs,
            "time": time_text(self.time),
            "zkey": self.zkey,
            "steps": [{"kind": KINDS[type(step)], **_times(asdict(step))} for step in self.steps],
        }


def _times(fields: dict[str, Json]) -> dict[str, Json]:
    """Unix seconds in a form that people read."""
    times = {name: fields[name] for name in ("time", "not_before") if name in fields}
    return {**fields, **{n: time_text(t) for n, t in times.items() if isinstance(t, int)}}
