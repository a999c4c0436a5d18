# SPDX-License-Identifier: Apache-2.0
"""Local chains for a run, deployed once; every test gets one as it was after the first epoch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from chain.world import FIRST_EPOCH, PRESET, VENUE, World, config, sale_config, undone

from zkmargin.chain.deploy import circuits_of, deploy
from zkmargin.chain.deployment_config import DeploymentConfig
from zkmargin.chain.holder_bonds import HolderBonds
from zkmargin.chain.local_node import local_node
from zkmargin.chain.system import System
from zkmargin.proving.artifacts import build

BEFORE = FIRST_EPOCH.header.timestamp - 1_000  # [s]


@contextmanager
def deployed_world(folder: Path, settings: DeploymentConfig) -> Iterator[World]:
    """A system in which the first epoch is published and the opening holder is bonded."""
    for circuit in circuits_of(settings):
        build(PRESET, circuit=circuit)
    file = folder / "deployment.json"
    with local_node(folder / "anvil.log", timestamp=BEFORE) as node:
        deploy(settings, node.url, VENUE, file)
        world = World(System.open(node.url, file), node.url, file, FIRST_EPOCH)
        bonds = HolderBonds(world.system)
        bonds.bond(VENUE, 10 * bonds.unit())
        world.publish(FIRST_EPOCH)
        yield world


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with deployed_world(tmp_path_factory.mktemp("chain"), config()) as world:
        yield world


@pytest.fixture
def world(deployed: World) -> Iterator[World]:
    """The deployed system; the chain goes back to where it was when the test ends."""
    with undone(deployed):
        yield replace(deployed)


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A system with an auction house; who changes it undoes that."""
    with deployed_world(tmp_path_factory.mktemp("sale"), sale_config()) as world:
        yield world
