# SPDX-License-Identifier: Apache-2.0
"""Alerts of a guard: what the owner is told, how often, and what the command gets."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from zkmargin.chain.alert_command import AlertCommand
from zkmargin.chain.alerts import Alerts
from zkmargin.errors import SettingError
from zkmargin.logs import open_log

SECRET = 1_234_567_890_123


class Owner:
    """Takes alerts, or does not."""

    def __init__(self) -> None:
        self.told: list[tuple[object, object]] = []
        self.listens = True

    def __call__(self, alert: Mapping[str, object]) -> bool:
        self.told.append((alert["event"], alert.get("threshold")))
        return self.listens


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def alerts(tmp_path: Path, owner: Owner) -> Alerts:
    return Alerts(open_log("json", "debug", io.StringIO()), owner, tmp_path / "memory.json")


def test_each_threshold_is_told_once_down_and_up(alerts: Alerts, owner: Owner) -> None:
    for threshold in (None, 1.5, 1.5, 1.2, 1.2, 1.5, None, None):
        alerts.passed(threshold, account=7, epoch=1)

    assert owner.told == [("alert", 1.5), ("alert", 1.2), ("better", 1.5), ("recovered", 1.5)]


def test_trouble_is_told_once_until_it_was_over(alerts: Alerts, owner: Owner) -> None:
    for _ in range(3):
        alerts.trouble("short", account=7)
    alerts.calm()
    alerts.trouble("short", account=7)
    alerts.trouble("wrong book", account=7)

    assert [event for event, _ in owner.told] == ["short", "short", "wrong book"]


def test_what_was_not_delivered_is_told_again(alerts: Alerts, owner: Owner) -> None:
    owner.listens = False
    alerts.passed(1.2, account=7, epoch=1)
    alerts.trouble("short", account=7)
    owner.listens = True
    for _ in range(2):
        alerts.passed(1.2, account=7, epoch=2)
        alerts.trouble("short", account=7)

    assert owner.told == [("alert", 1.2), ("short", None)] * 2


def test_trouble_and_thresholds_are_remembered_apart(alerts: Alerts, owner: Owner) -> None:
    alerts.passed(1.2, account=7, epoch=1)
    alerts.trouble("short", account=7)
    alerts.calm()
    alerts.passed(1.2, account=7, epoch=2)

    assert len(owner.told) == 2


def sink(folder: Path) -> str:
    """A command that keeps what it gets, and its environment."""
    program = folder / "sink.py"
    program.write_text(
        "import json, os, sys\n"
        "print('said aloud')\n"
        f"open({str(folder / 'got')!r}, 'a').write(sys.stdin.read())\n"
        f"open({str(folder / 'variables')!r}, 'w').write(json.dumps(dict(os.environ)))\n"
    )
    return f"'{sys.executable}' '{program}'"


def test_a_command_gets_a_line_of_public_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZKMARGIN_PRIVATE_KEY", "0x" + "7b" * 32)
    monkeypatch.setenv("HOOK_TOKEN", "its own")
    command = AlertCommand(sink(tmp_path), open_log("json", "debug", io.StringIO()))
    assert command({"event": "alert", "account": 7, "threshold": 1.2, "cash": SECRET})

    (line,) = (tmp_path / "got").read_text().splitlines()
    got = json.loads(line)
    variables = json.loads((tmp_path / "variables").read_text())
    assert (got["event"], got["account"], got["threshold"]) == ("alert", 7, 1.2)
    assert got["timestamp"].endswith("+00:00")
    assert str(SECRET) not in line
    assert "HOOK_TOKEN" in variables
    assert not any(name.startswith("ZKMARGIN_") for name in variables)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("command", "time", "why"),
    [
        (f"'{sys.executable}' -c 'raise SystemExit(3)' TOKEN", 60, "exit code 3"),
        (f"'{sys.executable}' -c 'import time; time.sleep(60)' TOKEN", 0.5, "TimeoutExpired"),
        ("/no/such/program TOKEN", 60, "FileNotFoundError"),
    ],
)
def test_a_command_that_fails_is_logged_without_its_arguments(
    command: str, time: float, why: str
) -> None:
    output = io.StringIO()

    assert not AlertCommand(command, open_log("json", "debug", output), time)({"event": "x"})
    (line,) = output.getvalue().splitlines()
    assert json.loads(line)["reason"] == why
    assert "TOKEN" not in line


def test_words_are_not_given_to_a_shell(tmp_path: Path) -> None:
    log = open_log("json", "debug", io.StringIO())
    AlertCommand(f"{sink(tmp_path)} ; touch '{tmp_path / 'touched'}'", log)({"event": "x"})

    assert (tmp_path / "got").is_file()
    assert not (tmp_path / "touched").exists()


def test_without_a_command_an_alert_counts_as_delivered() -> None:
    assert AlertCommand("", open_log("json", "debug", io.StringIO()))({"event": "x"})


def test_a_command_whose_quotes_do_not_match_is_refused() -> None:
    with pytest.raises(SettingError, match=r"No closing quotation.*must be a command"):
        AlertCommand("say 'x", open_log())
