# SPDX-License-Identifier: Apache-2.0
"""`zkmargin ceremony` on the command line: exit codes, JSON, and what to do next."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ceremony.rehearsal import BYTES, VALUE
from zkmargin.ceremony.steps import open_ceremony
from zkmargin.cli import cli
from zkmargin.commands.ceremony import SUMMARIES
from zkmargin.documents.reading import time_text
from zkmargin.files import sha256
from zkmargin.proving.artifacts import load

CIRCUIT = (str(BYTES.main), "--include", str(BYTES.include))

At = Callable[[str], Path]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["ceremony", *map(str, arguments)])


def answer(*arguments: object) -> Any:
    """The JSON object on stdout of a command that succeeds."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_has_help(name: str) -> None:
    result = run(name, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cli ceremony {name} ")


@pytest.mark.prove
def test_three_people_make_a_key_on_the_command_line(powers: Path, tmp_path: Path) -> None:
    home = ("-d", tmp_path / "ceremony")
    begun = answer(
        "init", *CIRCUIT, "--ptau", powers, "--contributors", 3, "--development-ptau", *home
    )
    made = [answer("contribute", "--name", name, *home) for name in ("alice", "bob", "carol")]
    soon = int(time.time()) + 2
    beacon = ("--round", "1000", "--time", time_text(soon), *home)
    announced = answer("beacon", "--announce", "drand quicknet", *beacon)
    time.sleep(max(0, soon - time.time()))
    applied = answer("beacon", "--apply", VALUE, *home)
    final = answer("finalise", "--ptau", powers, *home)
    published = [item for done in made for item in ("--includes", done["transcript"])]
    published += [
        item for done in made for item in ("--includes", done["contributions"][-1]["hash"])
    ]
    verified = answer("verify", "--ptau", powers, "--circuit", *CIRCUIT, *published, *home)

    states = [begun, *made, announced, applied, final]
    assert [state["steps"] for state in states] == [0, 1, 2, 3, 4, 5, 6]
    assert {state["status"] for state in states} == {"development"}
    names = [contribution["name"] for contribution in final["contributions"]]
    assert names == ["alice", "bob", "carol", "beacon"]
    assert verified == {"valid": True, **final}
    artifacts = load(Path(final["artifacts"]))
    assert artifacts.manifest.transcript == final["transcript"]
    assert open_ceremony(tmp_path / "ceremony").transcript.digest == final["transcript"]


@pytest.mark.prove
def test_a_ceremony_that_is_not_valid_is_answered_with_1(at: At, powers: Path) -> None:
    directory = at("carol")
    (directory / "0002" / "bytes.zkey").write_bytes(b"")
    result = run("verify", "--ptau", powers, "-d", directory)

    assert result.exit_code == 1
    assert result.stdout.startswith("NOT VALID: ")
    refusal = json.loads(run("verify", "--ptau", powers, "-d", directory, "--json").stdout)
    assert refusal["valid"] is False
    assert "0002/bytes.zkey" in refusal["reason"]


@pytest.mark.prove
def test_a_digest_that_is_not_in_it_is_answered_with_1(kept: Path, powers: Path) -> None:
    result = run("verify", "--ptau", powers, "-d", kept / "bob", "--includes", "0" * 64)

    assert result.exit_code == 1
    assert "must be a contribution hash or a transcript digest" in result.stdout


@pytest.mark.prove
def test_a_verification_says_what_it_has_not_checked(kept: Path, powers: Path) -> None:
    result = run("verify", "--ptau", powers, "-d", kept / "final")

    assert result.exit_code == 0
    assert "not checked: that the constraints are those of the circuit" in result.stderr
    assert "not checked: when the beacon was announced, and its value" in result.stderr
    assert "the key must never be deployed" in result.stderr


@pytest.mark.prove
@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("begun", "contribute --name NAME, by 3 more"),
        ("carol", "beacon --announce SOURCE"),
        ("announced", "after 2025-06-15T15:23:20Z zkmargin ceremony beacon --apply"),
        ("applied", "zkmargin ceremony finalise --ptau"),
        ("final", "cp -r "),
    ],
)
def test_the_transcript_command_says_what_is_next(kept: Path, stage: str, words: str) -> None:
    result = run("transcript", "-d", kept / stage)

    assert result.exit_code == 0
    assert words in result.stderr.splitlines()[-1]
    assert json.loads(result.stdout)["circuit"]["name"] == "bytes"


@pytest.mark.prove
def test_the_transcript_that_is_written_is_the_one_of_the_manifest(
    kept: Path, tmp_path: Path
) -> None:
    output = tmp_path / "transcript.json"
    result = run("transcript", "-d", kept / "final", "-o", output)

    assert result.exit_code == 0
    assert sha256(output) == load(kept / "final" / "0006").manifest.transcript


@pytest.mark.prove
@pytest.mark.parametrize(
    ("stage", "arguments", "words"),
    [
        ("carol", ("beacon", "--apply", VALUE), "must be announced before anyone can know it"),
        ("carol", ("beacon",), "give --announce SOURCE or --apply VALUE"),
        ("carol", ("beacon", "--announce", "drand"), "--announce needs --round and --time"),
        (
            "carol",
            ("beacon", "--announce", "drand", "--apply", VALUE),
            "give --announce SOURCE or --apply VALUE",
        ),
        (
            "carol",
            ("beacon", "--announce", "drand", "--round", "1", "--time", "soon"),
            "beacon: --time: got 'soon', must be unix seconds or UTC",
        ),
        (
            "carol",
            ("beacon", "--announce", "drand", "--round", "1", "--time", "1750000000"),
            "not_before: got '2025-06-15T15:06:40Z', must be after the announcement",
        ),
        ("carol", ("contribute", "--name", "bob"), "must not be the name of an earlier step"),
        ("final", ("contribute", "--name", "dave"), "the key is final"),
    ],
)
def test_a_step_that_may_not_be_taken_is_bad_input(
    kept: Path, stage: str, arguments: tuple[str, ...], words: str
) -> None:
    result = run(*arguments, "-d", kept / stage)

    assert result.exit_code == 2
    assert words in result.stderr


def test_a_circuit_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    ptau = tmp_path / "some.ptau"
    ptau.write_bytes(b"")
    result = run("init", "margin_giant", "--ptau", ptau, "--contributors", 1, "-d", tmp_path / "c")

    assert result.exit_code == 2
    assert "must be one of " in result.stderr
    assert "margin_tiny" in result.stderr
    assert not (tmp_path / "c").exists()


def test_a_directory_that_does_not_exist_is_bad_input(tmp_path: Path) -> None:
    result = run("contribute", "--name", "alice", "-d", tmp_path / "none")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_nobody_and_a_crowd_are_no_ceremony(tmp_path: Path, count: int) -> None:
    (tmp_path / "some.ptau").write_bytes(b"")
    result = run("init", "x", "--ptau", tmp_path / "some.ptau", "--contributors", count)

    assert result.exit_code == 2
    assert "is not in the range 1<=x<=1000" in result.stderr
