# SPDX-License-Identifier: Apache-2.0
"""Settings: which source wins, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkmargin.errors import SettingError
from zkmargin.settings import SETTINGS, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "zkmargin.toml"
    path.write_text('[chain]\nrpc = "http://file"\n[guard]\nalerts = [1.1, 2]\npoll = 3\n')
    return path


def origin(key: str, **given: object) -> tuple[object, str]:
    items = load_settings(**given).items()  # type: ignore[arg-type]
    (chosen,) = (c for setting, c in items if setting.key == key)
    return chosen.value, chosen.origin


def test_a_default_says_that_it_is_one() -> None:
    assert origin("guard.poll", environment={}) == (12.0, "default")


def test_a_file_is_over_a_default(file: Path) -> None:
    assert origin("chain.rpc", file=file, environment={}) == ("http://file", str(file))


def test_the_environment_is_over_a_file(file: Path) -> None:
    environment = {"ZKMARGIN_CHAIN_RPC": "http://env"}

    assert origin("chain.rpc", file=file, environment=environment) == (
        "http://env",
        "ZKMARGIN_CHAIN_RPC",
    )


def test_a_flag_is_over_the_environment(file: Path) -> None:
    environment = {"ZKMARGIN_CHAIN_RPC": "http://env"}
    flags = {"chain.rpc": "http://flag"}

    assert origin("chain.rpc", flags=flags, file=file, environment=environment) == (
        "http://flag",
        "flag",
    )


def test_a_flag_that_was_not_given_changes_nothing(file: Path) -> None:
    flags = {"chain.rpc": None}

    assert origin("chain.rpc", flags=flags, file=file, environment={})[0] == "http://file"


def test_a_variable_names_the_file(file: Path) -> None:
    assert origin("guard.poll", environment={"ZKMARGIN_CONFIG": str(file)}) == (3.0, str(file))


def test_a_file_in_the_working_directory_is_found(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)

    assert origin("guard.poll", environment={}) == (3.0, "zkmargin.toml")


def test_alerts_are_sorted_from_the_highest(file: Path) -> None:
    assert load_settings(file=file, environment={}).numbers("guard.alerts") == (2.0, 1.1)


@pytest.mark.parametrize("line", ["alerts = [nan]", f"alerts = [2, 1{'0' * 400}]", "poll = inf"])
def test_a_number_is_finite(tmp_path: Path, line: str) -> None:
    path = tmp_path / "zkmargin.toml"
    path.write_text(f"[guard]\n{line}\n")

    with pytest.raises(SettingError, match="must be a number"):
        load_settings(file=path, environment={})


def test_brackets_without_end_are_no_settings(tmp_path: Path) -> None:
    path = tmp_path / "zkmargin.toml"
    path.write_text("a = " + "[" * 200_000)

    with pytest.raises(SettingError, match="must be TOML"):
        load_settings(file=path, environment={})


def test_every_setting_has_a_variable_of_its_own() -> None:
    assert len({setting.variable for setting in SETTINGS}) == len(SETTINGS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[chain]\nrcp = 1\n", "chain.rcp.*is not a setting: those are chain.rpc"),
        ("rpc = 1\n", "rpc: got 1, must be in a .section."),
        ("[guard]\npoll = 0\n", "guard.poll: got 0, must be between 0.1 and 3600"),
        ('[guard]\nprove = "never"\n', "guard.prove: got 'never', must be one of every"),
        ("[guard]\nalerts = [0.5]\n", "must be 1 or more each"),
        ("[guard]\nalerts = []\n", "must be a list of numbers"),
        ("[guard]\npoll = true\n", "guard.poll: got True, must be a number"),
        ("[chain]\nrpc = 7\n", "chain.rpc: got 7, must be text"),
        ("[chain\n", "must be TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)

    with pytest.raises(SettingError, match=said) as caught:
        load_settings(file=path, environment={})
    assert "wrong.toml" in str(caught.value)


def test_a_wrong_variable_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="ZKMARGIN_GUARD_POLL: got 'soon', must be a number"):
        load_settings(environment={"ZKMARGIN_GUARD_POLL": "soon"})


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="must be a readable file"):
        load_settings(file=tmp_path / "none.toml", environment={})
