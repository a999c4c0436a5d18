# SPDX-License-Identifier: Apache-2.0
"""Nothing that the commands of the chain or the guard say or write holds a secret."""

from __future__ import annotations

import io
import json
import logging
import re
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from chain.world import CALLER, HEALTHY_BOOK, OWNER, PRESET, SHORT_BOOK, World
from click.testing import CliRunner

from zkmargin.book import Book
from zkmargin.chain.guard import Guard, GuardRules
from zkmargin.chain.key import KEY_VARIABLE, Key, local_key, new_keystore
from zkmargin.cli import cli
from zkmargin.documents.book_document import write_book
from zkmargin.logs import open_log
from zkmargin.wallet.prover import MarginProver

pytestmark = pytest.mark.chain

PASSPHRASE = "a keeper who whistles at noon"
PROVIDER_KEY = "0123456789abcdefPROVIDERKEY"


def forms(book: Book) -> list[str]:
    """The numbers of a book as units and as decimals, long enough not to occur by chance."""
    numbers = [book.blinding, book.cash, *(slot.strike for slot in book.slots)]
    numbers += [abs(size) for slot in book.slots for size in (slot.call, slot.put) if size]
    return [str(n) for n in numbers] + [hex(book.blinding)]


def found(said: str, secrets: list[str]) -> list[str]:
    return [s for s in secrets if re.search(rf"(?<![0-9a-fx]){re.escape(s)}(?![0-9a-f])", said)]


def key_forms(key: Key) -> list[str]:
    raw = bytes(key.account.key)
    return [raw.hex(), f"0x{raw.hex()}", str(int.from_bytes(raw, "big"))]


@pytest.fixture
def odd_book() -> Book:
    """A healthy book whose numbers occur nowhere else."""
    first, second = HEALTHY_BOOK.slots
    return replace(
        HEALTHY_BOOK,
        cash=50_123_456_789,
        slots=(replace(first, put=-10_765_431), replace(second, call=-5_345_679)),
    )


@pytest.mark.parametrize("format_", ["json", "console"])
def test_the_guards_log_holds_nothing_of_the_book(
    world: World, tmp_path: Path, odd_book: Book, format_: str
) -> None:
    output = io.StringIO()
    world.open(odd_book)
    world.next_epoch(-800)
    world.registry.call(CALLER, odd_book.account)
    with MarginProver.load(PRESET) as prover:
        for book in (odd_book, replace(odd_book, cash=odd_book.cash + 1)):
            Guard(
                world.system,
                lambda book=book: book,  # type: ignore[misc]
                prover,
                OWNER,
                GuardRules(alerts=(100.0, 1.5)),
                open_log(format_, "debug", output),
                tmp_path / "memory.json",
            ).look()
    said = output.getvalue() + (tmp_path / "memory.json").read_text()

    assert "proven" in said
    assert "alert" in said
    assert found(said, [*forms(odd_book), *key_forms(OWNER)]) == []


def test_a_log_hides_every_field_that_is_not_known_to_be_public(odd_book: Book) -> None:
    output = io.StringIO()
    log = open_log("json", "info", output)
    log.info("proven", account=7, cash=odd_book.cash, book=odd_book, blinding=odd_book.blinding)
    log.info("proven", reason=odd_book, status=[odd_book.cash], epoch={"cash": odd_book.cash})
    lines = [json.loads(line) for line in output.getvalue().splitlines()]

    assert lines[0]["account"] == 7
    assert {lines[0][name] for name in ("cash", "book", "blinding")} == {"(hidden)"}
    assert {lines[1][name] for name in ("reason", "status", "epoch")} == {"(hidden)"}


@pytest.fixture
def desk(tmp_path: Path, world: World, odd_book: Book) -> Path:
    """A directory with books, keys and settings, some of them wrong."""
    write_book(tmp_path / "book.json", odd_book)
    write_book(tmp_path / "short.json", SHORT_BOOK)
    write_book(tmp_path / "later.json", replace(odd_book, version=9))
    new_keystore(tmp_path / "keystore", PASSPHRASE)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "wrong_passphrase").write_text(PASSPHRASE[::-1])
    (tmp_path / "zkmargin.toml").write_text(
        f'[chain]\nrpc = "{world.url}/{PROVIDER_KEY}"\ndeployment = "{world.file}"\n'
    )
    return tmp_path


COMMANDS = [
    "config show",
    "config show --json",
    "chain status 7",
    "chain open book.json --local-account 0 --owner-local-account 4",
    "chain open later.json --local-account 0",
    "chain open book.json --keystore keystore --passphrase-file passphrase",
    "chain open book.json --keystore keystore --passphrase-file wrong_passphrase",
    "chain open book.json --keystore passphrase --passphrase-file keystore",
    "chain prove book.json --local-account 0",
    "chain prove short.json --local-account 0",
    "chain call 7",
    "chain status 7 --rpc http://user:PROVIDERKEY@127.0.0.1:1/PROVIDERKEY",
    "guard book.json --once --local-account 4",
]


FROM_ENVIRONMENT = ["chain call 7", "chain prove book.json", "guard book.json --once"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_says_a_secret(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    desk: Path,
    odd_book: Book,
    command: str,
) -> None:
    monkeypatch.chdir(desk)
    assert leaks(command, caplog, odd_book) == []


@pytest.mark.parametrize("command", FROM_ENVIRONMENT)
@pytest.mark.parametrize("key", ["0x" + "7b" * 32, "not a key 7b7b7b7b7b"])
def test_a_key_of_the_environment_is_not_said(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    desk: Path,
    odd_book: Book,
    command: str,
    key: str,
) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setenv(KEY_VARIABLE, key)
    assert leaks(command, caplog, odd_book) == []


def leaks(command: str, caplog: pytest.LogCaptureFixture, book: Book) -> list[str]:
    """The secrets in all that a command says, logs and raises."""
    caplog.set_level(logging.DEBUG)
    done = CliRunner().invoke(cli, command.split())
    said = done.output + caplog.text + "".join(traceback.format_exception(done.exception))
    assert done.exit_code in (0, 1, 2, 3), said
    assert said.strip()
    hidden = (PASSPHRASE, PASSPHRASE[::-1], "PROVIDERKEY", "7b7b7b7b7b")
    numbers = [*forms(book), *forms(SHORT_BOOK), *key_forms(local_key(0))]
    return [*found(said, numbers), *(word for word in hidden if word in said)]


def test_no_object_shows_a_key() -> None:
    key = local_key(3)

    assert found(f"{key!r} {key} {vars(type(key))}", key_forms(key)) == []


def test_a_keystore_holds_no_key_in_the_clear(tmp_path: Path) -> None:
    key = new_keystore(tmp_path / "keystore", PASSPHRASE)
    text = (tmp_path / "keystore").read_text()

    assert found(text, key_forms(key)) == []
    assert (tmp_path / "keystore").stat().st_mode & 0o777 == 0o600


def test_a_key_cannot_be_pickled() -> None:
    import pickle

    with pytest.raises(TypeError, match="a key cannot be pickled"):
        pickle.dumps(local_key(0))
