# SPDX-License-Identifier: Apache-2.0
"""Logs from a node that answers for few blocks at once."""

from __future__ import annotations

import pytest
from chain.stingy_node import stingy_node
from chain.world import HEALTHY_BOOK, World
from click.testing import CliRunner

from zkmargin.chain.system import System
from zkmargin.cli import cli
from zkmargin.errors import NodeRefused

pytestmark = pytest.mark.chain


def watched(world: World, url: str) -> list[str]:
    command = f"chain watch --once --from-block 0 --rpc {url} --deployment {world.file}"
    done = CliRunner().invoke(cli, command.split())
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


@pytest.mark.parametrize("status", [200, 400, 413])
def test_the_events_of_a_system_are_watched_through_a_node_that_answers_for_three_blocks(
    world: World, status: int
) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    with stingy_node(world.url, 3, status) as node:
        seen = watched(world, node.url)

    assert seen == watched(world, world.url)
    assert any("Opened: account 7" in line for line in seen)
    assert any("Published: epoch 1" in line for line in seen)
    assert sum(node.answered) == world.system.connection.block + 1
    assert max(node.answered) <= 3


@pytest.mark.parametrize("most", [1, 2, 1_000])
def test_the_newest_events_come_first_however_little_a_node_allows(world: World, most: int) -> None:
    world.next_epoch(-300)
    topic = world.system.oracle.events.Published().topic
    with stingy_node(world.url, most) as node:
        connection = System.open(node.url, world.file).connection
        address = world.system.deployment.address("MarketOracle")
        newest = list(connection.newest_events(address, 0, [topic]))

    assert [event.arguments["epoch"] for event in newest] == [2, 1]


def test_a_node_that_gives_no_logs_at_all_is_told_by_its_own_words(world: World) -> None:
    address = world.system.deployment.address("MarketOracle")
    with stingy_node(world.url, 0) as node:
        connection = System.open(node.url, world.file).connection
        with pytest.raises(NodeRefused, match="logs: query exceeds max block range 0"):
            list(connection.events([address], 0, []))
