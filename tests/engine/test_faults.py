# SPDX-License-Identifier: Apache-2.0
"""Faults in the middle of liquidations: SIGKILL, a database that restarts, blocks that are undone,
an oracle that is silent. Nothing is done twice, nothing is lost, nobody healthy is touched."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from engine_process import FORK, Ambush, EngineJob, WatchedVenue, run_engine, serve
from engine_record import check_record
from liquidation_market import START, market, opened_chain, short_put_book

from zkmargin.auction_stage import Stage
from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.keeper import Keeper
from zkmargin.engine.local_state import LocalRules
from zkmargin.engine.local_venue import LocalVenue, OpeningAttestor
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store
from zkmargin.units import QUOTE

HEALTHY = range(100, 104)
SETTLING = 10  # blocks after which everything is done, and final


class World:
    """A venue whose market falls step by step, so that accounts fall short one after the other."""

    def __init__(self, seed: int, directory: Path, url: str, short: int) -> None:
        self.rng = random.Random(seed)
        self.lock = threading.RLock()
        self.fallen = range(1, short + 1)
        # Account i falls short where the index has fallen by about 240 + 22 (i - 1) quote.
        books = [short_put_book(i, 8_750 + 150 * i) for i in self.fallen]
        books += [short_put_book(i, 80_000) for i in HEALTHY]
        self.short = short
        self.chain = opened_chain(books, LocalRules(window=20))
        for _ in range(9):
            self.chain.mine(1)
        openings = OpeningsDirectory(directory / "openings")
        for book in books:
            openings.keep(book)
        address = str(directory / "venue")
        self.venue = WatchedVenue(LocalVenue(self.chain, "keeper"), self.lock)
        serve(self.venue, address)
        level = self.chain.state.rules.initial_level
        self.job = EngineJob(address, url, directory / "openings", level)

    def price(self, progress: float) -> int:
        """The index when so much of the run is over, 0 to 1 [1e-6 quote]."""
        return START - int(progress * (300 + 25 * self.short)) * QUOTE

    def pass_time(self, progress: float) -> None:
        """A block or two; now and then blocks are undone, or the oracle is silent or halted."""
        fate = self.rng.random()
        with self.lock:
            if fate < 0.06:
                self.chain.reorganise(self.rng.randrange(1, 9), keep=self.rng.random() < 0.5)
            elif fate < 0.12:
                level = self.rng.choice([2, 3])
                self.chain.mine(12, lambda state: setattr(state, "level", level))
            elif fate < 0.3:
                self.chain.mine(12)  # no publication
            else:
                self._publish(progress)
                self.chain.mine(12)

    def _publish(self, progress: float) -> None:
        self.chain.mine(1, lambda state: setattr(state, "level", 0))
        snapshot = market(self.chain.state.epoch + 1, self.price(progress))
        self.chain.publish(snapshot, seconds=60)

    def kill_in_the_middle(self, progress: float) -> None:
        """Starts an engine, lets time pass, and kills it at a random moment of its work."""
        _, told = FORK.Pipe()
        process = FORK.Process(target=run_engine, args=(self.job, told), daemon=True)
        process.start()
        if self.rng.random() < 0.05:  # while it starts
            time.sleep(self.rng.uniform(0, 0.2))
            os.kill(process.pid or 0, signal.SIGKILL)
        name = self.rng.choice(["any", "sign", "send", "nonce"])
        calls = self.rng.randrange(1, 60 if name == "any" else 5)
        delay = self.rng.choice([0.0, 0.0, self.rng.uniform(0, 0.02)])
        self.venue.ambush = Ambush(process.pid or 0, name, calls, delay)
        patience = time.monotonic() + 20
        while process.is_alive() and time.monotonic() < patience:
            self._wait_for_calls(process, self.rng.randrange(4, 40))
            self.pass_time(progress)
        self.venue.ambush = None
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "the engine ended by itself"

    def _wait_for_calls(self, process: BaseProcess, calls: int) -> None:
        """Lets the engine do so much before time passes; it may be dead, or have nothing to do."""
        seen, end = self.venue.calls, time.monotonic() + 1
        while process.is_alive() and self.venue.calls < seen + calls and time.monotonic() < end:
            time.sleep(0.002)

    def finish(self, store: Store) -> None:
        """Lets one engine, undisturbed, bring everything to its end; another keeper buys the lots
        that fall short in the engine's hands, since nobody may bid on what is their own.
        """
        openings, level = OpeningsDirectory(self.job.openings), self.job.initial_level
        venue, buyer = LocalVenue(self.chain, "keeper"), LocalVenue(self.chain, "buyer")
        engine = Engine(venue, store, openings, OpeningAttestor(), Policy(), initial_level=level)
        policy = Policy(answer=False, report=False, start=False)
        other = Keeper(buyer, openings, OpeningAttestor(), policy, initial_level=level)
        for _ in range(40):
            self._publish(1.0)
            engine.step()
            other.step()
            self.chain.mine(12)
        steps = 0
        # A proof may fall due in the very last step: the block that takes it is still to come.
        while steps < SETTLING or store.intents("intended", "sent"):
            assert steps < 2 * SETTLING, "something is under way for ever"
            self.chain.mine(12)
            engine.step()
            steps += 1


def _check(world: World, store: Store) -> None:
    state = world.chain.state
    auctions = [a for a in state.auctions.values() if a.stage != Stage.CURED]
    # No double liquidation: one settled auction an account and episode, one slice a version.
    assert {a.stage for a in auctions} == {Stage.SETTLED}
    per_episode = Counter((a.account, a.episode) for a in auctions)
    assert set(per_episode.values()) == {1}
    for account in world.fallen:
        settled = sum(a.account == account for a in auctions)
        assert state.accounts[account].version == 1 + settled
        assert settled >= 1
    # No liquidation of a healthy account.
    for account in HEALTHY:
        assert (state.accounts[account].version, state.accounts[account].episode) == (1, 0)
    check_record(store)


def _torment(world: World, kills: int, restart: Callable[[], None] | None = None) -> int:
    """Kills so many engines, a third of them while the database restarts, if it can; how many
    left something under way.
    """
    caught = 0
    for kill in range(kills):
        restarting = threading.Thread(target=restart) if restart and kill % 3 == 2 else None
        if restarting:
            restarting.start()
        world.kill_in_the_middle(kill / kills)
        if restarting:
            restarting.join()
        store = Store.open(world.job.url)
        caught += bool(store.intents("intended", "sent"))
        store.close()
    return caught


def test_an_engine_that_is_killed_again_and_again_liquidates_once(tmp_path: Path) -> None:
    world = World(5, tmp_path, f"sqlite:///{tmp_path / 'engine.db'}", short=3)
    _torment(world, 8)
    store = Store.open(world.job.url)
    world.finish(store)
    _check(world, store)
    store.close()


@pytest.mark.slow
def test_an_engine_that_is_killed_a_hundred_times_liquidates_once(tmp_path: Path) -> None:
    world = World(6, tmp_path, f"sqlite:///{tmp_path / 'engine.db'}", short=12)
    caught = _torment(world, 100)
    assert caught >= 10  # kills in the middle of a liquidation, not beside it
    store = Store.open(world.job.url)
    world.finish(store)
    _check(world, store)
    store.close()


@pytest.fixture
def postgres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Callable[[], None]]]:
    """A PostgreSQL of this test: its URL, and how to restart it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    pgserver = pytest.importorskip("pgserver")
    # The server has a user of its own, who cannot enter this test's directory.
    home = Path(tempfile.mkdtemp(prefix="zkmargin-postgres-"))
    home.chmod(0o755)
    server = pgserver.get_server(home / "data", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    def restart() -> None:
        arguments = ["restart", "-m", "immediate", "-w"]
        pgserver.pg_ctl(arguments, pgdata=server.pgdata, user=server.system_user)

    yield url, restart
    server.cleanup()
    shutil.rmtree(home)


@pytest.mark.slow
def test_a_postgres_that_restarts_neither_loses_nor_repeats_anything(
    tmp_path: Path, postgres: tuple[str, Callable[[], None]]
) -> None:
    url, restart = postgres
    world = World(7, tmp_path, url, short=4)
    _torment(world, 24, restart)
    store = Store.open(url)
    world.finish(store)
    _check(world, store)
    store.close()
