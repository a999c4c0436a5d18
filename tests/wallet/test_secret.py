# SPDX-License-Identifier: Apache-2.0
"""The view secret: drawn by the system, kept to its owner, shown to nobody."""

from __future__ import annotations

import copy
import pickle
import stat
from pathlib import Path

import pytest

from zkmargin.commitment import derive_blinding
from zkmargin.errors import BookError, InputError
from zkmargin.wallet.private_file import append_line, write_new
from zkmargin.wallet.secret import ViewSecret

DIGITS = bytes(range(100, 132)).hex()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_two_new_secrets_give_different_blindings() -> None:
    assert ViewSecret.new().blinding(7, 1) != ViewSecret.new().blinding(7, 1)


def test_a_new_secret_is_what_the_system_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zkmargin.wallet.secret.secrets.token_bytes", lambda count: b"5" * count)

    assert ViewSecret.new().blinding(7, 1) == derive_blinding(b"5" * 32, 7, 1)


def test_a_written_secret_reads_back(secret: ViewSecret, tmp_path: Path) -> None:
    secret.write(tmp_path / "secret")

    assert (tmp_path / "secret").read_text() == DIGITS + "\n"
    assert ViewSecret.load(tmp_path / "secret").blinding(7, 1) == secret.blinding(7, 1)


def test_a_secret_file_is_for_its_owner_alone(secret: ViewSecret, tmp_path: Path) -> None:
    secret.write(tmp_path / "secret")

    assert mode(tmp_path / "secret") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("taken", ["file", "dangling link"])
def test_a_secret_is_never_written_over_what_is_there(
    secret: ViewSecret, tmp_path: Path, taken: str
) -> None:
    path = tmp_path / "secret"
    path.write_text("old") if taken == "file" else path.symlink_to(tmp_path / "nowhere")

    with pytest.raises(InputError, match="never overwritten"):
        secret.write(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]
    assert path.is_symlink() or path.read_text() == "old"


def test_a_file_that_cannot_be_finished_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zkmargin.wallet.private_file.os.fsync", fail)

    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "secret", "content")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("before", ["one\n", "one"])
def test_a_line_is_added_after_a_whole_one(tmp_path: Path, before: str) -> None:
    path = tmp_path / "log"
    path.write_text(before)
    append_line(path, "two")

    assert path.read_text() == "one\ntwo\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        DIGITS[:-2].encode(),
        DIGITS[:-1].encode(),
        DIGITS.encode() + b"g",
        b"0x" + DIGITS.encode(),
        DIGITS.encode() + b"\n" + DIGITS.encode(),
        DIGITS.encode() + b"\xff",
        b"ab" * 600,
    ],
)
def test_a_file_that_holds_no_secret_is_refused_without_showing_it(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "secret").write_bytes(content)

    with pytest.raises(BookError) as caught:
        ViewSecret.load(tmp_path / "secret")
    assert str(caught.value).startswith("secret: got '(hidden)', must be 64 or more hexadecimal")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"secret: got 'No such file.*must be a readable file"):
        ViewSecret.load(tmp_path / "secret")


def test_fewer_than_32_bytes_are_refused() -> None:
    with pytest.raises(BookError, match="at least 32 bytes"):
        ViewSecret(bytes(31))


def test_a_secret_does_not_show_itself(secret: ViewSecret) -> None:
    shown = f"{secret} {secret!r} {[secret]} {vars(type(secret))}"

    assert "ViewSecret(<hidden>)" in shown
    assert DIGITS not in shown
    assert repr(bytes.fromhex(DIGITS)) not in shown


@pytest.mark.parametrize("leave", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_pickled(secret: ViewSecret, leave: object) -> None:
    assert callable(leave)

    with pytest.raises(TypeError, match="cannot be pickled"):
        leave(secret)
