# SPDX-License-Identifier: Apache-2.0
"""The command line without a prover: exit codes, JSON, and the words of every refusal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from zkmargin.cli import COMMANDS, cli
from zkmargin.commands.snapshot import SUMMARIES
from zkmargin.documents.book_document import load_book
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.option import total_variance

EXAMPLES = Path(__file__).parents[2] / "examples"
BOOK, SNAPSHOT = EXAMPLES / "eth_book.json", EXAMPLES / "eth_snapshot.json"
SHORT, EDGE = EXAMPLES / "short_book.json", EXAMPLES / "edge_book.json"
QUOTES = EXAMPLES / "eth_quotes.csv"
BUILD = ("snapshot", "build", QUOTES, "--format", "csv", "--feed", "1", "--epoch", "1")
SECRET = "5e" * 32

Change = Callable[[dict[str, Any]], Any]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def answer(*arguments: object) -> Any:
    """The JSON object on stdout."""
    return json.loads(run(*arguments, "--json").stdout)


@pytest.fixture(autouse=True)
def no_artifacts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZKMARGIN_HOME", str(tmp_path / "artifacts"))


def test_help_lists_every_command_and_imports_none_of_the_heavy_libraries() -> None:
    heavy = ["scipy", "numpy", "mpmath", "py_ecc", "rich", "wasmtime", "zkmargin.margin"]
    program = (
        "import sys; from zkmargin.cli import cli; cli(['--help'], standalone_mode=False); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert all(f"  {name} " in output.stdout for name in COMMANDS)
    assert output.stdout.splitlines()[-1] == "[]"


def test_prove_does_not_wait_for_the_surface_fit() -> None:
    program = "import sys; import zkmargin.commands.prove; print('scipy' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert output.stdout == "False\n"


@pytest.mark.parametrize("name", [*COMMANDS, *(f"snapshot {name}" for name in SUMMARIES)])
def test_every_command_has_help(name: str) -> None:
    result = run(*name.split(), "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cli {name} ")


EXITS = [
    (("check", BOOK, SNAPSHOT), 0, "healthy at level 1.00"),
    (("check", EDGE, SNAPSHOT), 0, "healthy at level 1.00, with 0.00 USDC to spare"),
    (
        ("check", SHORT, SNAPSHOT),
        1,
        " USDC at level 1.00; the worst scenario is +20 % vol up, losing ",
    ),
    (("check", SHORT, SNAPSHOT, "--level", "5000"), 0, "healthy at level 0.50"),
    (("check", BOOK, SNAPSHOT, "--level", "20001"), 2, "level: got 20001, must be between 0 and"),
    (("check", BOOK, SNAPSHOT, "--level", "one"), 2, "'one' is not a valid integer"),
    (("check", BOOK), 2, "Missing argument 'SNAPSHOT'"),
    (("check", "none.json", SNAPSHOT), 2, "'none.json' does not exist"),
    (("check", SNAPSHOT, BOOK), 2, "eth_book.json: account: got 'account', is not a field here"),
    (
        ("prove", SHORT, SNAPSHOT),
        1,
        " USDC at level 1.00; the worst scenario is +20 % vol up, losing ",
    ),
    (("prove", EDGE, SNAPSHOT), 2, "must be set up first: zkmargin setup small"),
    (("prove", BOOK, SNAPSHOT, "--preset", "small"), 2, "strikes: got 10, preset small holds at"),
    (("prove", BOOK, SNAPSHOT, "--preset", "giant"), 2, "'giant' is not one of"),
    (("prove", BOOK, SNAPSHOT, "--backend", "abacus"), 2, "backend: got 'abacus', must be one of"),
    (("prove", BOOK, SNAPSHOT, "--domain", "-1"), 2, "'-1' must be a natural number"),
    (("prove", BOOK, SNAPSHOT, "--domain", str(1 << 248)), 2, "must be at least 0 and below 2^248"),
    (("verify", BOOK), 2, "eth_book.json: account: got 'account', is not a field here"),
    (("setup", "giant"), 2, "'giant' is not one of"),
    (("snapshot", "show", BOOK), 2, "eth_book.json: account: got 'account', is not a field here"),
    (("snapshot", "build", QUOTES), 2, "Missing option '--format'"),
    (("commit", BOOK), 0, "commitment 0x"),
    (("info",), 0, "standard"),
    (("frobnicate",), 2, "No such command 'frobnicate'"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), EXITS)
def test_the_exit_code_is_the_answer(arguments: tuple[object, ...], code: int, words: str) -> None:
    result = run(*arguments)

    assert result.exit_code == code
    assert words in result.output


def test_check_prints_one_json_object_and_nothing_else_to_stdout() -> None:
    read = answer("check", SHORT, SNAPSHOT)

    assert read["healthy"] is False
    assert set(read) >= {
        *("nav", "mmr", "excess", "ratio", "scan", "basis", "static", "worst_scenario"),
        *("scenarios", "delta", "gamma", "vega", "contingencies", "reserve", "level", "gross"),
    }
    assert float(read["ratio"]) == pytest.approx(float(read["nav"]) / float(read["mmr"]), abs=1e-6)


def test_prove_of_a_short_book_prints_its_margin_as_json_and_writes_no_proof(
    tmp_path: Path,
) -> None:
    output = tmp_path / "proof.json"
    read = answer("prove", SHORT, SNAPSHOT, "-o", output)

    assert read["excess"].startswith("-")
    assert not output.exists()


def test_commit_draws_a_blinding_and_keeps_it_in_a_private_file(
    changed: Callable[[Path, Change], Path], tmp_path: Path
) -> None:
    bare, kept = changed(BOOK, lambda d: d.pop("blinding")), tmp_path / "kept" / "book.json"
    read = answer("commit", bare, "-o", kept)

    assert kept.stat().st_mode & 0o777 == 0o600
    assert read["commitment"] == answer("commit", kept)["commitment"]


def test_commit_without_any_blinding_says_how_to_get_one(
    changed: Callable[[Path, Change], Path],
) -> None:
    result = run("commit", changed(BOOK, lambda d: d.pop("blinding")))

    assert result.exit_code == 2
    assert "blinding: got 'nothing', is missing" in result.stderr


def test_commit_never_writes_over_another_opening(
    changed: Callable[[Path, Change], Path], tmp_path: Path
) -> None:
    bare, kept = changed(BOOK, lambda d: d.pop("blinding")), tmp_path / "kept.json"
    run("commit", bare, "-o", kept)
    before = kept.read_bytes()
    results = [run("commit", bare, "-o", kept), run("commit", EDGE, "-o", kept)]

    assert [result.exit_code for result in results] == [2, 2]
    assert kept.read_bytes() == before


def test_a_view_secret_gives_the_same_commitment_every_time(
    changed: Callable[[Path, Change], Path], tmp_path: Path
) -> None:
    bare, secret = changed(BOOK, lambda d: d.pop("blinding")), tmp_path / "view.key"
    secret.write_text(f"{SECRET}\n")
    first = answer("commit", bare, "--view-secret", secret, "-o", tmp_path / "kept.json")
    again = answer("commit", bare, "--view-secret", secret)

    assert first["commitment"] == again["commitment"]
    assert load_book(tmp_path / "kept.json").blinding >> 248 == 1


@pytest.mark.parametrize(
    ("content", "rule"),
    [("xyz", "must be hexadecimal digits"), ("5e5e", "must have at least 32 bytes")],
)
def test_a_bad_view_secret_is_refused_without_being_shown(
    tmp_path: Path, content: str, rule: str
) -> None:
    secret = tmp_path / "view.key"
    secret.write_text(content)
    result = run("commit", BOOK, "--view-secret", secret)

    assert result.exit_code == 2
    assert rule in result.stderr
    assert content not in result.stderr


def test_a_blinding_that_is_not_the_view_secrets_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "view.key"
    secret.write_text(SECRET)
    result = run("commit", BOOK, "--view-secret", secret)

    assert result.exit_code == 2
    assert "blinding: got '(hidden)', is not the one that view.key gives" in result.stderr


def test_snapshot_build_makes_the_committed_example(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    result = run(*BUILD, "--params", "zkmargin_eth", "--index", "2681.603", "-o", path)
    built, committed = load_snapshot(path), load_snapshot(SNAPSHOT)

    assert result.exit_code == 0
    assert (built.header, built.params) == (committed.header, committed.params)
    for mine, theirs in zip(built.rows, committed.rows, strict=True):
        assert (mine.expiry, mine.forward) == (theirs.expiry, theirs.forward)
        for k in (-(1 << 30), 0, 1 << 30):  # strikes at exp(-1/4), 1 and exp(1/4) of the forward
            variance = total_variance(theirs.svi, k)

            assert total_variance(mine.svi, k) == pytest.approx(variance, rel=1e-2)


def test_snapshot_build_reports_every_quote_and_its_warnings_as_json(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    read = answer(*BUILD, "--params", "zkmargin_eth", "--index", "2681.603", "-o", path)

    assert len(read["quotes"]) == len(QUOTES.read_text().splitlines()) - 1
    assert read["hash"] == f"{load_snapshot(path).hash:#066x}"
    assert read["rejected"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--params", "zkmargin_eth"), "index: got 'nothing', is not in the file: give --index"),
        (
            ("--params", "grid", "--index", "2681"),
            "params: got 'grid', must be a .json file or one",
        ),
        (("--params", "span16", "--index", "1e3"), "'1e3' must be a positive number such as"),
        (("--params", "span16", "--index", "0.0000001"), "index: got '0.0000001', must be a mult"),
        (("--params", "span16", "--index", "9"), "forward: got '2682.9997', must be between 4.5"),
        (("--params", "span16", "--index", "2681", "--epoch", "-1"), "epoch: got '-1', must be"),
    ],
)
def test_snapshot_build_refuses_by_name_and_writes_nothing(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    path = tmp_path / "snapshot.json"
    result = run(*BUILD, *options, "-o", path)

    assert result.exit_code == 2
    assert message in result.stderr
    assert not path.exists()


def test_a_contract_of_ten_tokens_has_ten_times_the_price(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    options = ("--params", "zkmargin_eth", "--index", "2681.603", "--contract-size", "10")
    run(*BUILD, *options, "-o", path)
    ten, one = load_snapshot(path), load_snapshot(SNAPSHOT)

    assert ten.header.contract_size == 10 * one.header.contract_size
    assert ten.header.index == 10 * one.header.index
    assert [row.forward for row in ten.rows] == [10 * row.forward for row in one.rows]


def test_snapshot_show_prints_a_document_with_the_same_hash(tmp_path: Path) -> None:
    path = tmp_path / "shown.json"
    path.write_text(run("snapshot", "show", SNAPSHOT, "--json").stdout)

    assert load_snapshot(path) == load_snapshot(SNAPSHOT)


def test_info_lists_every_circuit_with_its_sizes_and_public_signals() -> None:
    read = answer("info")

    for circuit in ("margin", "shortfall"):
        sizes = [c["preset"] for c in read["circuits"] if c["circuit"] == circuit]

        assert sizes == ["tiny", "small", "standard", "large", "deribit"]
    shared = ["domain", "header", "commitment", "snapshot_hash"]
    assert read["public_signals"]["margin"] == shared
    assert read["public_signals"]["shortfall"] == [*shared, "beneficiary"]
    assert {c["status"] for c in read["circuits"]} == {"not set up"}


def test_doctor_names_every_tool_and_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run("doctor", "--json")
    read = json.loads(result.stdout)

    assert result.exit_code == 1
    assert read["ready"] is False
    assert {tool["name"] for tool in read["tools"]} >= {"node", "npm", "circom2", "snarkjs"}


def test_a_missing_tool_is_exit_code_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run("setup", "tiny")

    assert result.exit_code == 3
    assert "node is not on PATH" in result.stderr
    assert "next: zkmargin doctor" in result.stderr


def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "structlog", None)
    for name in [n for n in sys.modules if n.startswith(("zkmargin.logs", "zkmargin.commands.g"))]:
        monkeypatch.delitem(sys.modules, name)
    result = CliRunner().invoke(cli, ["guard", "--help"])

    assert result.exit_code == 3
    assert "structlog is not installed: pip install 'zkmargin[chain]'" in result.stderr
