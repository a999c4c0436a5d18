# SPDX-License-Identifier: Apache-2.0
"""Transcripts: what they may say, and in which order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zkmargin.ceremony.published_powers import PERPETUAL
from zkmargin.ceremony.transcript import (
    Announcement,
    BeaconRecord,
    CircuitRecord,
    ContributionRecord,
    FinalRecord,
    PowersRecord,
    Step,
    Transcript,
)
from zkmargin.ceremony.transcript_document import checked, load_transcript
from zkmargin.errors import ArtifactError

A, B, C, D = (digit * 64 for digit in "abcd")
AA, BB, CC = (digit * 128 for digit in "abc")
FILE = next(file for file in PERPETUAL.files if file.sha256 and file.blake2b)
CIRCUIT = CircuitRecord("bytes", AA, A, B, 35, 37, 3, "circom 2.2.3", ("--O2",), {"x.circom": A})
ALICE, BOB = ContributionRecord(1001, "alice", AA, A), ContributionRecord(1002, "bob", BB, B)
ANNOUNCED = Announcement(1010, "drand quicknet", "1000", 2000, 10)
APPLIED, FINAL = BeaconRecord(2000, "5e" * 16, CC, C), FinalRecord(2001, C, D)
STEPS = (ALICE, BOB, ANNOUNCED, APPLIED, FINAL)
TRANSCRIPT = Transcript(
    "development", CIRCUIT, PowersRecord(None, 6, A, AA), 2, "0.7.6", 1000, D, STEPS
)


def with_steps(*steps: Step) -> Transcript:
    return replace(TRANSCRIPT, steps=steps)


def test_a_transcript_survives_its_file(tmp_path: Path) -> None:
    (tmp_path / "transcript.json").write_text(TRANSCRIPT.text)

    assert load_transcript(tmp_path / "transcript.json") == TRANSCRIPT


@pytest.mark.parametrize("step", range(len(STEPS) + 1))
def test_the_transcript_after_any_step_is_a_transcript(step: int) -> None:
    assert checked(TRANSCRIPT.after(step)).steps == STEPS[:step]


def test_every_step_changes_the_digest() -> None:
    assert len({TRANSCRIPT.after(step).digest for step in range(len(STEPS) + 1)}) == 6


def test_a_published_file_makes_a_ceremony(tmp_path: Path) -> None:
    powers = PowersRecord(FILE.name, FILE.power, str(FILE.sha256), str(FILE.blake2b))

    assert checked(replace(TRANSCRIPT, status="ceremony", powers=powers)).status == "ceremony"


def test_a_development_ceremony_on_published_powers_stays_one() -> None:
    powers = PowersRecord(FILE.name, FILE.power, str(FILE.sha256), str(FILE.blake2b))

    assert checked(replace(TRANSCRIPT, powers=powers)).status == "development"


@pytest.mark.parametrize(
    ("steps", "rule"),
    [
        ((ANNOUNCED,), "contributors: got 0, must be at least 2, as announced"),
        ((ALICE, ANNOUNCED), "contributors: got 1, must be at least 2, as announced"),
        ((FINAL,), "contributors: got 0, must be at least 2, as announced"),
        ((ALICE, BOB, APPLIED), "step 3: got 'beacon', a beacon must be announced first"),
        ((ALICE, BOB, FINAL), "step 3: got 'final', a beacon must be announced first"),
        ((ALICE, BOB, ANNOUNCED, ANNOUNCED), "step 4: got 'announcement', contributions are clos"),
        ((ALICE, BOB, ANNOUNCED, FINAL), "step 4: got 'final', .* announced must be applied"),
        (
            (ALICE, BOB, ANNOUNCED, replace(ALICE, name="carol")),
            "step 4: got 'contribution', contributions are closed",
        ),
        ((*STEPS[:4], APPLIED), "step 5: got 'beacon', the beacon is applied"),
        ((*STEPS[:4], replace(ALICE, name="carol")), "step 5: got 'contribution', the beacon is"),
        ((*STEPS, FINAL), "step 6: got 'final', the key is final: nothing may follow"),
        ((ALICE, ALICE), "name: got 'alice', must not be the name of an earlier step"),
        ((ALICE, replace(BOB, name="ALICE")), "name: got 'ALICE', must not be the name of"),
        ((ALICE, replace(BOB, name="\uff41lice")), "must not be the name of an earlier step"),
        ((replace(ALICE, name="Beacon"),), "name: got 'Beacon', must not be the name of"),
        (
            (ALICE, BOB, replace(ANNOUNCED, not_before=1010)),
            "not_before: got '1970-01-01T00:16:50Z', must be after the announcement",
        ),
        (
            (*STEPS[:3], replace(APPLIED, time=1999)),
            "time: got '1970-01-01T00:33:19Z', must not be before 1970-01-01T00:33:20Z",
        ),
        ((*STEPS[:4], replace(FINAL, zkey=D)), "must be the key after the beacon"),
    ],
)
def test_steps_that_break_a_rule_are_refused(steps: tuple[Step, ...], rule: str) -> None:
    with pytest.raises(ArtifactError, match=rule):
        checked(with_steps(*steps))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda d: d.pop("zkey"), "zkey: got 'nothing', is required"),
        (lambda d: d.update(extra=1), "extra: got 'extra', is not a field here"),
        (lambda d: d.update(schema=2), "schema: got 2, must be 1"),
        (lambda d: d.update(status="audited"), "status: got 'audited', must be one of"),
        (lambda d: d.update(status="ceremony"), "status: got 'ceremony', must be development"),
        (lambda d: d.update(contributors=0), "contributors: got 0"),
        (lambda d: d.update(zkey=D.upper()), "zkey: got .* must be 64 hexadecimal digits in lower"),
        (lambda d: d.update(time="yesterday"), "time: got 'yesterday', must be unix seconds"),
        (
            lambda d: d["circuit"].update(name="../bytes"),
            "circuit.name: got .* must be a plain name",
        ),
        (lambda d: d["circuit"].update(hash=A), "circuit.hash: got .* must be 128 hex"),
        (lambda d: d["circuit"].update(wires=-1), "circuit.wires: got -1"),
        (lambda d: d["circuit"].update(sources=["x"]), "circuit.sources: got 'a list'"),
        (lambda d: d["circuit"].update(sources=7), "circuit.sources: got 7, must be an object"),
        (lambda d: d["circuit"]["sources"].update(x="0"), "circuit.sources.x: got '0'"),
        (
            lambda d: d["powers_of_tau"].update(file=FILE.name),
            "powers_of_tau: .* of no published file",
        ),
        (lambda d: d["powers_of_tau"].update(power=0), "powers_of_tau.power: got 0"),
        (lambda d: d.update(steps={}), "steps: got 'an object', must be a list"),
        (lambda d: d["steps"].append("x"), r"steps\[5\]: got 'x', must be an object"),
        (lambda d: d["steps"][0].update(kind="gift"), r"steps\[0\].kind: got 'gift'"),
        (lambda d: d["steps"][0].pop("kind"), r"steps\[0\].kind: got 'nothing'"),
        (lambda d: d["steps"][0].update(value="00"), r"steps\[0\].value: .* is not a field"),
        (lambda d: d["steps"][0].update(name=" alice"), r"steps\[0\].name: .* not begin or end"),
        (lambda d: d["steps"][0].update(name="a" * 65), r"steps\[0\].name: .* 1 to 64 printable"),
        (lambda d: d["steps"][0].update(name="\u00e9" * 33), r"steps\[0\].name: .* 64 bytes"),
        (lambda d: d["steps"][0].update(name="a\nb"), r"steps\[0\].name: .* printable"),
        (lambda d: d["steps"][2].update(iterations=9), r"steps\[2\].iterations: got 9"),
        (lambda d: d["steps"][2].update(iterations=33), r"steps\[2\].iterations: got 33"),
        (lambda d: d["steps"][3].update(value="5e" * 15), r"steps\[3\].value: .* 16 to 255 bytes"),
        (lambda d: d["steps"][3].update(value="5e" * 256), r"steps\[3\].value: .* 16 to 255"),
        (lambda d: d["steps"][3].update(value="5e" * 16 + "5"), r"steps\[3\].value: .* 16 to"),
        (lambda d: d["steps"][3].update(value="0x" + "5e" * 16), r"steps\[3\].value: .* hexadeci"),
    ],
)
def test_a_malformed_transcript_is_refused_by_field(
    tmp_path: Path, edit: Callable[[dict[str, Any]], object], words: str
) -> None:
    document, path = json.loads(TRANSCRIPT.text), tmp_path / "transcript.json"
    edit(document)
    path.write_text(json.dumps(document))

    with pytest.raises(ArtifactError, match=rf"transcript\.json: {words}"):
        load_transcript(path)


def test_a_power_that_is_not_the_published_files_is_refused() -> None:
    powers = PowersRecord(FILE.name, FILE.power + 1, str(FILE.sha256), str(FILE.blake2b))

    with pytest.raises(ArtifactError, match=f"the digests of {FILE.name}"):
        checked(replace(TRANSCRIPT, powers=powers))
