# SPDX-License-Identifier: Apache-2.0
"""The guard of an account: when it proves, what it answers, when it warns."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from chain.world import CALLER, HEALTHY_BOOK, OWNER, PRESET, SHORT_BOOK, VENUE, World

from zkmargin.book import Book
from zkmargin.chain.account import AdvanceKind
from zkmargin.chain.guard import Guard, GuardRules, Outcome
from zkmargin.logs import open_log
from zkmargin.registry.status import Status
from zkmargin.wallet.prover import MarginProver

pytestmark = pytest.mark.chain

ACCOUNT = HEALTHY_BOOK.account


@pytest.fixture(scope="module")
def prover(deployed: World) -> Iterator[MarginProver]:
    with MarginProver.load(PRESET) as loaded:
        yield loaded


@dataclass
class Watched:
    """A guard with what it wrote."""

    guard: Guard
    output: io.StringIO = field(default_factory=io.StringIO)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]

    def events(self, name: str) -> list[dict[str, object]]:
        return [line for line in self.lines if line["event"] == name]


def watch(
    world: World,
    prover: MarginProver,
    memory: Path,
    book: Book = HEALTHY_BOOK,
    rules: GuardRules | None = None,
) -> Watched:
    output = io.StringIO()
    guard = Guard(
        system=world.system,
        read_book=lambda: book,
        prover=prover,
        key=OWNER,
        rules=rules or GuardRules(),
        log=open_log("json", "debug", output),
        memory=memory / "guard.json",
    )
    return Watched(guard, output)


def test_a_guard_answers_a_call(world: World, prover: MarginProver, tmp_path: Path) -> None:
    world.open(HEALTHY_BOOK)
    world.next_epoch(-800)
    world.registry.call(CALLER, ACCOUNT)
    watched = watch(world, prover, tmp_path)

    assert watched.guard.look() is Outcome.PROVEN
    assert world.status(ACCOUNT) is Status.HEALTHY
    (proven,) = watched.events("proven")
    assert (proven["reason"], proven["epoch"]) == ("called", 2)


def test_a_guard_proves_every_epoch_once(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK)
    watched = watch(world, prover, tmp_path)
    looks = [watched.guard.look()]
    world.next_epoch(-100)
    looks += [watched.guard.look(), watched.guard.look()]

    assert looks == [Outcome.NOTHING_NEW, Outcome.PROVEN, Outcome.NOTHING_NEW]
    assert world.registry.account(ACCOUNT).proven_epoch == 2


def test_a_guard_that_waits_proves_before_the_price_makes_the_account_stale(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK)
    watched = watch(world, prover, tmp_path, rules=GuardRules(every=False))
    world.next_epoch(-100)
    calm = watched.guard.look()
    world.next_epoch(-90)
    moved = watched.guard.look()

    assert (calm, moved) == (Outcome.NOTHING_NEW, Outcome.PROVEN)
    assert watched.events("proven")[0]["reason"] == "price moved"


def test_a_guard_that_waits_proves_before_the_proof_is_too_old(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK)
    watched = watch(world, prover, tmp_path, rules=GuardRules(every=False))
    world.next_epoch(seconds=3_000)

    assert watched.guard.look() is Outcome.PROVEN
    assert watched.events("proven")[0]["reason"] == "proof grows old"


def test_a_guard_makes_a_stale_account_healthy(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    watched = watch(world, prover, tmp_path, rules=GuardRules(every=False))

    assert watched.guard.look() is Outcome.PROVEN
    assert world.status(ACCOUNT) is Status.HEALTHY


def test_a_guard_of_a_short_book_says_so_and_sends_nothing(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(SHORT_BOOK, proven=False)
    before = world.system.connection.block
    watched = watch(world, prover, tmp_path, SHORT_BOOK)

    assert watched.guard.look() is Outcome.SHORT
    assert world.system.connection.block == before
    assert watched.events("short")[0]["level"] == "error"


def test_a_threshold_is_warned_of_once_even_by_a_guard_that_was_started_again(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(SHORT_BOOK, proven=False)
    first = watch(world, prover, tmp_path, SHORT_BOOK)
    first.guard.look()
    first.guard.look()
    second = watch(world, prover, tmp_path, SHORT_BOOK)
    second.guard.look()

    assert [alert["threshold"] for alert in first.events("alert")] == [1.05]
    assert second.events("alert") == []


def test_a_recovery_is_reported(world: World, prover: MarginProver, tmp_path: Path) -> None:
    world.open(SHORT_BOOK, proven=False)
    watch(world, prover, tmp_path, SHORT_BOOK).guard.look()
    richer = replace(SHORT_BOOK, version=2, cash=SHORT_BOOK.cash + 10**12)
    world.registry.advance(richer, AdvanceKind.DEPOSIT, OWNER, VENUE)
    watched = watch(world, prover, tmp_path, richer)

    assert watched.guard.look() is Outcome.PROVEN
    assert watched.events("recovered")[0]["threshold"] == 1.05


def test_another_book_than_the_accounts_is_no_reason_to_send_anything(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    old = replace(HEALTHY_BOOK, cash=HEALTHY_BOOK.cash + 1)
    watched = watch(world, prover, tmp_path, old)

    assert watched.guard.look() is Outcome.WRONG_BOOK
    assert watched.events("wrong book")


def test_a_guard_of_an_account_that_was_never_opened_ends(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    watched = watch(world, prover, tmp_path)

    assert watched.guard.run(0.1, threading.Event()) is Outcome.OVER


def test_a_guard_that_is_stopped_finishes_its_look(
    world: World, prover: MarginProver, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    stop = threading.Event()
    stop.set()

    assert watch(world, prover, tmp_path).guard.run(60, stop) is Outcome.PROVEN
