# SPDX-License-Identifier: Apache-2.0
"""The engine is killed at a deployed system, blocks are undone, and it is started again."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from chain.killable_engine import FORK, EngineJob, run_engine
from chain.world import CALLER, HEALTHY_BOOK, SHORT_BOOK, World

from zkmargin.chain.key import local_key
from zkmargin.engine.action import Kind
from zkmargin.engine.decision import Policy
from zkmargin.engine.decision_log import replay
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store
from zkmargin.registry.status import Status

pytestmark = [pytest.mark.chain, pytest.mark.slow]

KILLS = 8


def test_an_engine_that_is_killed_reports_once(world: World, tmp_path: Path) -> None:
    rng, database = random.Random(3), f"sqlite:///{tmp_path / 'engine.db'}"
    job = EngineJob(world.url, world.file, database, tmp_path / "openings", Policy(start=False))
    for book in (HEALTHY_BOOK, SHORT_BOOK):
        OpeningsDirectory(job.openings).keep(book)
        world.open(book, proven=False)
    world.next_epoch()
    request = world.system.connection.web3.manager.request_blocking
    request("anvil_mine", ["0x8"])  # type: ignore[arg-type]
    low = world.system.connection.block
    for _ in range(KILLS):
        mine, told = FORK.Pipe()
        process = FORK.Process(target=run_engine, args=(job, told))
        process.start()
        assert mine.poll(120), "the engine did not start"
        time.sleep(rng.uniform(0.0, 4.0))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        above = world.system.connection.block - low
        if above and rng.random() < 0.5:
            request("anvil_rollback", [min(above, 8)])  # type: ignore[arg-type]
    store = Store.open(database)
    engine = job.engine(world.system, store)
    for _ in range(4):
        engine.step()
        request("anvil_mine", ["0x1"])  # type: ignore[arg-type]
    engine.step()
    assert world.status(SHORT_BOOK.account) is Status.LIQUIDATABLE
    assert world.registry.account(SHORT_BOOK.account).episode == 1
    assert world.status(HEALTHY_BOOK.account) is Status.HEALTHY
    done = [i.action.kind for i in store.intents("done") if i.action.account == SHORT_BOOK.account]
    assert done == [Kind.REPORT]
    assert not store.intents("intended", "sent")
    assert replay(store.log()) >= 2
    assert CALLER.address == local_key(6).address
    store.close()
