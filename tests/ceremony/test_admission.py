# SPDX-License-Identifier: Apache-2.0
"""Artifacts that call themselves a ceremony's, and what must vouch for them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.forgery import Document, Edit, edit_last
from ceremony.rehearsal import BYTES
from zkmargin.ceremony.published_powers import PERPETUAL
from zkmargin.errors import ArtifactError
from zkmargin.files import sha256
from zkmargin.proving.artifacts import build_circuit, load

pytestmark = pytest.mark.prove

FILE = next(file for file in PERPETUAL.files if file.sha256 and file.blake2b)

At = Callable[[str], Path]


@pytest.fixture
def artifacts(at: At) -> Path:
    """The artifacts of a development ceremony, as they are after it."""
    return at("final") / "0006"


def edit_manifest(directory: Path, edit: Callable[[Document], object]) -> None:
    path = directory / "manifest.json"
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def edit_transcript(directory: Path, edit: Edit) -> None:
    """Edits the transcript, and makes the manifest cite what it is then."""
    edit_last(directory.parent, edit)
    digest = sha256(directory / "transcript.json")
    edit_manifest(directory, lambda manifest: manifest.update(transcript=digest))


def test_artifacts_can_be_copied_to_where_they_are_used(artifacts: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(artifacts, tmp_path / "home" / "bytes"))

    assert load(copy).verifying_key == load(artifacts).verifying_key


def test_a_development_ceremony_cannot_pass_for_another(artifacts: Path) -> None:
    edit_manifest(artifacts, lambda manifest: manifest.update(status="ceremony"))

    with pytest.raises(ArtifactError, match="the transcript is that of a development key"):
        load(artifacts)


def test_a_transcript_of_unpublished_powers_cannot_say_otherwise(artifacts: Path) -> None:
    edit_manifest(artifacts, lambda manifest: manifest.update(status="ceremony"))
    edit_transcript(artifacts, lambda transcript: transcript.update(status="ceremony"))

    with pytest.raises(ArtifactError, match="nobody published these powers of tau"):
        load(artifacts)


def test_the_powers_of_tau_of_the_manifest_are_those_of_the_transcript(artifacts: Path) -> None:
    edit_manifest(artifacts, lambda manifest: manifest.update(ptau="0" * 64))

    with pytest.raises(ArtifactError, match=r"manifest\.json ptau"):
        load(artifacts)


def test_a_key_keeps_the_alpha_of_its_powers_whatever_the_transcript_says(
    artifacts: Path,
) -> None:
    def claim(transcript: Document) -> None:
        transcript["status"] = "ceremony"
        digests = {"sha256": FILE.sha256, "blake2b": FILE.blake2b}
        transcript["powers_of_tau"] = {"file": FILE.name, "power": FILE.power, **digests}

    edit_manifest(artifacts, lambda m: m.update(status="ceremony", ptau=FILE.sha256))
    edit_transcript(artifacts, claim)

    with pytest.raises(ArtifactError, match=r"alpha1, beta2: .* must be those of a published"):
        load(artifacts)


def test_a_ceremonys_manifest_must_cite_a_transcript(artifacts: Path) -> None:
    def claim(manifest: Document) -> None:
        manifest["status"] = "ceremony"
        del manifest["transcript"], manifest["ptau"]

    edit_manifest(artifacts, claim)

    with pytest.raises(ArtifactError, match="a ceremony's manifest must cite its transcript"):
        load(artifacts)


@pytest.mark.parametrize(("lost", "left"), [("transcript", "ptau"), ("ptau", "transcript")])
def test_transcript_and_powers_of_tau_are_cited_together(
    artifacts: Path, lost: str, left: str
) -> None:
    edit_manifest(artifacts, lambda manifest: manifest.pop(lost))

    with pytest.raises(ArtifactError, match=rf"manifest\.json {left}: .* must stand with"):
        load(artifacts)


def test_a_plain_development_key_needs_no_transcript(tmp_path: Path) -> None:
    built = build_circuit(BYTES, tmp_path / "bytes")

    assert built.manifest.transcript is None
    assert "transcript" not in json.loads((built.directory / "manifest.json").read_text())


def test_a_cited_transcript_must_be_there(artifacts: Path) -> None:
    (artifacts / "transcript.json").unlink()

    with pytest.raises(ArtifactError, match=r"transcript\.json: got 'nothing', must be there"):
        load(artifacts)


def test_a_transcript_of_another_ceremony_is_refused(artifacts: Path, kept: Path) -> None:
    shutil.copy(kept / "applied" / "0005" / "transcript.json", artifacts)

    with pytest.raises(ArtifactError, match="the manifest has"):
        load(artifacts)


def test_a_ceremony_that_has_not_ended_vouches_for_nothing(artifacts: Path) -> None:
    edit_transcript(artifacts, lambda transcript: transcript["steps"].pop())

    with pytest.raises(ArtifactError, match=r"manifest\.json files"):
        load(artifacts)


@pytest.mark.parametrize("field", ["r1cs", "wasm"])
def test_files_that_are_not_the_ceremonys_are_refused(artifacts: Path, field: str) -> None:
    edit_transcript(artifacts, lambda transcript: transcript["circuit"].update({field: "0" * 64}))

    with pytest.raises(ArtifactError, match=r"manifest\.json files"):
        load(artifacts)


@pytest.mark.parametrize(
    ("field", "value"),
    [("compiler", "circom 9"), ("flags", ["--O0"]), ("constraints", 1), ("sources", {})],
)
def test_a_manifest_that_differs_from_the_transcript_is_refused(
    artifacts: Path, field: str, value: object
) -> None:
    edit_manifest(artifacts, lambda manifest: manifest.update({field: value}))

    with pytest.raises(ArtifactError, match=rf"manifest\.json {field}: .* the transcript has"):
        load(artifacts)


@pytest.mark.parametrize("value", [None, "0", "A" * 64, 1])
def test_a_citation_that_is_no_hash_is_refused(artifacts: Path, value: object) -> None:
    edit_manifest(artifacts, lambda manifest: manifest.update(transcript=value))

    with pytest.raises(ArtifactError, match=r"manifest\.json transcript: .* must be a SHA-256"):
        load(artifacts)


@pytest.mark.usefixtures("published")
def test_artifacts_of_published_powers_are_vouched_for(artifacts: Path) -> None:
    def claim(transcript: Document) -> None:
        transcript["status"] = "ceremony"
        transcript["powers_of_tau"]["file"] = "test_06.ptau"

    edit_manifest(artifacts, lambda manifest: manifest.update(status="ceremony"))
    edit_transcript(artifacts, claim)

    assert load(artifacts).manifest.status == "ceremony"
