# SPDX-License-Identifier: Apache-2.0
"""What circheck, a static analyser of circuits, says of each file; circheck_allowed.json has why.

circheck reads circom 2.1 without anonymous components, so of most files it only says that it cannot
read them. That too is on the list: a release that reads more shows here, and its findings with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from circuits.compiled import ROOT

pytestmark = [pytest.mark.circuit, pytest.mark.needs("circheck")]

PROGRAM = str(Path(sys.executable).with_name("circheck"))
ALLOWED = json.loads(Path(__file__).with_name("circheck_allowed.json").read_text("utf-8"))
READABLE = {  # files that circheck reads, with a main for each template
    "circuits/range.circom": ("Bits(8)", "AssertRange(8)"),
}
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "circuits").rglob("*.circom")
    if path.parent.name not in ("main", "tables") and "template" in path.read_text("utf-8")
)
FAULTY = """
template Faulty() {
    signal input in;
    signal input idle;
    signal output out;
    signal guess;
    guess <-- in >> 1;
    out <== in * (in + 5);
}
component main = Faulty();
"""


def findings(source: str, folder: Path) -> list[str]:
    """The messages of circheck on one program; "cannot be read: .." if there are none to be had."""
    (folder / "main.circom").write_text(f"pragma circom 2.1.0;\n{source}")
    command = [PROGRAM, "main.circom", "--json", "report.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = folder / "report.json"
    if not report.exists():
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        place = next((i for i, line in enumerate(lines) if line.startswith("[Error]")), -1)
        return [f"cannot be read: {' '.join(lines[place : place + 2])}"]
    kinds = json.loads(report.read_text("utf-8")).values()
    return [m for kind in kinds for places in kind.values() for p in places.values() for m in p]


def main_of(path: str, call: str) -> str:
    return f'include "{ROOT / path}";\ncomponent main = {call};\n'


@pytest.mark.parametrize("path", READABLE)
def test_a_file_that_it_reads_has_no_finding(path: str, tmp_path: Path) -> None:
    for call in READABLE[path]:
        assert findings(main_of(path, call), tmp_path) == []


def test_it_finds_a_faulty_template(tmp_path: Path) -> None:
    found = " ".join(findings(FAULTY, tmp_path))

    assert "'guess' depends on 'in'" in found
    assert "'idle' is declared but never used" in found


def test_every_file_is_read_or_on_the_list() -> None:
    assert sorted([*READABLE, *ALLOWED["cannot be read"]]) == FILES


def test_every_entry_of_the_list_has_a_reason() -> None:
    assert [p for p, why in ALLOWED["cannot be read"].items() if len(why.split()) < 3] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", ALLOWED["cannot be read"])
def test_a_file_on_the_list_is_still_not_read(path: str, tmp_path: Path) -> None:
    (found,) = findings(main_of(path, "Nothing()"), tmp_path)

    assert "cannot be read" in found
    assert "Main component" not in found, "it reads this file now: move it to READABLE"
