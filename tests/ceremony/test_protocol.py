# SPDX-License-Identifier: Apache-2.0
"""A ceremony of three people from beginning to end, and the steps that may not be taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.forgery import steps
from ceremony.rehearsal import BEACON_TIME, BYTES, START, VALUE
from zkmargin.ceremony import published_powers
from zkmargin.ceremony.contributions import read_history
from zkmargin.ceremony.phase2 import verify_key
from zkmargin.ceremony.protocol import announce_beacon, apply_beacon, begin, contribute, finalise
from zkmargin.ceremony.published_powers import PERPETUAL
from zkmargin.ceremony.steps import open_ceremony
from zkmargin.errors import ArtifactError, ToolError
from zkmargin.files import sha256
from zkmargin.proving.artifacts import build_circuit, load
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import VerifyingKey, verify
from zkmargin.proving.prover import Prover
from zkmargin.proving.toolchain import snarkjs

pytestmark = pytest.mark.prove

INPUTS = {"total": 10, "tag": 7, "value": [1, 2, 3, 4]}

At = Callable[[str], Path]


def announce(directory: Path, not_before: int = BEACON_TIME, now: int = START + 9) -> None:
    announce_beacon(directory, "drand", "1000", not_before=not_before, iterations=10, now=now)


def test_the_final_key_proves_and_verifies(kept: Path) -> None:
    artifacts = load(kept / "final" / "0006")
    result = Prover.load(artifacts).prove(INPUTS)

    assert verify(artifacts.verifying_key, result.proof, result.public_signals)


def test_snarkjs_exports_the_same_verifying_key(kept: Path, tmp_path: Path) -> None:
    directory = kept / "final" / "0006"
    exported = tmp_path / "key.json"
    snarkjs(["zkey", "export", "verificationkey", str(directory / "bytes.zkey"), str(exported)])

    expected = VerifyingKey.from_json(json.loads(exported.read_text()))
    assert expected == load(directory).verifying_key


def test_the_manifest_cites_the_transcript_that_is_beside_it(kept: Path) -> None:
    artifacts = load(kept / "final" / "0006")

    assert artifacts.manifest.transcript == sha256(kept / "final" / "0006" / "transcript.json")
    assert artifacts.manifest.status == "development"


def test_the_transcript_has_the_contributions_that_snarkjs_finds(kept: Path, powers: Path) -> None:
    ceremony = open_ceremony(kept / "final")
    key = ceremony.last_step / "bytes.zkey"

    expected = verify_key(ceremony.r1cs, powers, key)
    assert [made.hash for made in read_history(key).contributions] == expected
    assert [made.hash for made in ceremony.transcript.history().contributions] == expected
    names = [made.name for made in ceremony.transcript.contributions]
    assert names == ["alice", "bob", "carol"]


def test_a_build_of_the_same_sources_keeps_the_key_of_the_ceremony(at: At) -> None:
    directory = at("final") / "0006"
    before = load(directory).verifying_key

    assert build_circuit(BYTES, directory).verifying_key == before


def test_the_artifacts_of_a_ceremony_are_not_replaced_by_a_build(at: At, tmp_path: Path) -> None:
    directory, source = at("final") / "0006", tmp_path / "bytes.circom"
    source.write_text(BYTES.main.read_text() + "// changed\n")

    with pytest.raises(ArtifactError, match=r"transcript\.json.*must hold artifacts only"):
        build_circuit(CircuitSource(source, BYTES.include), directory)


@pytest.mark.usefixtures("published")
def test_a_ceremony_on_published_powers_makes_a_ceremonys_key(at: At, powers: Path) -> None:
    directory = at("begun").with_name("second")
    begin(BYTES, directory, powers, contributors=1, now=START)
    contribute(directory, "alice", now=START + 1)
    announce(directory)
    apply_beacon(directory, VALUE, now=BEACON_TIME)
    ceremony = finalise(directory, powers, now=BEACON_TIME + 1)

    assert ceremony.transcript.powers.file == "test_06.ptau"
    assert load(ceremony.last_step).manifest.status == "ceremony"


def test_unpublished_powers_are_refused_unless_for_development(
    powers: Path, tmp_path: Path
) -> None:
    with pytest.raises(ArtifactError, match="is no published file: --development-ptau"):
        begin(BYTES, tmp_path / "ceremony", powers, contributors=1, now=START)
    assert steps(tmp_path / "ceremony") == []


@pytest.mark.usefixtures("published")
def test_powers_whose_alpha_is_not_the_published_one_begin_no_ceremony(
    monkeypatch: pytest.MonkeyPatch, powers: Path, tmp_path: Path
) -> None:
    listed = published_powers.PUBLISHED[-1]
    wrong = replace(listed, beta2=PERPETUAL.beta2)
    monkeypatch.setattr(published_powers, "PUBLISHED", (wrong,))

    with pytest.raises(ArtifactError, match=r"alpha1, beta2: .*must be those of a published phase"):
        begin(BYTES, tmp_path / "ceremony", powers, contributors=1, now=START)
    assert steps(tmp_path / "ceremony") == []


@pytest.mark.usefixtures("published")
def test_a_development_ceremony_on_published_powers_stays_one(at: At, powers: Path) -> None:
    directory = at("begun").with_name("second")
    begun = begin(BYTES, directory, powers, contributors=1, now=START, development=True)

    assert begun.transcript.status == "development"


def test_powers_that_are_too_small_are_refused_with_the_needed_power(
    small_powers: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "ceremony"

    with pytest.raises(ArtifactError, match=r"got 'power 5', 35 constraints need power 6"):
        begin(BYTES, directory, small_powers, contributors=1, now=START, development=True)
    assert steps(directory) == []


def test_a_directory_that_holds_anything_begins_no_ceremony(at: At, powers: Path) -> None:
    directory = at("alice")

    with pytest.raises(ArtifactError, match="got '0000', must be empty or not there"):
        begin(BYTES, directory, powers, contributors=1, now=START, development=True)
    assert len(open_ceremony(directory).transcript.contributions) == 1


@pytest.mark.parametrize("name", ["Alice", "beacon", "", "a" * 65, "al\nice", " alice"])
def test_a_name_that_is_taken_or_cannot_be_kept_is_refused(at: At, name: str) -> None:
    directory = at("alice")

    with pytest.raises(ArtifactError, match="name: got"):
        contribute(directory, name, now=START + 2)
    assert len(steps(directory)) == 2


@pytest.mark.parametrize("name", ["--entropy=1", "-e=1", "=", "Zoë = 🜁"])
def test_any_printable_name_is_kept_as_it_is(at: At, name: str) -> None:
    ceremony = contribute(at("alice"), name, now=START + 2)

    assert read_history(ceremony.last_key).contributions[-1].name == name


def test_a_beacon_that_was_not_announced_is_refused(at: At) -> None:
    directory = at("carol")

    with pytest.raises(ArtifactError, match="must be announced before anyone can know it"):
        apply_beacon(directory, VALUE, now=BEACON_TIME)
    assert len(steps(directory)) == 4


def test_a_beacon_is_not_announced_before_enough_people_have_contributed(at: At) -> None:
    with pytest.raises(ArtifactError, match="contributors: got 2, must be at least 3"):
        announce(at("bob"))


def test_a_beacon_that_may_be_known_already_is_not_announced(at: At) -> None:
    with pytest.raises(ArtifactError, match=r"not_before: .* must be after the announcement"):
        announce(at("carol"), not_before=START + 9)


def test_a_second_beacon_is_not_announced(at: At) -> None:
    with pytest.raises(ArtifactError, match="the beacon that was announced must be applied"):
        announce(at("announced"), not_before=BEACON_TIME + 1)


def test_nobody_contributes_after_the_announcement(at: At) -> None:
    with pytest.raises(ArtifactError, match="contributions are closed"):
        contribute(at("announced"), "dave", now=START + 10)


def test_a_beacon_is_not_applied_before_its_time(at: At) -> None:
    with pytest.raises(ArtifactError, match="must not be before 2025-06-15T15:23:20Z"):
        apply_beacon(at("announced"), VALUE, now=BEACON_TIME - 1)


@pytest.mark.parametrize("value", ["5e" * 15, "5e" * 256, "5e" * 16 + "5", "zz" * 16, ""])
def test_a_value_that_is_no_beacon_is_refused(at: At, value: str) -> None:
    directory = at("announced")

    with pytest.raises(ArtifactError, match="must be 16 to 255 bytes"):
        apply_beacon(directory, value, now=BEACON_TIME)
    assert len(steps(directory)) == 5


def test_the_form_of_a_value_does_not_change_the_key(kept: Path, at: At) -> None:
    ceremony = apply_beacon(at("announced"), "0x" + VALUE.upper(), now=BEACON_TIME + 1)

    assert ceremony.transcript == open_ceremony(kept / "applied").transcript


@pytest.mark.parametrize("stage", ["begun", "bob"])
def test_a_key_with_too_few_contributions_is_not_made_final(
    at: At, powers: Path, stage: str
) -> None:
    with pytest.raises(ArtifactError, match=r"contributors: got \d, must be at least 3"):
        finalise(at(stage), powers, now=BEACON_TIME)


@pytest.mark.parametrize("stage", ["carol", "announced"])
def test_a_key_without_a_beacon_is_not_made_final(at: At, powers: Path, stage: str) -> None:
    with pytest.raises(ArtifactError, match=r"beacon.* announced"):
        finalise(at(stage), powers, now=BEACON_TIME)


def test_a_key_is_made_final_once(at: At, powers: Path) -> None:
    directory = at("final")

    with pytest.raises(ArtifactError, match="the key is final: nothing may follow"):
        finalise(directory, powers, now=BEACON_TIME + 3)
    assert len(steps(directory)) == 7


def test_a_key_is_not_made_final_on_other_powers(at: At, other_powers: Path) -> None:
    directory = at("applied")

    with pytest.raises(ArtifactError, match="the ceremony is on"):
        finalise(directory, other_powers, now=BEACON_TIME + 3)
    assert len(steps(directory)) == 6


def test_a_directory_without_a_ceremony_says_how_to_begin_one(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="must hold one: zkmargin ceremony init"):
        contribute(tmp_path, "alice", now=START)
    assert list(tmp_path.iterdir()) == []


def test_a_step_without_node_changes_nothing(
    at: At, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    directory = at("alice")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolError, match="node is not on PATH"):
        contribute(directory, "bob", now=START + 2)
    assert {path.name for path in directory.iterdir()} == {".lock", "0000", "0001"}
