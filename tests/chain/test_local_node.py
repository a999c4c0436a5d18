# SPDX-License-Identifier: Apache-2.0
"""The local node: started, found again, stopped, and what is not touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zkmargin.chain.local_node import LocalNode, local_node, start_local_node
from zkmargin.errors import DeploymentError, ToolError

pytestmark = pytest.mark.chain


def test_a_node_runs_for_the_length_of_a_block(tmp_path: Path) -> None:
    with local_node(tmp_path / "anvil.log") as node:
        assert node.is_running
    assert not node.is_running


def test_two_nodes_have_two_ports(tmp_path: Path) -> None:
    with local_node(tmp_path / "a.log") as first, local_node(tmp_path / "b.log") as second:
        assert first.url != second.url


def test_another_process_finds_and_stops_the_node_by_its_file(tmp_path: Path) -> None:
    node = start_local_node(tmp_path / "anvil.log")
    node.write(tmp_path / "node.json")
    code = (
        "from pathlib import Path; from zkmargin.chain.local_node import LocalNode; "
        f"node = LocalNode.read(Path({str(tmp_path / 'node.json')!r})); "
        "print(node.is_running, node.stop(), node.is_running)"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split()[:2] == ["True", "True"]
    node.stop()
    assert not node.is_running


def test_a_process_that_is_no_node_is_not_ended(tmp_path: Path) -> None:
    """The number of a node that ended may have gone to somebody else."""
    node = LocalNode("http://127.0.0.1:1", os.getpid(), str(tmp_path / "log"))

    assert not node.stop()


@pytest.mark.parametrize(
    "document",
    [
        *([], {}, {"url": "http://127.0.0.1:1", "pid": "7", "log": "log"}),
        *({"url": "http://127.0.0.1:1", "pid": pid, "log": "log"} for pid in (-1, 0, 1, 1 << 31)),
    ],
)
def test_a_file_that_names_no_process_of_one_node_is_refused(
    tmp_path: Path, document: object
) -> None:
    """To signal process -1 is to signal every process of the user."""
    path = tmp_path / "node.json"
    path.write_text(json.dumps(document))

    with pytest.raises(DeploymentError, match="must be a local node's file"):
        LocalNode.read(path)


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with local_node(tmp_path / "first.log") as node:
        port = int(node.url.rsplit(":", 1)[1])

        with pytest.raises(ToolError, match=f"port {port}: Address already in use"):
            start_local_node(tmp_path / "second.log", port=port)


def test_a_file_that_is_no_nodes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "node.json").write_text('{"url": "x"}')

    with pytest.raises(DeploymentError, match="must be a local node's file"):
        LocalNode.read(tmp_path / "node.json")
