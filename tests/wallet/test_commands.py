# SPDX-License-Identifier: Apache-2.0
"""The commands of the wallet: what they write, for whom, and what they say when they do not."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from zkmargin.cli import cli
from zkmargin.commands.wallet import SUMMARIES
from zkmargin.commitment import commitment
from zkmargin.documents.book_document import load_book
from zkmargin.units import QUOTE
from zkmargin.wallet.replay import append_event, recover_book
from zkmargin.wallet.secret import ViewSecret
from zkmargin.wallet.trade_log import Event

PASSPHRASE = "a horse that counts to nine"
EXAMPLE = Path(__file__).parents[2] / "examples" / "eth_book.json"


def run(*arguments: object, typed: str | None = None, **environment: str) -> Result:
    words = ["wallet", *map(str, arguments)]
    return CliRunner().invoke(
        cli, words, input=typed, env={"ZKMARGIN_PASSPHRASE": "", **environment}
    )


def answer(*arguments: object) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """scrypt at an eighth of its cost: these tests are about the commands."""
    monkeypatch.setattr(
        "zkmargin.wallet.sealed_book.write_sealed_book.__kwdefaults__", {"work": 14}
    )


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture
def kept(tmp_path: Path, secret: ViewSecret) -> tuple[object, ...]:
    """The options of a secret and a log of three versions."""
    secret.write(tmp_path / "secret")
    for event in (
        Event(kind="open", version=0, account=7),
        Event(kind="deposit", version=1, cash=5 * QUOTE),
        Event(kind="withdraw", version=2, cash=QUOTE),
    ):
        append_event(tmp_path / "trades.jsonl", event)
    return ("--secret", tmp_path / "secret", "--trades", tmp_path / "trades.jsonl")


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_explains_itself(name: str) -> None:
    assert run(name, "--help").exit_code == 0


def test_new_writes_a_secret_that_loads_for_its_owner_alone(tmp_path: Path) -> None:
    done = run("new", "-o", tmp_path / "secret")

    assert done.exit_code == 0
    assert mode(tmp_path / "secret") == 0o600
    assert ViewSecret.load(tmp_path / "secret").blinding(7, 1)


def test_new_draws_another_secret_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("new", "-o", tmp_path / name)

    assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()


def test_new_does_not_write_over_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("old")
    done = run("new", "-o", tmp_path / "secret")

    assert done.exit_code == 2
    assert "is never overwritten" in done.stderr
    assert (tmp_path / "secret").read_text() == "old"


def test_a_new_secret_hides_a_book_for_the_other_commands(tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text())
    del document["blinding"]
    (tmp_path / "book.json").write_text(json.dumps(document))
    run("new", "-o", tmp_path / "secret")
    words = ["commit", str(tmp_path / "book.json"), "--view-secret", str(tmp_path / "secret")]

    assert CliRunner().invoke(cli, words).exit_code == 0


@pytest.mark.parametrize("version", [None, 1])
def test_recover_writes_the_book_of_a_version_for_its_owner_alone(
    tmp_path: Path, kept: tuple[object, ...], secret: ViewSecret, version: int | None
) -> None:
    book = recover_book(tmp_path / "trades.jsonl", secret, version)
    chosen = () if version is None else ("--version", version)
    found = ("--commitment", f"{commitment(book):#x}")
    done = run("recover", *kept, *chosen, *found, "-o", tmp_path / "book.json")

    assert done.exit_code == 0, done.stderr
    assert load_book(tmp_path / "book.json") == book
    assert mode(tmp_path / "book.json") == 0o600


def test_recover_answers_no_and_writes_nothing_if_the_chain_holds_another_commitment(
    tmp_path: Path, kept: tuple[object, ...]
) -> None:
    done = run("recover", *kept, "--commitment", "0x5", "-o", tmp_path / "book.json")

    assert done.exit_code == 1
    assert "the chain holds 0x" in done.stderr
    assert not (tmp_path / "book.json").exists()


def test_recover_does_not_write_over_a_book(tmp_path: Path, kept: tuple[object, ...]) -> None:
    (tmp_path / "book.json").write_text("old")
    done = run("recover", *kept, "-o", tmp_path / "book.json")

    assert done.exit_code == 2
    assert (tmp_path / "book.json").read_text() == "old"


def test_recover_answers_in_json(tmp_path: Path, kept: tuple[object, ...]) -> None:
    document = answer("recover", *kept)

    assert (document["account"], document["version"]) == ("7", "2")
    assert document["matches"] is None
    assert answer("recover", *kept, "--commitment", document["commitment"])["matches"] is True
    assert answer("recover", *kept, "--commitment", "1")["matches"] is False


def test_recover_names_the_bad_line(tmp_path: Path, kept: tuple[object, ...]) -> None:
    with (tmp_path / "trades.jsonl").open("a") as file:
        file.write('{"version": "3", "event": "deposit", "cash": "-2"}\n')
    done = run("recover", *kept)

    assert done.exit_code == 2
    assert "error: trades.jsonl line 4: cash: got '-2', must be between" in done.stderr


@pytest.mark.parametrize("source", ["file", "variable", "terminal"])
def test_a_book_comes_back_through_export_and_import(
    tmp_path: Path, passphrase: Path, source: str
) -> None:
    option = ("--passphrase-file", passphrase) if source == "file" else ()
    environment = {"ZKMARGIN_PASSPHRASE": PASSPHRASE} if source == "variable" else {}
    once, twice = (f"{PASSPHRASE}\n" * n if source == "terminal" else None for n in (1, 2))
    sealed, again = tmp_path / "sealed", tmp_path / "again.json"
    there = run("export", EXAMPLE, *option, "-o", sealed, typed=twice, **environment)
    back = run("import", sealed, *option, "-o", again, typed=once, **environment)

    assert (there.exit_code, back.exit_code) == (0, 0), there.output + back.output
    assert load_book(again) == load_book(EXAMPLE)
    assert (mode(sealed), mode(again)) == (0o600, 0o600)


def test_a_passphrase_is_no_argument() -> None:
    for name in ("export", "import"):
        assert run(name, "x", "--passphrase", PASSPHRASE, "-o", "y").exit_code == 2


@pytest.mark.parametrize("name", ["export", "import"])
def test_neither_export_nor_import_writes_over_a_file(
    tmp_path: Path, passphrase: Path, name: str
) -> None:
    source = EXAMPLE
    if name == "import":
        source = tmp_path / "sealed"
        run("export", EXAMPLE, "--passphrase-file", passphrase, "-o", source)
    (tmp_path / "taken").write_text("old")
    done = run(name, source, "--passphrase-file", passphrase, "-o", tmp_path / "taken")

    assert done.exit_code == 2
    assert (tmp_path / "taken").read_text() == "old"


def test_import_with_another_passphrase_writes_nothing(tmp_path: Path, passphrase: Path) -> None:
    run("export", EXAMPLE, "--passphrase-file", passphrase, "-o", tmp_path / "sealed")
    done = run(
        *("import", tmp_path / "sealed", "-o", tmp_path / "again.json"),
        ZKMARGIN_PASSPHRASE="another passphrase",
    )

    assert done.exit_code == 2
    assert "does not open" in done.stderr
    assert not (tmp_path / "again.json").exists()


@pytest.mark.parametrize("content", [b"", b"one line\nand another\n", b"\xff" * 20, b"x" * 2000])
def test_a_passphrase_file_that_is_no_single_line_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "passphrase").write_bytes(content)
    options = ("--passphrase-file", tmp_path / "passphrase", "-o", tmp_path / "sealed")
    done = run("export", EXAMPLE, *options)

    assert done.exit_code == 2
    assert "must be one line of text" in done.stderr


def test_export_finds_the_blinding_with_the_view_secret(
    tmp_path: Path, passphrase: Path, secret: ViewSecret
) -> None:
    document = json.loads(EXAMPLE.read_text())
    del document["blinding"]
    (tmp_path / "book.json").write_text(json.dumps(document))
    secret.write(tmp_path / "secret")
    options = ("--view-secret", tmp_path / "secret", "--passphrase-file", passphrase)
    run("export", tmp_path / "book.json", *options, "-o", tmp_path / "sealed")
    run("import", tmp_path / "sealed", *options[2:], "-o", tmp_path / "again.json")

    again = load_book(tmp_path / "again.json")
    assert again.blinding == secret.blinding(again.account, again.version)
