# SPDX-License-Identifier: Apache-2.0
"""The commands of the chain: answers, exit codes, and the way of a publication between signers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from chain.world import HEALTHY_BOOK, SHORT_BOOK, World, config_document
from click.testing import CliRunner, Result

from zkmargin.chain.key import KEY_VARIABLE, local_key
from zkmargin.cli import cli
from zkmargin.documents.book_document import write_book
from zkmargin.documents.proof_document import load_margin_proof
from zkmargin.documents.snapshot_document import dump_snapshot, load_snapshot
from zkmargin.documents.writing import write_document
from zkmargin.market_move import moved

pytestmark = pytest.mark.chain

Run = Callable[[str], Result]


@pytest.fixture
def run(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a directory with books, the next epoch's market, and settings."""
    monkeypatch.chdir(tmp_path)
    write_book(Path("book.json"), HEALTHY_BOOK)
    write_book(Path("short.json"), SHORT_BOOK)
    lower = moved(world.market, index=world.market.header.index * 92 // 100, seconds=60)
    write_document(Path("lower.json"), dump_snapshot(lower))
    Path("zkmargin.toml").write_text(f'[chain]\nrpc = "{world.url}"\ndeployment = "{world.file}"\n')
    return lambda command: CliRunner().invoke(cli, command.split())


def answer(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    document: dict[str, object] = json.loads(result.stdout)
    return document


PUBLISH = "chain publish lower.json --set-time --local-account 0 --local-signer 1 --local-signer 2"
OPEN = "chain open book.json --local-account 0 --owner-local-account 4"


def test_an_account_lives_by_commands_alone(run: Run) -> None:
    statuses = []
    for command in (
        OPEN,
        PUBLISH,
        "chain call 7 --local-account 6",
        "chain prove book.json --local-account 4",
    ):
        receipt = answer(run(f"{command} --json"))
        assert isinstance(receipt["gas"], int)
        statuses.append(answer(run("chain status 7 --json"))["status"])

    assert statuses == ["Healthy", "Stale", "Called", "Healthy"]


def test_a_short_book_is_reported(run: Run) -> None:
    answer(run("chain open short.json --local-account 0 --without-proof --json"))
    answer(run(f"{PUBLISH} --json"))
    receipt = answer(run("chain report short.json --epoch 1 --local-account 6 --json"))

    assert "ShortfallReported" in str(receipt["events"])
    assert answer(run("chain status 8 --json"))["status"] == "Liquidatable"


def test_a_healthy_book_is_not_reported(run: Run) -> None:
    answer(run(f"{OPEN} --json"))
    result = run("chain report book.json --epoch 1 --local-account 6")

    assert result.exit_code == 1
    assert "healthy at level 1.00" in result.stderr


def test_a_short_book_is_not_proven(run: Run) -> None:
    answer(run("chain open short.json --local-account 0 --without-proof --json"))
    result = run("chain prove short.json --local-account 4")

    assert result.exit_code == 1
    assert "short by" in result.stderr


def test_a_publication_goes_from_signer_to_signer_to_publisher(run: Run) -> None:
    steps = (
        "chain sign lower.json --local-account 2 -o draft.json --json",
        "chain sign draft.json --local-account 1 -o draft.json --json",
        "chain publish draft.json --set-time --local-account 5 --json",
    )
    answers = [answer(run(step)) for step in steps]

    assert len(answers[1]["signatures"]) == 2  # type: ignore[arg-type]
    assert answers[2]["epoch"] == 2


def test_a_draft_whose_numbers_were_changed_is_signed_by_nobody(run: Run) -> None:
    answer(run("chain sign lower.json --local-account 2 -o draft.json --json"))
    draft = json.loads(Path("draft.json").read_text())
    draft["publication"]["index"] = str(int(draft["publication"]["index"]) + 1)
    Path("draft.json").write_text(json.dumps(draft))
    result = run("chain sign draft.json --local-account 1")

    assert result.exit_code == 2
    assert "publication index: got" in result.stderr


def test_an_epoch_is_rebuilt_into_a_file(run: Run, world: World) -> None:
    answer(run("chain snapshot 1 -o epoch.json --json"))

    assert load_snapshot(Path("epoch.json")) == world.market


def test_a_proof_for_a_deployment_has_its_domain(run: Run, world: World) -> None:
    answer(run("chain snapshot 1 -o epoch.json --json"))
    answer(run(f"prove book.json epoch.json --deployment {world.file} -o proof.json --json"))

    proof = load_margin_proof(Path("proof.json"))
    assert proof.statement.domain == world.system.deployment.domain("margin")


def test_a_deposit_is_advanced(run: Run) -> None:
    answer(run(f"{OPEN} --json"))
    write_book(Path("book.json"), replace(HEALTHY_BOOK, version=2, cash=HEALTHY_BOOK.cash + 1))
    command = "chain advance book.json --kind deposit --local-account 0 --owner-local-account 4"
    answer(run(f"{command} --json"))

    assert answer(run("chain status 7 --json"))["version"] == "2"


def test_what_a_contract_refuses_is_the_answer_no(run: Run) -> None:
    result = run("chain call 7 --local-account 6")

    assert result.exit_code == 1
    assert "StatusWrong (account 7, status None)" in result.stderr


def test_a_node_that_does_not_answer_is_a_tool_that_failed(run: Run) -> None:
    result = run("chain status 7 --rpc http://127.0.0.1:1")

    assert result.exit_code == 3
    assert "the node at http://127.0.0.1:1 cannot be reached" in result.stderr


def test_a_command_without_a_key_names_the_ways_to_give_one(run: Run) -> None:
    result = run("chain call 7")

    assert result.exit_code == 2
    assert f"give --keystore, {KEY_VARIABLE} or" in result.stderr


def test_a_key_of_the_environment_is_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(run("chain open book.json --local-account 0 --without-proof --json"))
    monkeypatch.setenv(KEY_VARIABLE, bytes(local_key(6).account.key).hex())
    receipt = answer(run("chain call 7 --json"))

    assert local_key(6).address.lower() in str(receipt["events"]).lower()


def test_a_keystore_that_is_poor_is_told_so(run: Run) -> None:
    Path("passphrase").write_text("twelve letters and more\n")
    made = answer(run("chain key -o poor.json --passphrase-file passphrase --json"))
    answer(run("chain open book.json --local-account 0 --without-proof --json"))
    result = run("chain prove book.json --keystore poor.json --passphrase-file passphrase")

    assert result.exit_code == 3
    assert f"{made['address']} has 0.000000" in result.stderr


def test_the_events_of_an_account_are_watched(run: Run) -> None:
    answer(run("chain open book.json --local-account 0 --without-proof --json"))
    shown = run("chain watch 7 --once --from-block 0").stdout

    assert "Opened: account 7" in shown


def test_the_clock_of_a_local_chain_moves(run: Run, world: World) -> None:
    before = world.system.connection.time
    assert run("chain time +100").exit_code == 0

    assert world.system.connection.time >= before + 100


def test_one_look_of_a_guard_is_a_command(run: Run) -> None:
    answer(run("chain open book.json --local-account 0 --without-proof --json"))
    result = run("guard book.json --once --local-account 4 --memory memory.json")

    assert result.exit_code == 0, result.output
    assert answer(run("chain status 7 --json"))["status"] == "Healthy"


def test_a_guard_hands_its_alerts_to_a_command(run: Run) -> None:
    answer(run("chain open book.json --local-account 0 --without-proof --json"))
    settings = Path("zkmargin.toml")
    guard = '[guard]\nalerts = [1000]\non_alert = "tee alert.json"\n'
    settings.write_text(settings.read_text() + guard)
    assert run("guard book.json --once --local-account 4 --memory memory.json").exit_code == 0
    alert = json.loads(Path("alert.json").read_text())

    assert (alert["event"], alert["account"], alert["threshold"]) == ("alert", 7, 1000)


def test_a_local_chain_is_started_found_again_and_stopped(run: Run) -> None:
    Path("config.json").write_text(json.dumps(config_document()))
    local = "chain local --config config.json --directory local"
    first, again = (answer(run(f"{local} --json")) for _ in range(2))
    stopped = run("chain local --directory local --stop")

    assert first == again
    assert stopped.exit_code == 0
    assert not Path("local/deployment.json").exists()


def test_the_file_of_a_chain_that_ended_is_not_taken_for_a_new_one(run: Run, world: World) -> None:
    Path("local").mkdir()
    shutil.copy(world.file, "local/deployment.json")
    result = run("chain local --directory local")

    assert result.exit_code == 2
    assert "is of a chain that has ended" in result.stderr
    assert not Path("local/node.json").exists()


def test_a_deployment_is_a_command(run: Run, world: World) -> None:
    Path("config.json").write_text(json.dumps(config_document()))
    made = answer(run("chain deploy config.json --deployment new.json --local-account 0 --json"))
    again = answer(run("chain deploy config.json --deployment new.json --local-account 0 --json"))

    assert again["contracts"] == made["contracts"]
    assert again["gas"] == 0
    assert answer(run("chain status 7 --deployment new.json --json"))["status"] == "None"


def test_a_configuration_is_refused_by_field(run: Run) -> None:
    for change, said in (
        ({"signers": ["local:1", "local:1"]}, "signers: got 'a list', must be at least one"),
        ({"quorum": "4"}, "quorum: got '4', must be between 1 and 3"),
        ({"guardian": "0x12"}, "guardian: got '0x12', must be 20 bytes"),
        ({"preset": "huge"}, "preset: got 'huge', must be one of tiny"),
        ({"extra": "1"}, "extra: got 'extra', is not a field here"),
    ):
        Path("config.json").write_text(json.dumps(config_document(**change)))
        result = run("chain deploy config.json --deployment new.json --local-account 0")

        assert result.exit_code == 2
        assert said in result.stderr
