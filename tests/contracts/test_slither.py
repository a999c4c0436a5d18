# SPDX-License-Identifier: Apache-2.0
"""Slither finds nothing in the contracts but what slither_allowed.json explains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from contracts.conftest import FORGE, VERIFIER

pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.needs("slither")]

ALLOWED = Path(__file__).with_name("slither_allowed.json")
OPTIONS = (
    "--filter-paths",
    "node_modules|test/",
    "--exclude-informational",
    "--exclude-optimization",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """What slither says, by check and file."""
    folder = tmp_path_factory.mktemp("slither")  # it empties the one that it builds in
    report = folder / "report.json"
    path = os.pathsep.join((str(FORGE.parent), os.environ["PATH"]))
    build = {"FOUNDRY_OUT": str(folder / "out"), "FOUNDRY_CACHE_PATH": str(folder / "cache")}
    environment = {**os.environ, "PATH": path, **build}
    done = subprocess.run(
        [Path(sys.executable).parent / "slither", ".", *OPTIONS, "--json", report],
        cwd=VERIFIER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.is_file(), done.stderr[-3000:]
    findings = json.loads(report.read_text())["results"].get("detectors", [])
    return {(f["check"], _file(f)): f["description"] for f in findings}


def _file(finding: dict) -> str:
    name: str = finding["elements"][0]["source_mapping"]["filename_relative"]
    return name.removeprefix("src/")


def allowed() -> set[tuple[str, str]]:
    rules = json.loads(ALLOWED.read_text())
    return {(check, file) for check, rule in rules.items() for file in rule["files"]}


def test_every_finding_is_explained(found: dict[tuple[str, str], str]) -> None:
    unexplained = [words for place, words in found.items() if place not in allowed()]

    assert not unexplained, "\n".join(unexplained)


def test_no_explanation_is_of_something_that_is_gone(found: dict[tuple[str, str], str]) -> None:
    assert allowed() <= set(found)


def test_every_check_that_is_allowed_has_a_reason() -> None:
    assert all(len(rule["why"]) > 20 for rule in json.loads(ALLOWED.read_text()).values())
