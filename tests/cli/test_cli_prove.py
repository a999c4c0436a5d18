# SPDX-License-Identifier: Apache-2.0
"""The command line with a prover: what is proven, what is refused, and what stays secret."""

from __future__ import annotations

import json
import runpy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from zkmargin.cli import cli
from zkmargin.commitment import commitment
from zkmargin.documents.book_document import load_book, write_book
from zkmargin.documents.proof_document import load_margin_proof
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.errors import ProvingError
from zkmargin.margin_proof import prove_margin, verify_margin
from zkmargin.proving.artifacts import artifact_home
from zkmargin.proving.groth16 import load_verifying_key

pytestmark = pytest.mark.prove

EXAMPLES = Path(__file__).parents[2] / "examples"
EDGE, SNAPSHOT = EXAMPLES / "edge_book.json", EXAMPLES / "eth_snapshot.json"

Tamper = Callable[[dict[str, Any]], None]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A proof of the book whose excess is exactly 0."""
    path = tmp_path_factory.mktemp("proof") / "proof.json"
    assert run("setup", "small").exit_code == 0
    result = run("prove", EDGE, SNAPSHOT, "--domain", "0xd0", "-o", path, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["preset"] == "small"
    return path


def test_a_proof_of_an_excess_of_nothing_is_valid_for_what_it_says(proof: Path) -> None:
    expected = ["--commitment", hex(commitment(load_book(EDGE))), "--account", 9, "--version", 1]
    expected += ["--snapshot", SNAPSHOT, "--level", 10_000, "--domain", 0xD0]
    result = run("verify", proof, *expected)

    assert result.exit_code == 0
    assert "valid: account 9 version 1 is healthy at level 1.0000" in result.stdout


def test_verify_prints_the_statement_as_json(proof: Path) -> None:
    read = json.loads(run("verify", proof, "--json", "--level", 10_000).stdout)

    assert (read["valid"], read["as_expected"], read["status"]) == (True, True, "development")
    assert (read["account"], read["version"], read["level"]) == ("9", "1", "1.0000")
    assert read["commitment"] == f"{commitment(load_book(EDGE)):#066x}"
    assert read["snapshot_hash"] == f"{load_snapshot(SNAPSHOT).hash:#066x}"
    assert read["compared"] == ["level"]


@pytest.mark.parametrize("name", ["commitment", "account", "version", "level", "domain"])
def test_a_valid_proof_of_another_statement_is_not_what_was_asked_for(
    proof: Path, name: str
) -> None:
    result = run("verify", proof, f"--{name}", 77)

    assert result.exit_code == 1
    assert f"{name}: the proof says " in result.stderr


def test_a_proof_under_another_snapshot_is_not_what_was_asked_for(
    proof: Path, tmp_path: Path
) -> None:
    other = json.loads(SNAPSHOT.read_text())
    other.update(epoch="2")
    del other["hash"]
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    result = run("verify", proof, "--snapshot", path)

    assert result.exit_code == 1
    assert "snapshot_hash: the proof says 0x" in result.stderr


TAMPERED: list[tuple[Tamper, int, str]] = [
    (lambda d: d["public_signals"].update(domain="1"), 1, "NOT VALID"),
    (lambda d: d["public_signals"].update(header="1"), 1, "NOT VALID"),
    (lambda d: d["public_signals"].update(commitment="1"), 1, "NOT VALID"),
    (lambda d: d["public_signals"].update(snapshot_hash="1"), 1, "NOT VALID"),
    (lambda d: d["public_signals"].update(domain=str(1 << 255)), 2, "public_signals.domain: got"),
    (lambda d: d["proof"].update(pi_a=["1", "2", "1"]), 1, "NOT VALID"),
    (lambda d: d["proof"].update(pi_a=["1", "3", "1"]), 1, "NOT VALID"),
    (lambda d: d["proof"].update(pi_a=[1, 2, 1]), 2, "proof.json: proof.pi_a: got"),
    (lambda d: d["proof"].pop("pi_c"), 2, "proof.json: proof.pi_c: got 'nothing', must be there"),
    (lambda d: d.update(key="0" * 64), 2, "the proof is for 0000"),
    (lambda d: d.update(key="key"), 2, "proof.json: key: got 'key', must have 64 hexadecimal"),
    (lambda d: d.update(preset="giant"), 2, "proof.json: preset: got 'giant', must be one of"),
    (lambda d: d.update(format="zkmargin-proof-2"), 2, "format: got 'zkmargin-proof-2', must be"),
    (lambda d: d.update(cash="1"), 2, "proof.json: cash: got 'cash', is not a field here"),
]


@pytest.mark.parametrize(("tamper", "code", "words"), TAMPERED)
def test_a_changed_proof_file_is_rejected(
    proof: Path, tmp_path: Path, tamper: Tamper, code: int, words: str
) -> None:
    document = json.loads(proof.read_text())
    tamper(document)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document))
    result = run("verify", path)

    assert result.exit_code == code
    assert words in result.output


def test_the_key_can_be_given_and_must_be_the_proofs(proof: Path, tmp_path: Path) -> None:
    key = artifact_home() / "margin_small" / "verification_key.json"
    other = json.loads(key.read_text())
    other["IC"][0], other["IC"][1] = other["IC"][1], other["IC"][0]
    swapped = tmp_path / "key.json"
    swapped.write_text(json.dumps(other))

    assert run("verify", proof, "--key", key).exit_code == 0
    assert run("verify", proof, "--key", swapped).exit_code == 2


def test_the_proof_file_holds_nothing_of_the_book(proof: Path) -> None:
    text, book = proof.read_text(), json.loads(EDGE.read_text())
    blinding = int(book["blinding"], 16)
    secrets = [book["cash"], str(blinding), f"{blinding:x}"]
    secrets += [f'"{option["strike"]}"' for option in book["options"]]

    assert not [secret for secret in secrets if secret in text]


def test_snarkjs_proves_the_same_statement(proof: Path, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    result = run("prove", EDGE, SNAPSHOT, "--domain", "0xd0", "--backend", "snarkjs", "-o", path)

    assert result.exit_code == 0
    assert load_margin_proof(path).statement == load_margin_proof(proof).statement
    assert run("verify", path).exit_code == 0


def test_one_unit_less_cash_has_no_proof(tmp_path: Path) -> None:
    book, poorer = load_book(EDGE), tmp_path / "poorer.json"
    write_book(poorer, replace(book, cash=book.cash - 1))
    result = run("prove", poorer, SNAPSHOT, "-o", tmp_path / "none.json")

    assert result.exit_code == 1
    assert "short by 0.000001 USDC at level 1.00" in result.stderr
    assert not (tmp_path / "none.json").exists()


def test_the_library_refuses_a_short_book_in_words() -> None:
    book, snapshot = load_book(EXAMPLES / "short_book.json"), load_snapshot(SNAPSHOT)

    with pytest.raises(ProvingError, match=r"short by .* USDC at level 1.00; the worst scenario"):
        prove_margin(book, snapshot)


def test_the_library_proves_at_the_highest_level_that_holds(proof: Path) -> None:
    book, snapshot = load_book(EDGE), load_snapshot(SNAPSHOT)
    shown = prove_margin(book, snapshot, level=9_999)

    assert (shown.account, shown.version, shown.level) == (9, 1, 9_999)
    with pytest.raises(ProvingError, match="short by"):
        prove_margin(book, snapshot, level=10_001)


def test_artifacts_of_other_sources_are_not_used(
    proof: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = artifact_home() / "margin_small"
    shutil.copytree(made, tmp_path / "margin_small")
    manifest = tmp_path / "margin_small" / "manifest.json"
    document = json.loads(manifest.read_text())
    first = min(document["sources"])
    document["sources"][first] = "0" * 64
    manifest.write_text(json.dumps(document))
    monkeypatch.setenv("ZKMARGIN_HOME", str(tmp_path))
    result = run("prove", EDGE, SNAPSHOT, "-o", tmp_path / "proof.json")

    assert result.exit_code == 2
    assert "the circuit has changed since: zkmargin setup small" in result.stderr


def test_the_library_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "prove_margin.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()

    assert lines[1].startswith("MarginStatement(domain=0, header=")
    assert lines[2] == "True"


def test_a_proof_made_for_one_key_is_not_valid_under_another(proof: Path) -> None:
    shown = load_margin_proof(proof)
    key = load_verifying_key(artifact_home() / "margin_small" / "verification_key.json")
    first, second, *others = key.ic

    assert verify_margin(shown, key)
    assert not verify_margin(shown, replace(key, ic=(second, first, *others)))
