# SPDX-License-Identifier: Apache-2.0
"""Nothing that a wallet says, to anybody, on any path, holds a secret."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from wallet.cases import cases

from zkmargin.cli import cli
from zkmargin.documents.proof_document import dump_proof
from zkmargin.errors import ZkMarginError
from zkmargin.wallet.prover import MarginProver
from zkmargin.wallet.replay import append_event, recover_book
from zkmargin.wallet.sealed_book import load_sealed_book, write_sealed_book
from zkmargin.wallet.secret import ViewSecret
from zkmargin.wallet.trade_log import Event, load_trades

DIGITS = bytes(range(100, 132)).hex()
PASSPHRASE = "a horse that counts to nine"
ACCOUNT = 7

Directory = Path


@pytest.fixture
def wallet(tmp_path: Path, secret: ViewSecret) -> Directory:
    """A directory with everything a wallet keeps, some of it damaged."""
    secret.write(tmp_path / "secret")
    (tmp_path / "damaged_secret").write_text(DIGITS[:-1] + "?")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "damaged_passphrase").write_text(f"{PASSPHRASE}\n{PASSPHRASE}\n")
    for event in (
        Event(kind="open", version=0, account=ACCOUNT),
        Event(kind="deposit", version=1, cash=5_000_000),
    ):
        append_event(tmp_path / "trades.jsonl", event)
    book = recover_book(tmp_path / "trades.jsonl", secret)
    write_sealed_book(tmp_path / "book.sealed", book, PASSPHRASE, work=14)
    write_sealed_book(tmp_path / "other.sealed", book, PASSPHRASE[::-1], work=14)
    return tmp_path


def secrets_of(secret: ViewSecret) -> list[str]:
    """Every form in which a secret could show."""
    raw = bytes.fromhex(DIGITS)
    blindings = [secret.blinding(ACCOUNT, version) for version in (0, 1, 2)]
    shown = [DIGITS[:32], DIGITS[32:-2], repr(raw)[2:-1], str(int.from_bytes(raw, "big"))]
    return [*shown, PASSPHRASE, PASSPHRASE[::-1], *map(str, blindings), *map(hex, blindings)]


COMMANDS = [
    "new -o fresh",
    "new -o secret",
    "recover --secret secret --trades trades.jsonl -o book.json",
    "recover --secret secret --trades trades.jsonl --json",
    "recover --secret secret --trades trades.jsonl --commitment 5",
    "recover --secret secret --trades trades.jsonl --version 9",
    "recover --secret damaged_secret --trades trades.jsonl",
    "recover --secret trades.jsonl --trades secret",
    "recover --secret secret --trades secret",
    "recover --secret secret --trades passphrase",
    "export secret --passphrase-file passphrase -o x",
    "export passphrase --passphrase-file passphrase -o x",
    "export trades.jsonl --passphrase-file damaged_passphrase -o x",
    "import book.sealed --passphrase-file passphrase -o again.json",
    "import book.sealed --passphrase-file passphrase -o secret",
    "import other.sealed --passphrase-file passphrase -o x",
    "import book.sealed --passphrase-file damaged_passphrase -o x",
    "import secret --passphrase-file passphrase -o x",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_says_a_secret(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wallet: Directory,
    secret: ViewSecret,
    command: str,
) -> None:
    monkeypatch.chdir(wallet)
    caplog.set_level(logging.DEBUG)
    done = CliRunner().invoke(cli, ["wallet", *command.split()])
    said = done.output + caplog.text + "".join(traceback.format_exception(done.exception))

    assert done.exit_code in (0, 1, 2)
    assert said.strip()
    assert [known for known in secrets_of(secret) if known in said] == []


FAILURES: list[Callable[[Path], object]] = [
    lambda path: ViewSecret.load(path / "damaged_secret"),
    lambda path: ViewSecret.load(path / "passphrase"),
    lambda path: ViewSecret(bytes.fromhex(DIGITS)[:-1]),
    lambda path: ViewSecret.load(path / "secret").write(path / "secret"),
    lambda path: recover_book(path / "trades.jsonl", ViewSecret.load(path / "secret"), 9),
    lambda path: load_trades(path / "secret"),
    lambda path: load_sealed_book(path / "other.sealed", PASSPHRASE),
    lambda path: load_sealed_book(path / "book.sealed", PASSPHRASE[:11]),
    lambda path: load_sealed_book(path / "secret", PASSPHRASE),
]


@pytest.mark.parametrize("number", range(len(FAILURES)))
def test_no_error_holds_a_secret_in_its_words_or_its_traceback(
    wallet: Directory, secret: ViewSecret, number: int
) -> None:
    with pytest.raises(ZkMarginError) as caught:
        FAILURES[number](wallet)
    said = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))

    assert [known for known in [*secrets_of(secret), PASSPHRASE[:11]] if known in said] == []


def test_no_object_shows_a_secret(wallet: Directory, secret: ViewSecret) -> None:
    book = recover_book(wallet / "trades.jsonl", secret)
    shown = f"{secret!r} {book!r} {book} {load_trades(wallet / 'trades.jsonl')!r}"

    assert [known for known in secrets_of(secret) if known in shown] == []


def test_a_sealed_document_shows_nothing_of_the_book(wallet: Directory, secret: ViewSecret) -> None:
    text = (wallet / "book.sealed").read_text()

    assert [known for known in [*secrets_of(secret), "cash", "account"] if known in text] == []


def test_a_log_holds_no_secret(wallet: Directory, secret: ViewSecret) -> None:
    text = (wallet / "trades.jsonl").read_text()

    assert [known for known in secrets_of(secret) if known in text] == []


@pytest.mark.prove
def test_neither_a_prover_nor_its_proof_holds_the_book(prover: MarginProver) -> None:
    book, snapshot = next(pair for pair in cases(7) if pair[0].slots and pair[0].cash)
    proof = prover.prove(book, snapshot, domain=0)
    shown = f"{proof!r} {json.dumps(dump_proof(proof))} {prover!r} {vars(prover)!r}"
    private = [book.blinding, hex(book.blinding), book.cash, book.slots[0].strike]

    assert [known for known in map(str, private) if known in shown] == []
