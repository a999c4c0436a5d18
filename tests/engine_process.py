# SPDX-License-Identifier: Apache-2.0
"""An engine in a process of its own, that can be killed, at a venue in this one.

The venue is reached through a socket; processes are forked from one that has everything imported,
so that a start takes milliseconds and a kill can fall anywhere.
"""

from __future__ import annotations

import multiprocessing
import threading
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.local_chain import LocalChain
from zkmargin.engine.local_venue import LocalVenue, OpeningAttestor
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store

_VIEWS = ("head", "block", "clock", "accounts", "account", "auction_of", "snapshot", "events")
_KEY = b"of this test"
FORK = multiprocessing.get_context("forkserver")


class _Manager(BaseManager):
    """Serves one venue."""


@dataclass(frozen=True)
class EngineJob:
    """What a process needs to run an engine."""

    address: Any
    url: str
    openings: Path
    initial_level: int


class LockedVenue(LocalVenue):
    """A venue whose blocks and transactions do not happen at the same moment."""

    def __init__(self, chain: LocalChain, sender: str, lock: threading.RLock) -> None:
        super().__init__(chain, sender)
        self.lock = lock

    def send(self, signed: Any) -> None:
        with self.lock:
            super().send(signed)


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


def serve(venue: LocalVenue, address: str) -> None:
    """Serves a venue at the path of a socket, for as long as this process lives."""
    exposed = (*_VIEWS, "nonce", "sign", "send", "outcome")
    _Manager.register("venue", callable=lambda: venue, exposed=exposed)
    server = _Manager(address, _KEY).get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()


def run_engine(job: EngineJob) -> None:
    """Runs an engine until it is killed."""
    store = Store.open(job.url)
    openings, venue = OpeningsDirectory(job.openings), RemoteVenue(job.address)
    engine = Engine(
        venue, store, openings, OpeningAttestor(), Policy(), initial_level=job.initial_level
    )
    engine.run(threading.Event(), pause=0.0)
