# SPDX-License-Identifier: Apache-2.0
"""An engine in a process of its own, that can be killed, at a venue in this one.

The venue is reached through a socket, and every call of it can be the moment of the kill: before
it is answered, so that the engine never learns what it did. Processes are forked from one that has
everything imported.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.local_venue import LocalVenue, OpeningAttestor
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store, StoreError

CALLS = ("view", "head", "block", "events", "nonce", "sign", "send", "outcome")
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["engine_process", "alembic.command", "psycopg"])

_KEY = b"of this test"


class _Manager(BaseManager):
    """Serves one venue."""


@dataclass(frozen=True)
class EngineJob:
    """What a process needs to run an engine."""

    address: Any
    url: str
    openings: Path
    initial_level: int


@dataclass
class Ambush:
    """Kills a process at the n-th call of a name (or of any), so many seconds after its effect."""

    pid: int
    name: str
    calls: int
    after: float

    def strike(self, name: str) -> None:
        """Counts a call that has just taken effect, and is not answered yet."""
        if self.calls > 0 and self.name in (name, "any"):
            self.calls -= 1
            if self.calls == 0:
                time.sleep(self.after)
                os.kill(self.pid, signal.SIGKILL)


class WatchedVenue:
    """A venue that can be ambushed; blocks and calls do not happen at the same moment."""

    def __init__(self, venue: LocalVenue, lock: threading.RLock) -> None:
        self.ambush: Ambush | None = None
        self.calls = 0
        for name in CALLS:
            setattr(self, name, self._watched(getattr(venue, name), name, lock))

    def _watched(
        self, function: Callable[..., Any], name: str, lock: threading.RLock
    ) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.calls += 1
            with lock:
                answer = function(*arguments)
            if self.ambush is not None:
                self.ambush.strike(name)
            return answer

        return call


class RemoteVenue:
    """The other end: what the engine's process calls."""

    sender = "keeper"

    def __init__(self, address: Any) -> None:
        class Client(BaseManager):
            pass

        Client.register("venue")
        manager = Client(address, _KEY)
        manager.connect()
        self._remote = manager.venue()  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._remote, name)


def serve(venue: WatchedVenue, address: str) -> None:
    """Serves a venue at the path of a socket, for as long as this process lives."""
    _Manager.register("venue", callable=lambda: venue, exposed=CALLS)
    server = _Manager(address, _KEY).get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()


def run_engine(job: EngineJob, started: Connection) -> None:
    """Runs an engine until it is killed; says when it is about to begin."""
    store = _store(job.url)
    openings, venue = OpeningsDirectory(job.openings), RemoteVenue(job.address)
    engine = Engine(
        venue, store, openings, OpeningAttestor(), Policy(), initial_level=job.initial_level
    )
    started.send(True)
    engine.run(threading.Event(), pause=0.0)


def _store(url: str) -> Store:
    """The store, which may be restarting."""
    while True:
        try:
            return Store.open(url)
        except StoreError:
            time.sleep(0.1)
