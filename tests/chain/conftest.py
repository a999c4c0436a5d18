# SPDX-License-Identifier: Apache-2.0
"""One local chain for a run, deployed once; every test gets it as it was after the first epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from chain.world import FIRST_EPOCH, PRESET, VENUE, World, config

from zkmargin.chain.deploy import CIRCUITS, deploy
from zkmargin.chain.local_node import local_node
from zkmargin.chain.registry import Registry
from zkmargin.chain.system import System
from zkmargin.proving.artifacts import build

BEFORE = FIRST_EPOCH.header.timestamp - 1_000  # [s]


@pytest.fixture(scope="session")
def _artifacts() -> None:
    for circuit in CIRCUITS:
        build(PRESET, circuit=circuit)


@pytest.fixture(scope="session")
def deployed(_artifacts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A system in which the first epoch is published and the opening holder is bonded."""
    folder = tmp_path_factory.mktemp("chain")
    file = folder / "deployment.json"
    with local_node(folder / "anvil.log", timestamp=BEFORE) as node:
        deploy(config(), node.url, VENUE, file)
        world = World(System.open(node.url, file), node.url, file, FIRST_EPOCH)
        registry = Registry(world.system)
        registry.bond_holder(VENUE, 10 * registry.params()["holderBond"])
        world.publish(FIRST_EPOCH)
        yield world


@pytest.fixture
def world(deployed: World) -> Iterator[World]:
    """The deployed system; the chain goes back to where it was when the test ends."""
    request = deployed.system.connection.web3.manager.request_blocking
    mark = request("evm_snapshot", [])  # type: ignore[arg-type]
    yield replace(deployed)
    request("evm_revert", [mark])  # type: ignore[arg-type]
