# SPDX-License-Identifier: Apache-2.0
"""An engine at a deployed system, in a process of its own that can be killed.

A module of its own, because a new process imports it by a name that no installed package has.
"""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from chain.world import HEALTHY_BOOK, SHORT_BOOK

from zkmargin.chain.key import local_key
from zkmargin.chain.system import System
from zkmargin.engine.chain_calls import ChainAttestor
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.opening import OpeningsInMemory
from zkmargin.engine.store import Store

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["zkmargin.engine.chain_venue", "zkmargin.engine.engine"])


def engine_at(system: System, store: Store) -> Engine:
    """An engine that reports and proves, and starts no auction."""
    venue = ChainVenue(system, local_key(6))
    attestor = ChainAttestor(system.deployment, venue.sender)
    openings = OpeningsInMemory(HEALTHY_BOOK, SHORT_BOOK)
    return Engine(venue, store, openings, attestor, Policy(start=False), initial_level=12_000)


def run_engine(url: str, deployment: Path, database: str, started: Connection) -> None:
    """Steps until it is killed; says when it has started."""
    engine = engine_at(System.open(url, deployment), Store.open(database))
    started.send(True)
    engine.run(threading.Event(), pause=0.05)
