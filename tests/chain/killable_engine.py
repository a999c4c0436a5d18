# SPDX-License-Identifier: Apache-2.0
"""An engine at a deployed system, in a process of its own that can be killed.

A module of its own, because a new process imports it by a name that no installed package has.
"""

from __future__ import annotations

import multiprocessing
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from chain.world import INITIAL_LEVEL

from zkmargin.chain.key import local_key
from zkmargin.chain.system import System
from zkmargin.engine.chain_calls import ChainAttestor
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["zkmargin.engine.chain_venue", "zkmargin.engine.engine"])


@dataclass(frozen=True)
class EngineJob:
    """What a process needs to run an engine.

    url          of the node
    deployment   its file
    database     URL of the store
    openings     directory of the books that it holds
    account      number of the local key that it sends with
    holder       opening holder of lots that it wins
    """

    url: str
    deployment: Path
    database: str
    openings: Path
    policy: Policy
    account: int = 6
    holder: str = ""

    def engine(self, system: System, store: Store) -> Engine:
        """The engine, at a system and on a store that are open."""
        venue = ChainVenue(system, local_key(self.account))
        attestor = ChainAttestor(system.deployment, venue.sender, self.holder)
        openings = OpeningsDirectory(self.openings)
        return Engine(venue, store, openings, attestor, self.policy, initial_level=INITIAL_LEVEL)


def run_engine(job: EngineJob, started: Connection) -> None:
    """Steps until it is killed; says when it has started."""
    engine = job.engine(System.open(job.url, job.deployment), Store.open(job.database))
    started.send(True)
    engine.run(threading.Event(), pause=0.05)
