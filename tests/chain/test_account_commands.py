# SPDX-License-Identifier: Apache-2.0
"""What ends a call, an account or an opening holder's bond, by commands; and who is paid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chain.shell import Shell
from chain.world import CALLER, HEALTHY_BOOK, OWNER, SHORT_BOOK, VENUE, World
from click.testing import CliRunner

from zkmargin.chain.key import local_key
from zkmargin.chain.owner_signature import Change, sign_change
from zkmargin.chain.reserves import Reserves
from zkmargin.cli import cli
from zkmargin.documents.book_document import write_book
from zkmargin.documents.decimal_text import exact_text
from zkmargin.errors import Reverted
from zkmargin.units import QUOTE

pytestmark = pytest.mark.chain

OWNER_NUMBER, CALLER_NUMBER, NEWCOMER = "4", "6", "8"
SECOND_BOOK = replace(HEALTHY_BOOK, account=9, cash=HEALTHY_BOOK.cash + 1)


@pytest.fixture
def shell(world: World) -> Shell:
    """A system in which account 7 is Stale, its market having moved."""
    world.open(HEALTHY_BOOK, proven=False)
    return Shell(world)


def called(world: World, shell: Shell) -> None:
    """Account 7 was called, and the time to answer has passed."""
    shell.ask("call", "7", sender=CALLER_NUMBER)
    world.next_epoch(seconds=2_000)


def balance(world: World, who: str) -> int:
    return Reserves(world.system).balance(who)


def names(receipt: dict[str, object]) -> str:
    return str(receipt["events"])


def test_an_unanswered_call_is_recorded_and_pays_the_caller(world: World, shell: Shell) -> None:
    early = shell.run("expire", "7")
    called(world, shell)
    receipt = shell.ask("expire", "7")
    before = balance(world, CALLER.address)
    paid = shell.ask("withdraw", sender=CALLER_NUMBER)
    params = world.registry.params()

    assert (early.exit_code, "StatusWrong" in early.stderr) == (1, True)
    assert "CallUnanswered" in names(receipt)
    assert shell.ask("status", "7")["status"] == "Presumed"
    assert balance(world, CALLER.address) - before == params["callBond"] + params["fine"]
    assert paid["paid"] == {"registry": "150"}


def test_a_call_that_can_be_answered_does_not_expire(world: World, shell: Shell) -> None:
    shell.ask("call", "7", sender=CALLER_NUMBER)
    result = shell.run("expire", "7")

    assert result.exit_code == 1
    assert "DeadlineNotPassed" in result.stderr


def test_a_silent_holder_is_slashed_and_the_sender_gets_a_tenth(world: World, shell: Shell) -> None:
    called(world, shell)
    early = shell.run("holder", "slash", "7")
    for _ in range(2):  # the oracle minds a silence of two hours
        world.next_epoch(seconds=3_700)
    before = shell.ask("holder", "status", local_key(0).address)
    slashed = shell.ask("holder", "slash", "7", sender=NEWCOMER)
    after = shell.ask("holder", "status", local_key(0).address)
    paid = shell.ask("withdraw", sender=NEWCOMER)

    assert (early.exit_code, "DeadlineNotPassed" in early.stderr) == (1, True)
    assert "HolderFailed" in names(slashed)
    assert int(before["bond"]) - int(after["bond"]) == int(before["unit"]) == 1_000
    assert paid["paid"] == {"holders": "100"}


def test_a_holder_is_bonded_named_and_released(world: World, shell: Shell) -> None:
    address = local_key(int(NEWCOMER)).address
    unbonded = shell.ask("holder", "status", address)
    shell.ask("holder", "bond", "1000.5", sender=NEWCOMER)
    bonded = shell.ask("holder", "status", address)
    left = shell.ask("holder", "leave", sender=NEWCOMER)
    early = shell.run("holder", "release", sender=NEWCOMER)
    world.next_epoch(seconds=86_500)
    released = shell.ask("holder", "release", sender=NEWCOMER)
    paid = shell.ask("withdraw", "--to", CALLER.address, sender=NEWCOMER)

    assert (unbonded["covers"], bonded["covers"], bonded["bond"]) == (False, True, "1000.5")
    assert "HolderExitAnnounced" in names(left)
    assert (early.exit_code, "HolderExitNotReady" in early.stderr) == (1, True)
    assert "HolderBonded" in names(released)
    assert (paid["paid"], paid["to"]) == ({"holders": "1000.5"}, CALLER.address)


def test_a_healthy_account_is_closed_and_its_owner_gets_the_bounty(
    world: World, shell: Shell, tmp_path: Path
) -> None:
    owner = ["--owner-local-account", OWNER_NUMBER]
    stale = shell.run("close", "7", *owner)
    write_book(book := tmp_path / "book.json", HEALTHY_BOOK)
    shell.ask("prove", str(book))
    closed = shell.ask("close", "7", *owner)
    before = balance(world, OWNER.address)
    shell.ask("withdraw", sender=OWNER_NUMBER)

    assert (stale.exit_code, "StatusWrong" in stale.stderr) == (1, True)
    assert "AccountClosed" in names(closed)
    assert shell.ask("status", "7")["status"] == "Closed"
    assert balance(world, OWNER.address) - before == world.registry.params()["minBounty"]


def test_a_bounty_is_added_to(world: World, shell: Shell) -> None:
    before = world.registry.account(7).bounty
    told = shell.ask("bounty", "7", "12.5", sender=NEWCOMER)
    unopened = shell.run("bounty", "99", "12.5", sender=NEWCOMER)

    assert world.registry.account(7).bounty == before + 12_500_000
    assert told["bounty"] == exact_text(before + 12_500_000, QUOTE)
    assert (unopened.exit_code, "StatusWrong" in unopened.stderr) == (1, True)


def test_an_owner_takes_back_signatures_that_were_not_used(world: World, shell: Shell) -> None:
    state = world.registry.account(7)
    deployment = world.system.deployment
    given = Change(
        kind="Close",
        account=7,
        version=state.version + 1,
        commitment=0,
        holder=state.holder,
        nonce=state.nonce,
        deadline=world.system.connection.time + 3_600,
    )
    registry = deployment.address("MarginRegistry")
    evidence = sign_change(given, deployment.chain_id, registry, OWNER)
    stranger = shell.run("revoke", "7", sender=NEWCOMER)
    told = shell.ask("revoke", "7", sender=OWNER_NUMBER)
    world.registry.prove(CALLER, world.feed.latest_epoch(), world.margin_proof(HEALTHY_BOOK))
    function = world.system.registry.functions.close(7, evidence)

    assert (stranger.exit_code, "SenderNotOwner" in stranger.stderr) == (1, True)
    assert told["nonce"] == str(state.nonce + 1)
    with pytest.raises(Reverted, match="SignatureInvalid"):
        world.system.connection.send(VENUE, function, "close account 7")


def test_nobody_else_closes_an_account(world: World, shell: Shell, tmp_path: Path) -> None:
    write_book(book := tmp_path / "book.json", HEALTHY_BOOK)
    shell.ask("prove", str(book))
    unsigned = shell.run("close", "7", "--owner-local-account", "5")
    unsent = shell.run("close", "7", "--owner-local-account", OWNER_NUMBER, sender=CALLER_NUMBER)

    assert (unsigned.exit_code, unsent.exit_code) == (1, 1)
    assert "SignatureInvalid" in unsigned.stderr
    assert "refuses" in unsent.stderr
    assert shell.ask("status", "7")["status"] == "Healthy"


def test_many_books_are_proven_in_one_transaction(
    world: World, shell: Shell, tmp_path: Path
) -> None:
    world.open(SECOND_BOOK, proven=False)
    files = [str(tmp_path / "first.json"), str(tmp_path / "second.json")]
    for path, book in zip(files, (HEALTHY_BOOK, SECOND_BOOK), strict=True):
        write_book(Path(path), book)
    receipt = shell.ask("prove", *files, sender=CALLER_NUMBER)
    statuses = [shell.ask("status", number)["status"] for number in ("7", "9")]
    again = shell.ask("prove", *files, sender=CALLER_NUMBER)

    assert receipt["account"] == ["7", "9"]
    assert statuses == ["Healthy", "Healthy"]
    assert again["account"] == []
    assert names(again).count("BatchItemSkipped") == 2


def test_a_batch_with_a_short_book_names_it_and_sends_nothing(
    world: World, shell: Shell, tmp_path: Path
) -> None:
    world.open(SHORT_BOOK, proven=False)
    files = [str(tmp_path / "first.json"), str(tmp_path / "second.json")]
    for path, book in zip(files, (HEALTHY_BOOK, SHORT_BOOK), strict=True):
        write_book(Path(path), book)
    result = shell.run("prove", *files)

    assert result.exit_code == 1
    assert "account 8 is short by" in result.stderr
    assert shell.ask("status", "7")["status"] == "Stale"


def test_who_is_owed_nothing_withdraws_nothing(shell: Shell) -> None:
    result = shell.run("withdraw", sender=NEWCOMER)

    assert result.exit_code == 1
    assert "nothing is owed" in result.stderr


@pytest.mark.parametrize("amount", ["0", "-1", "1e3", "0.0000001", "many"])
def test_an_amount_that_the_token_cannot_hold_is_refused(amount: str) -> None:
    result = CliRunner().invoke(cli, ["chain", "holder", "bond", "--", amount])

    assert result.exit_code == 2
    assert "AMOUNT" in result.stderr


def test_an_address_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(cli, ["chain", "holder", "status", "0x12"])

    assert result.exit_code == 2
    assert "'0x12' must be 20 bytes in hexadecimal" in result.stderr
