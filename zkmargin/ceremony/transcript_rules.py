# SPDX-License-Identifier: Apache-2.0
"""The rules that every transcript keeps, when it is read and before it is written.

T1  contributions, then the announcement of one beacon, the beacon, the final key
T2  nobody contributes twice, under names that differ only in case or width
T3  only after the announced number of people have contributed is a beacon announced
T4  it is announced before anyone can know its value, and applied afterwards
T5  the final key is the one after the beacon
T6  the status is "ceremony" only if the powers of tau are published ones, and only for their
    circuit's power; it never changes, and "development" is the status of all that follows
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from zkmargin.ceremony.phase2 import BEACON_NAME
from zkmargin.ceremony.transcript import (
    KINDS,
    Announcement,
    BeaconRecord,
    ContributionRecord,
    FinalRecord,
    Step,
    Transcript,
)
from zkmargin.documents.reading import time_text
from zkmargin.errors import ArtifactError
from zkmargin.proving.manifest import CEREMONY

_Place = type[Step] | None

_FOLLOWERS: Final[Mapping[_Place, tuple[type[Step], ...]]] = {
    None: (ContributionRecord,),
    ContributionRecord: (ContributionRecord, Announcement),
    Announcement: (BeaconRecord,),
    BeaconRecord: (FinalRecord,),
    FinalRecord: (),
}
_NEXT: Final[Mapping[_Place, str]] = {
    None: "people must contribute first",
    ContributionRecord: "a beacon must be announced first, and applied, and then the key is final",
    Announcement: "contributions are closed: the beacon that was announced must be applied",
    BeaconRecord: "the beacon is applied: only the final key may follow",
    FinalRecord: "the key is final: nothing may follow",
}


def check_rules(transcript: Transcript) -> None:
    """Raises ArtifactError, naming the step and the rule, if the transcript breaks one."""
    published = transcript.powers.file is not None
    if transcript.status == CEREMONY and not published:  # T6
        rule = "must be development: nobody published these powers of tau"
        raise ArtifactError("status", transcript.status, rule)
    for number, step in enumerate(transcript.steps):
        before = transcript.after(number)
        _check_count(before, step)
        _check_place(before, step)
        _check_name(before, step)
        _check_time(before, step)
        _check_key(before, step)


def _check_count(before: Transcript, step: Step) -> None:
    """T3"""
    count, rule = len(before.contributions), f"must be at least {before.contributors}, as announced"
    if not isinstance(step, ContributionRecord) and count < before.contributors:
        raise ArtifactError("contributors", count, rule)


def _check_place(before: Transcript, step: Step) -> None:
    """T1"""
    last = type(before.steps[-1]) if before.steps else None
    if type(step) not in _FOLLOWERS[last]:
        raise ArtifactError(f"step {len(before.steps) + 1}", KINDS[type(step)], _NEXT[last])


def _check_name(before: Transcript, step: Step) -> None:
    """T2"""
    if isinstance(step, ContributionRecord):
        taken = {_folded(BEACON_NAME), *(_folded(made.name) for made in before.contributions)}
        if _folded(step.name) in taken:
            raise ArtifactError("name", step.name, "must not be the name of an earlier step")


def _check_time(before: Transcript, step: Step) -> None:
    """T4"""
    if isinstance(step, Announcement) and step.not_before <= step.time:
        rule = f"must be after the announcement, {time_text(step.time)}: a later round"
        raise ArtifactError("not_before", time_text(step.not_before), rule)
    announced = before.announcement
    if isinstance(step, BeaconRecord) and announced and step.time < announced.not_before:
        rule = f"must not be before {time_text(announced.not_before)}, as announced"
        raise ArtifactError("time", time_text(step.time), rule)


def _check_key(before: Transcript, step: Step) -> None:
    """T5"""
    if isinstance(step, FinalRecord) and before.beacon and step.zkey != before.beacon.zkey:
        raise ArtifactError("zkey", step.zkey, "must be the key after the beacon")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
