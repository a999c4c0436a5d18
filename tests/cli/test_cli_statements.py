# SPDX-License-Identifier: Apache-2.0
"""Proofs of shortfall, NAV and liquidation by commands, each verified for what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from zkmargin.cli import cli
from zkmargin.commitment import commitment
from zkmargin.documents.book_document import load_book, write_book
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.proof_document import load_proof
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import healthy, margin
from zkmargin.nav_proof import proven_nav
from zkmargin.units import BPS, QUOTE

pytestmark = pytest.mark.prove

EXAMPLES = Path(__file__).parents[2] / "examples"
EDGE, SHORT = EXAMPLES / "edge_book.json", EXAMPLES / "short_book.json"
SNAPSHOT = EXAMPLES / "eth_snapshot.json"
BOB, EVE = hex(0xB0B << 148), "7"
TERMS = ("--factor", "0.9", "--target", 12_000, "--winner", BOB, "--lot-account", 99)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def proven(circuit: str, *arguments: object) -> dict[str, Any]:
    """What a command that proves answers, once its keys are made."""
    assert run("setup", "small", "--circuit", circuit).exit_code == 0
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def liquidation(folder: Path, book: Path = SHORT) -> list[object]:
    files = ["--lot", folder / "lot.json", "--remainder", folder / "left.json"]
    return ["prove-liquidation", book, SNAPSHOT, *TERMS, *files, "-o", folder / "proof.json"]


def test_a_shortfall_is_proven_for_its_beneficiary_alone(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    arguments = ["prove-shortfall", SHORT, SNAPSHOT, "-o", path]
    proven("shortfall", *arguments, "--beneficiary", BOB)
    result = run("verify", path, "--snapshot", SNAPSHOT, "--level", 10_000, "--beneficiary", BOB)

    assert result.exit_code == 0
    assert "is short at level 1.0000" in result.stdout
    assert run("verify", path, "--beneficiary", EVE).exit_code == 1
    assert run(*arguments).exit_code == 2
    document = json.loads(path.read_text())
    document["public_signals"]["beneficiary"] = EVE
    path.write_text(json.dumps(document))
    assert "NOT VALID" in run("verify", path).output


def test_a_healthy_book_has_no_proof_of_shortfall(tmp_path: Path) -> None:
    output = tmp_path / "proof.json"
    result = run("prove-shortfall", EDGE, SNAPSHOT, "--beneficiary", BOB, "-o", output)

    assert result.exit_code == 1
    assert "a book that is healthy has no proof of shortfall" in result.stderr
    assert not output.exists()


def test_a_proof_of_nav_says_the_reference_s_number(tmp_path: Path) -> None:
    path, report = tmp_path / "proof.json", margin(load_book(SHORT), load_snapshot(SNAPSHOT))
    proven("nav", "prove-nav", SHORT, SNAPSHOT, "-o", path)
    expected = exact_text(report.nav, QUOTE)
    told = run("verify", path, "--snapshot", SNAPSHOT, f"--nav={expected}")
    read = json.loads(run("verify", path, "--json").stdout)

    assert proven_nav(load_proof(path)) == report.nav  # type: ignore[arg-type]
    assert told.exit_code == 0
    assert f"has a NAV of {expected} USDC" in told.stdout
    assert (read["valid"], read["nav"], read["circuit"]) == (True, expected, "nav")


def test_a_negative_nav_is_proven_as_such(tmp_path: Path) -> None:
    book = load_book(SHORT)
    write_book(poor := tmp_path / "poor.json", replace(book, cash=book.cash - 10**12))
    path = tmp_path / "proof.json"
    proven("nav", "prove-nav", poor, SNAPSHOT, "-o", path)
    nav = exact_text(margin(load_book(poor), load_snapshot(SNAPSHOT)).nav, QUOTE)
    wrong = run("verify", path, "--nav", "1")

    assert nav.startswith("-")
    assert run("verify", path, f"--nav={nav}").exit_code == 0
    assert wrong.exit_code == 1
    assert f"nav: the proof says {nav}, expected 1" in wrong.stderr


def test_a_liquidation_is_proven_with_both_books_after_it(tmp_path: Path) -> None:
    proven("liquidate", *liquidation(tmp_path))
    lot, left = (load_book(tmp_path / name) for name in ("lot.json", "left.json"))
    read = json.loads(run("verify", tmp_path / "proof.json", "--json").stdout)
    snapshot = load_snapshot(SNAPSHOT)

    assert (read["valid"], read["discount"], read["target"]) == (True, "0.9", "1.2000")
    assert (lot.account, left.version) == (99, load_book(SHORT).version + 1)
    assert (int(read["cm_lot"], 0), int(read["cm_new"], 0)) == (commitment(lot), commitment(left))
    assert healthy(margin(lot, snapshot), 12_000)
    assert healthy(margin(left, snapshot), 12_000)
    assert not healthy(margin(load_book(SHORT), snapshot), BPS)


def test_a_liquidation_is_verified_for_its_terms(tmp_path: Path) -> None:
    proven("liquidate", *liquidation(tmp_path))
    path = tmp_path / "proof.json"
    price = json.loads(run("verify", path, "--json").stdout)["price"]
    expected = ["--commitment", hex(commitment(load_book(SHORT))), "--price", price]
    told = run("verify", path, "--snapshot", SNAPSHOT, "--winner", BOB, *expected)
    other = run("verify", path, "--winner", EVE)
    foreign = run("verify", path, "--beneficiary", EVE)

    assert told.exit_code == 0, told.output
    assert "next: submit the proof" in told.stderr
    assert (other.exit_code, "winner: the proof says 0x" in other.stderr) == (1, True)
    assert (foreign.exit_code, "a liquidate proof does not say that" in foreign.stderr) == (2, True)


def test_both_books_after_a_liquidation_are_for_the_owner_of_the_files_alone(
    tmp_path: Path,
) -> None:
    proven("liquidate", *liquidation(tmp_path))

    assert not [p for p in ("lot.json", "left.json") if (tmp_path / p).stat().st_mode & 0o077]


def test_a_healthy_book_has_no_slice(tmp_path: Path) -> None:
    result = run(*liquidation(tmp_path, EDGE))

    assert result.exit_code == 1
    assert "a book that is healthy is not liquidated" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [("--factor", "1.1", "between 0 and 1"), ("--reserved", "x", "plain decimal number")],
)
def test_terms_out_of_range_are_refused(tmp_path: Path, flag: str, value: str, said: str) -> None:
    result = run(*liquidation(tmp_path), flag, value)

    assert result.exit_code == 2
    assert said in result.stderr


def test_every_statement_has_a_command_that_its_setup_names() -> None:
    for circuit, command in (("nav", "prove-nav"), ("liquidate", "prove-liquidation")):
        result = run("setup", "small", "--circuit", circuit)

        assert f"next: zkmargin {command} BOOK SNAPSHOT --preset small" in result.stderr
        assert run(command, "--help").exit_code == 0


def test_info_knows_every_circuit_that_is_set_up() -> None:
    for circuit in ("nav", "liquidate", "shortfall"):
        assert run("setup", "small", "--circuit", circuit).exit_code == 0
    read = json.loads(run("info", "--json").stdout)
    made = {c["circuit"] for c in read["circuits"] if c["preset"] == "small" and "key" in c}

    assert made >= {"nav", "liquidate", "shortfall"}
    assert read["public_signals"]["liquidate"][-1] == "top_up"
