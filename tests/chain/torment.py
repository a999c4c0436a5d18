# SPDX-License-Identifier: Apache-2.0
"""An engine at a real auction house that is killed, while blocks are undone and oracles are silent.

Time goes on only here: a block, an epoch, a reorganisation. Transactions are taken at once, or wait
for the next block.
"""

from __future__ import annotations

import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from chain.ambushed_node import Ambush, AmbushedNode
from chain.killable_engine import FORK, EngineJob, run_engine
from chain.world import VENUE, World

from zkmargin.auction_stage import Stage
from zkmargin.book import Book
from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.statements import prove_short_for
from zkmargin.engine.decision import Policy
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store
from zkmargin.errors import NodeRefused
from zkmargin.registry.status import Status

PATIENCE = 600.0  # for one kill [s]
LOOK = 200  # calls in which an engine has seen every account, and acted, more than once
DEEPEST = 8  # blocks that a reorganisation takes


class Torment:
    """One engine's life at a system with an auction house.

    seconds   between two epochs [s]
    undone    blocks that were taken back
    struck    kills at the very call that was meant
    """

    def __init__(self, world: World, folder: Path, policy: Policy, *books: Book, seed: int) -> None:
        self.world, self.rng = world, random.Random(seed)
        self.house = AuctionHouse(world.system)
        self.node = AmbushedNode(world.system, world.url)
        database, openings = f"sqlite:///{folder / 'engine.db'}", folder / "openings"
        self.job = EngineJob(
            self.node.url, world.file, database, openings, policy, holder=VENUE.address
        )
        for book in books:
            OpeningsDirectory(openings).keep(book)
        self.store = Store.open(database)
        self.seconds, self.undone, self.struck = 280, 0, 0
        self._automine, self._next_block, self._next_epoch = True, 0, LOOK
        self.mine(DEEPEST)  # what was before stays
        self._low = world.system.connection.block

    def close(self) -> None:
        """Leaves the node as it was found, but for its blocks."""
        self.node.close()
        self.store.close()
        self._request("anvil_dropAllTransactions")
        self._request("evm_setAutomine", True)

    # The engine

    def kill_at(self, call: str, *, before: bool, calls: int = 1) -> bool:
        """Runs an engine until it makes a call, and kills it there; whether it came so far."""
        process = self._started()
        ambush = Ambush(process.pid or 0, call, calls, before)
        self.node.ambush = ambush
        end = time.monotonic() + PATIENCE
        while process.is_alive() and time.monotonic() < end:
            self.pass_time()
        self._kill(process)
        self.struck += ambush.struck
        return ambush.struck

    def kill_after(self, seconds: float) -> None:
        """Runs an engine for some time, whatever it does then."""
        process = self._started()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pass_time()
        self._kill(process)

    def finish(self, done: Any, steps: int = 60) -> None:
        """Lets an engine that nobody disturbs go on until all is done, and final."""
        self.transactions_wait(False)
        self.node.ambush = None
        engine = self.job.engine(self.world.system, self.store)
        for _ in range(steps):
            engine.step()
            if done():
                break
            self.publish()
        assert done()
        self.mine(DEEPEST)
        engine.step()
        engine.step()

    def step(self, steps: int) -> None:
        """Lets an engine that nobody disturbs look around so often."""
        engine = self.job.engine(self.world.system, self.store)
        for _ in range(steps):
            engine.step()

    # Time

    def pass_time(self) -> None:
        """Another epoch once the engine has looked around and has no proof to make, and some blocks
        until then, if they are waited for. So it is as fast as this machine is.
        """
        time.sleep(0.1)
        calls = self.node.calls
        if calls >= self._next_epoch and not self.store.intents("intended"):
            self.publish()
            self._next_epoch = calls + LOOK
        elif calls >= self._next_block and not self._automine:
            self.mine(1)
            self._next_block = calls + LOOK // 4

    def publish(self, change: int = 0, seconds: int = 0) -> None:
        """The next epoch; change of the index [bps]."""
        self._request("evm_setAutomine", True)
        while not self._published(change, seconds or self.seconds):
            pass
        self._request("evm_setAutomine", self._automine)

    def _published(self, change: int, seconds: int) -> bool:
        """False if a transaction of the engine has made a block that is later than the epoch."""
        try:
            self.world.next_epoch(change, seconds)
        except NodeRefused as error:
            if "Timestamp error" not in str(error):
                raise
            return False
        return True

    def silence(self, seconds: int) -> None:
        """So much time without an epoch [s]."""
        connection = self.world.system.connection
        connection.local_time(connection.time + seconds)

    def undo(self, depth: int = 0) -> int:
        """Takes back the last blocks, up to eight, and what they held."""
        wanted = depth or self.rng.randint(1, DEEPEST)
        blocks = min(wanted, self.world.system.connection.block - self._low)
        if blocks > 0:
            self._request("anvil_rollback", blocks)
            feed = self.world.feed
            self.world.market = feed.snapshot(feed.latest_epoch())
            self.undone += blocks
        return blocks

    def mine(self, blocks: int) -> None:
        """So many blocks."""
        self._request("anvil_mine", hex(blocks))

    def transactions_wait(self, wait: bool) -> None:
        """Whether transactions wait for the next block."""
        self._automine = not wait
        self._request("evm_setAutomine", self._automine)

    # What happened

    def report(self, book: Book) -> None:
        """Reports an account in shortfall."""
        epoch = self.world.feed.latest_epoch() - 1
        deployment, snapshot = self.world.system.deployment, self.world.feed.snapshot(epoch)
        proof = prove_short_for(deployment, book, snapshot, VENUE.address)
        self.world.registry.report_shortfall(VENUE, epoch, proof)
        self._low = self.world.system.connection.block

    def events(self, name: str) -> list[dict[str, Any]]:
        """The auction house's events of a name, in the chain as it is now, oldest first."""
        deployment = self.world.system.deployment
        address = deployment.address("LiquidationAuction")
        found = self.world.system.connection.events([address], deployment.block, [])
        return [dict(e.arguments) for e in found if e.name == name]

    def sold(self, book: Book) -> bool:
        """Whether the account's latest auction is settled."""
        id_ = self.house.auction_of(book.account)
        return bool(id_) and self.house.auction(id_).stage is Stage.SETTLED

    def status(self, book: Book) -> Status:
        """Of a book's account."""
        return self.world.status(book.account)

    def _started(self) -> BaseProcess:
        mine, told = FORK.Pipe()
        process = FORK.Process(target=run_engine, args=(self.job, told), daemon=True)
        process.start()
        assert mine.poll(120), "the engine did not start"
        return process

    def _kill(self, process: BaseProcess) -> None:
        self.node.ambush = None
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "the engine ended by itself"

    def _request(self, method: str, *values: Any) -> Any:
        web3 = self.world.system.connection.web3
        return web3.manager.request_blocking(method, list(values))  # type: ignore[arg-type]
