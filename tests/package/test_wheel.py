# SPDX-License-Identifier: Apache-2.0
"""The package works from its wheel, in an empty directory, with tools that it installs itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.prove]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory into which the wheel, and nothing else, is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return site


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty working directory."""
    return tmp_path_factory.mktemp("empty")


def run(site: Path, empty: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in the empty directory with the installed wheel first on the path."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "ZKMARGIN_HOME": str(empty / "home"),
        "ZKMARGIN_CACHE": str(empty / "cache"),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=empty, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_the_wheel_itself_is_imported(site: Path, empty: Path) -> None:
    shown = run(site, empty, "-c", "import zkmargin; print(zkmargin.__file__)")

    assert shown.stdout.strip() == str(site / "zkmargin" / "__init__.py")


def test_the_wheel_sets_up_proves_and_verifies(site: Path, empty: Path) -> None:
    book, snapshot = ROOT / "examples" / "edge_book.json", ROOT / "examples" / "eth_snapshot.json"
    steps = (
        ("setup", "small"),
        ("prove", str(book), str(snapshot), "--preset", "small", "-o", "proof.json"),
        ("verify", "proof.json", "--snapshot", str(snapshot)),
    )
    for step in steps:
        done = run(site, empty, "-m", "zkmargin", *step)

        assert done.returncode == 0, done.stderr

    assert (empty / "cache").is_dir()


@pytest.mark.chain
def test_the_wheel_builds_contracts_and_deploys_them(site: Path, empty: Path) -> None:
    shipped = site / "zkmargin" / "data" / "deployments" / "local.json"
    config = {**json.loads(shipped.read_text()), "preset": "tiny"}
    (empty / "config.json").write_text(json.dumps(config))
    local = ("chain", "local", "--directory", "local")
    steps = (
        ("setup", "tiny"),
        ("setup", "tiny", "--circuit", "shortfall"),
        (*local, "--config", "config.json"),
        (*local, "--stop"),
    )
    for step in steps:
        done = run(site, empty, "-m", "zkmargin", *step)

        assert done.returncode == 0, done.stderr
    tools = [path.name for path in (empty / "cache").iterdir() if path.is_dir()]

    assert any(name.startswith("contract-tools-") for name in tools)


def test_a_wheel_that_only_proves_fetches_nothing_for_contracts(site: Path, empty: Path) -> None:
    (tools,) = (empty / "cache").glob("tools-*[0-9a-f]")

    assert (tools / "node_modules" / "snarkjs").is_dir()
    assert not (tools / "node_modules" / "solc").exists()
