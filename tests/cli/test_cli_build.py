# SPDX-License-Identifier: Apache-2.0
"""`build --check`: yes if the sources give the constraints of the key, no with what differs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zkmargin.cli import cli
from zkmargin.proving.artifacts import build

pytestmark = pytest.mark.prove


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def tiny() -> Path:
    return build("tiny").directory


def test_the_key_of_a_preset_is_reproduced(tiny: Path) -> None:
    result = run("build", "tiny", "--check", "--json")

    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    manifest = json.loads((tiny / "manifest.json").read_text())
    assert (document["reproduced"], document["differences"]) == (True, [])
    assert document["r1cs"] == manifest["files"]["margin_tiny.r1cs"]


def test_what_is_not_reproduced_is_named(tiny: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(tiny, tmp_path / "copied"))
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["sources"]["requirement.circom"] = "0" * 64
    (copied / "manifest.json").write_text(json.dumps(manifest))

    result = run("build", "tiny", "--check", "-d", copied)
    assert result.exit_code == 1
    assert "NOT reproduced; these differ: requirement.circom" in result.output


def test_a_damaged_artifact_is_refused_before_it_is_compared(tiny: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(tiny, tmp_path / "copied"))
    (copied / "margin_tiny.r1cs").write_bytes(b"")

    result = run("build", "tiny", "--check", "-d", copied)
    assert result.exit_code == 2
    assert "margin_tiny.r1cs" in result.output
