# SPDX-License-Identifier: Apache-2.0
"""What a ceremony has come to, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from zkmargin.ceremony.steps import Ceremony
from zkmargin.ceremony.transcript import (
    KINDS,
    Announcement,
    BeaconRecord,
    ContributionRecord,
    Step,
    Transcript,
)
from zkmargin.documents.reading import time_text
from zkmargin.documents.writing import Json
from zkmargin.proving.manifest import DEVELOPMENT


def summary(ceremony: Ceremony) -> dict[str, Json]:
    """The state of a ceremony for programs."""
    transcript = ceremony.transcript
    made = transcript.history().contributions
    return {
        "circuit": transcript.circuit.name,
        "status": transcript.status,
        "steps": len(transcript.steps),
        "contributors": transcript.contributors,
        "contributions": [{"name": each.name, "hash": each.hash} for each in made],
        "announcement": asdict(transcript.announcement) if transcript.announcement else None,
        "transcript": transcript.digest,
        "artifacts": str(ceremony.last_step) if transcript.final else None,
    }


def all_steps(transcript: Transcript) -> str:
    """One line for each step."""
    return "\n".join(_lines(transcript))


def newest_step(transcript: Transcript) -> str:
    """The last step with its digests in full, as its maker publishes them."""
    lines = [list(_lines(transcript))[-1]]
    if transcript.steps and isinstance(step := transcript.steps[-1], ContributionRecord):
        lines.append(f"contribution hash {step.hash}")
    return "\n".join([*lines, f"transcript digest {transcript.digest}"])


def development_warning(transcript: Transcript) -> str | None:
    """What everyone must know of a development ceremony, None for any other."""
    if transcript.status != DEVELOPMENT:
        return None
    return "development: nobody published these powers of tau; the key must never be deployed"


def unchecked(transcript: Transcript, is_compared: bool) -> Iterator[str]:
    """What a verification leaves to people; is_compared if the circuit was compiled again."""
    if not is_compared:
        yield "not checked: that the constraints are those of the circuit, give --circuit"
    if transcript.announcement:
        source, round_ = transcript.announcement.source, transcript.announcement.round
        yield f"not checked: when the beacon was announced, and its value: {source}, {round_}"


def what_next(transcript: Transcript, last_step: Path, home: Path) -> str:
    """What to do after the last step."""
    if transcript.final:
        return f"publish the transcript, then cp -r {last_step} {home / transcript.circuit.name}"
    if transcript.beacon:
        return "zkmargin ceremony finalise --ptau PTAU"
    if transcript.announcement:
        moment = time_text(transcript.announcement.not_before)
        return f"publish the digest; after {moment} zkmargin ceremony beacon --apply VALUE"
    if (missing := transcript.contributors - len(transcript.contributions)) > 0:
        more = f"zkmargin ceremony contribute --name NAME, by {missing} more"
        return f"publish the digests, signed, and hand the directory on: {more}"
    beacon = "zkmargin ceremony beacon --announce SOURCE --round ROUND --time TIME"
    return f"publish the digests, signed; one more contribution, or {beacon}"


def _lines(transcript: Transcript) -> Iterator[str]:
    circuit, powers = transcript.circuit, transcript.powers
    on = powers.file or f"unpublished powers of tau {powers.sha256[:16]}.."
    yield f"0000  {'circuit':<12}  {circuit.name}, {circuit.constraints:,} constraints, on {on}"
    for number, step in enumerate(transcript.steps, 1):
        yield f"{number:04d}  {KINDS[type(step)]:<12}  {_result(step)}"


def _result(step: Step) -> str:
    if isinstance(step, ContributionRecord):
        return f"{step.name}, {step.hash[:32]}.."
    if isinstance(step, Announcement):
        return f"{step.source}, {step.round}, not before {time_text(step.not_before)}"
    if isinstance(step, BeaconRecord):
        return step.value
    return f"key SHA-256 {step.zkey}"
