# SPDX-License-Identifier: Apache-2.0
"""The engine at a deployed system: real proofs, real blocks, and blocks that are undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from chain.world import CALLER, FIRST_EPOCH, HEALTHY_BOOK, SHORT_BOOK, World
from click.testing import CliRunner

from zkmargin.cli import cli
from zkmargin.documents.book_document import write_book
from zkmargin.documents.proof_document import write_proof
from zkmargin.engine.action import Kind
from zkmargin.engine.chain_calls import ChainAttestor, proof_text
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.engine.decision import Policy
from zkmargin.engine.decision_log import replay
from zkmargin.engine.engine import Engine
from zkmargin.engine.opening import OpeningsInMemory
from zkmargin.engine.proof_directory import ProofDirectory
from zkmargin.engine.proof_inbox import ProofInbox
from zkmargin.engine.store import Store
from zkmargin.margin_proof import margin_artifacts
from zkmargin.registry.status import Status
from zkmargin.wallet.verifier import MarginVerifier

pytestmark = pytest.mark.chain

BOOKS = (HEALTHY_BOOK, SHORT_BOOK)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'engine.db'}")
    yield opened
    opened.close()


def _engine(world: World, store: Store, policy: Policy | None = None) -> Engine:
    venue = ChainVenue(world.system, CALLER)
    attestor = ChainAttestor(world.system.deployment, venue.sender)
    chosen = policy or Policy(start=False)  # this deployment has no auction house
    openings = OpeningsInMemory(*BOOKS)
    return Engine(venue, store, openings, attestor, chosen, initial_level=12_000)


def _opened(world: World) -> None:
    for book in BOOKS:
        world.open(book, proven=False)
    world.next_epoch()


def _mine(world: World, blocks: int = 1) -> None:
    if blocks == 0:
        return
    world.system.connection.web3.manager.request_blocking("anvil_mine", [hex(blocks)])  # type: ignore[arg-type]


def _undo(world: World, blocks: int) -> None:
    world.system.connection.web3.manager.request_blocking("anvil_rollback", [blocks])  # type: ignore[arg-type]


def _done(store: Store) -> set[tuple[int, Kind]]:
    return {(i.action.account, i.action.kind) for i in store.intents("done")}


def test_a_short_account_is_reported_and_a_healthy_one_is_proven(
    world: World, store: Store
) -> None:
    _opened(world)
    engine = _engine(world, store)
    engine.step()
    _mine(world)
    engine.step()
    assert world.status(SHORT_BOOK.account) is Status.LIQUIDATABLE
    assert world.status(HEALTHY_BOOK.account) is Status.HEALTHY
    assert _done(store) == {(8, Kind.REPORT), (7, Kind.PROVE)}
    assert replay(store.log()) >= 2


def test_events_of_the_registry_are_kept_with_their_blocks(world: World, store: Store) -> None:
    _opened(world)
    engine = _engine(world, store)
    engine.step()
    _mine(world)
    engine.step()
    names = {(e.name, e.account) for e in store.events()}
    assert ("ShortfallReported", 8) in names
    assert ("Proven", 7) in names


@pytest.mark.parametrize("depth", [1, 4, 8])
def test_blocks_that_are_undone_take_nothing_with_them(
    world: World, store: Store, depth: int
) -> None:
    _opened(world)
    _mine(world, 8)
    engine = _engine(world, store)
    engine.step()  # the node puts each transaction into a block of its own
    if world.status(SHORT_BOOK.account) is not Status.LIQUIDATABLE:  # a slow machine
        engine.step()
    _mine(world, depth - 1)
    engine.step()
    assert world.status(SHORT_BOOK.account) is Status.LIQUIDATABLE
    reported = next(e.number for e in store.events() if e.name == "ShortfallReported")
    assert reported == world.system.connection.block - depth + 1
    _undo(world, depth)
    assert world.status(SHORT_BOOK.account) is Status.STALE
    for _ in range(4):
        engine.step()
        _mine(world)
    engine.step()
    assert world.status(SHORT_BOOK.account) is Status.LIQUIDATABLE
    state = world.registry.account(SHORT_BOOK.account)
    assert state.episode == 1  # reported once, whatever was undone
    reports = [i for i in store.intents() if i.action.kind == Kind.REPORT]
    assert [i.state for i in reports] == ["done"]
    assert replay(store.log()) >= 2


def test_an_engine_that_starts_anew_finds_what_it_has_sent(world: World, store: Store) -> None:
    _opened(world)
    _engine(world, store).step()
    again = _engine(world, store)
    again.step()
    _mine(world)
    again.step()
    reports = [i for i in store.intents() if i.action.kind == Kind.REPORT]
    assert [i.state for i in reports] == ["done"]


def test_an_account_that_nobody_knows_is_called(world: World, store: Store) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    world.next_epoch()
    world.registry.approve(CALLER, world.registry.params()["callBond"])
    venue = ChainVenue(world.system, CALLER)
    attestor = ChainAttestor(world.system.deployment, venue.sender)
    policy = Policy(call=True, start=False)
    engine = Engine(venue, store, OpeningsInMemory(), attestor, policy, initial_level=12_000)
    engine.step()
    _mine(world)
    assert world.status(HEALTHY_BOOK.account) is Status.CALLED


def test_a_proof_in_hand_is_checked_believed_and_passed_on(
    world: World, store: Store, tmp_path: Path
) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    world.next_epoch()
    system = world.system
    venue = ChainVenue(system, CALLER)
    key = margin_artifacts(system.deployment.preset("margin")).verifying_key
    verifier = MarginVerifier(key, system.deployment.domain("margin"))
    inbox = ProofInbox(verifier, lambda proof: proof_text(proof.proof))
    proof, account = world.margin_proof(HEALTHY_BOOK), venue.view().account(7)
    assert not inbox.accept(proof, account, FIRST_EPOCH)  # of another epoch
    write_proof(tmp_path / "proof.json", proof)
    (tmp_path / "half.json").write_text("{")
    attestor = ChainAttestor(system.deployment, venue.sender)
    engine = Engine(
        venue,
        store,
        OpeningsInMemory(),
        attestor,
        Policy(call=True),
        initial_level=12_000,
        proofs=inbox,
        intake=ProofDirectory(tmp_path, inbox).refresh,
    )
    engine.step()
    assert set(inbox) == {7}
    assert world.status(HEALTHY_BOOK.account) is Status.HEALTHY


def test_a_step_that_the_contract_refuses_is_abandoned_with_its_words(
    world: World, store: Store
) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    world.next_epoch()
    venue = ChainVenue(world.system, CALLER)  # has not approved the bond
    attestor = ChainAttestor(world.system.deployment, venue.sender)
    policy = Policy(call=True, start=False)
    engine = Engine(venue, store, OpeningsInMemory(), attestor, policy, initial_level=12_000)
    engine.step()
    engine.step()
    (intent,) = store.intents()
    assert (intent.action.kind, intent.state) == (Kind.CALL, "abandoned")


def test_the_command_watches_decides_and_acts(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _opened(world)
    database = f"sqlite:///{tmp_path / 'engine.db'}"
    monkeypatch.setenv("ZKMARGIN_ENGINE_STORE", database)
    monkeypatch.setenv("ZKMARGIN_ENGINE_OPENINGS", str(tmp_path / "openings"))
    (tmp_path / "books").mkdir()
    for book in BOOKS:
        write_book(tmp_path / "books" / f"{book.account}.json", book)
    where = ["--rpc", world.url, "--deployment", str(world.file), "--local-account", "6"]
    books = ["--books", str(tmp_path / "books")]
    run = CliRunner().invoke(cli, ["engine", "run", "--once", *books, *where])
    assert run.exit_code == 0, run.output
    assert "2 with an action" in run.output
    assert world.status(SHORT_BOOK.account) is Status.LIQUIDATABLE
    status = CliRunner().invoke(cli, ["engine", "status", "--json"])
    assert json.loads(status.stdout)["decisions"] == 2
