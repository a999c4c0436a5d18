# SPDX-License-Identifier: Apache-2.0
"""Steps that are killed, that fail, that happen at once; and where a secret goes."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import killed, moments, often

from ceremony.forgery import steps
from ceremony.rehearsal import BEACON_TIME, START
from zkmargin.ceremony.protocol import contribute, finalise
from zkmargin.ceremony.steps import open_ceremony
from zkmargin.ceremony.verification import verify_ceremony
from zkmargin.errors import ArtifactError, ToolError
from zkmargin.files import sha256

pytestmark = pytest.mark.prove

RECORDER = """#!/bin/sh
# Runs node, and writes down its arguments, its environment and what it reads.
printf '%s\\n' "$@" >> "{log}/arguments"
env >> "{log}/environment"
tee -a "{log}/input" | "{node}" "$@"
"""

BOB = ("contribute", "--name", "bob")

At = Callable[[str], Path]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A directory where every node that is started from now on writes down what it is given."""
    node, directory = str(shutil.which("node")), tmp_path / "log"
    (tmp_path / "bin").mkdir()
    directory.mkdir()
    recorder = tmp_path / "bin" / "node"
    recorder.write_text(RECORDER.format(log=directory, node=node))
    recorder.chmod(0o755)
    monkeypatch.setenv("PATH", f"{recorder.parent}:{os.environ['PATH']}")
    return directory


def line(directory: Path, *arguments: str) -> list[str]:
    """A `ceremony` command."""
    return [sys.executable, "-m", "zkmargin", "ceremony", *arguments, "-d", str(directory)]


def command(directory: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A `ceremony` command that runs in a process group of its own."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        line(directory, *arguments), stdout=quiet, stderr=quiet, start_new_session=True
    )


def contents(directory: Path) -> dict[Path, str]:
    return {path: sha256(path) for path in directory.rglob("*") if path.is_file()}


def unfinished(directory: Path) -> list[Path]:
    return [path for path in directory.iterdir() if re.fullmatch(r"\.\d{4}\..+", path.name)]


def kill_after(process: subprocess.Popen[bytes], directory: Path, seconds: float) -> None:
    """Kills a command and all that it started, so long after it has begun to write its step."""
    while not unfinished(directory) and process.poll() is None:
        time.sleep(0.002)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@often
def test_a_contribution_that_is_killed_leaves_the_old_state_or_the_new_one(
    times: int, kept: Path, powers: Path, tmp_path: Path, source: random.Random
) -> None:
    whole = shutil.copytree(kept / "alice", tmp_path / "whole")
    for number, moment in enumerate(moments(times, line(whole, *BOB), source)):
        directory = shutil.copytree(kept / "alice", tmp_path / f"{number}")
        before = contents(directory)
        killed(line(directory, *BOB), moment)

        people = [made.name for made in open_ceremony(directory).transcript.contributions]
        assert people in (["alice"], ["alice", "bob"])
        assert before.items() <= contents(directory).items()
        contribute(directory, "carol", now=int(time.time()))
        assert unfinished(directory) == []
        contributions = verify_ceremony(directory, powers).transcript.contributions
        assert [made.name for made in contributions] == [*people, "carol"]


def test_a_contribution_that_is_killed_at_once_leaves_the_old_state(at: At) -> None:
    directory = at("alice")
    kill_after(command(directory, *BOB), directory, 0)

    assert len(unfinished(directory)) == 1
    assert len(open_ceremony(directory).transcript.contributions) == 1


@pytest.mark.parametrize("seconds", [0, 0.4, 0.5])
def test_a_final_step_that_is_killed_can_be_taken_again(
    at: At, powers: Path, seconds: float
) -> None:
    directory = at("applied")
    kill_after(command(directory, "finalise", "--ptau", str(powers)), directory, seconds)
    if open_ceremony(directory).transcript.final is None:
        finalise(directory, powers, now=BEACON_TIME + 2)

    assert len(verify_ceremony(directory, powers).transcript.steps) == 6


def test_two_contributions_at_once_follow_one_another(at: At, powers: Path) -> None:
    directory = at("alice")
    both = [command(directory, "contribute", "--name", name) for name in ("bob", "carol")]

    assert [process.wait() for process in both] == [0, 0]
    people = [made.name for made in verify_ceremony(directory, powers).transcript.contributions]
    assert sorted(people) == ["alice", "bob", "carol"]


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("exit 3", ToolError),
        ("exit 0", ArtifactError),
        ('cp "$4" "$5"', ArtifactError),
    ],
    ids=["fails", "writes nothing", "contributes nothing"],
)
def test_a_tool_that_does_not_do_its_work_changes_nothing(
    at: At,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    program: str,
    error: type[Exception],
) -> None:
    directory = at("alice")
    before = contents(directory)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "node").write_text(f"#!/bin/sh\n{program}\n")
    (tmp_path / "bin" / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    with pytest.raises(error):
        contribute(directory, "bob", now=START + 2)
    assert contents(directory) == before
    assert len(steps(directory)) == 2


def test_entropy_goes_through_a_pipe_and_nowhere_else(
    at: At, log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    directory = at("begun")
    contribute(directory, "alice", now=START + 1)
    contribute(directory, "bob", now=START + 2)

    secrets = (log / "input").read_text().split()
    assert [len(bytes.fromhex(secret)) for secret in secrets] == [64, 64]
    assert len(set(secrets)) == 2
    everywhere = [log / "arguments", log / "environment", *directory.rglob("*")]
    written = b"".join(path.read_bytes() for path in everywhere if path.is_file())
    said = capfd.readouterr()
    for secret in secrets:
        assert secret.encode() not in written
        assert bytes.fromhex(secret) not in written
        assert secret not in said.out + said.err
    assert re.findall("[0-9a-f]{32}", (log / "arguments").read_text()) == []


def test_the_same_person_draws_another_secret_each_time(kept: Path, at: At) -> None:
    first = open_ceremony(kept / "alice").transcript.contributions[-1]
    second = contribute(at("begun"), "alice", now=START + 1).transcript.contributions[-1]

    assert first.name == second.name
    assert first.hash != second.hash
