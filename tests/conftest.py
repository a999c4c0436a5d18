# SPDX-License-Identifier: Apache-2.0
"""Options and tools of the test run.

A test that needs a tool which is not installed is skipped, and the summary says which tool that
was; with --require-tools it fails instead. The markers of pyproject.toml imply tools; any other
test names its own with `@pytest.mark.needs("forge")`.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MARKER_TOOLS = {
    "circuit": ("node", "circom2", "wasmtime"),
    "soundness": ("node", "circom2", "wasmtime"),
    "prove": ("node", "circom2", "snarkjs", "wasmtime", "groth16py", "pyrevm"),
    "chain": (
        *("node", "circom2", "wasmtime", "groth16py", "pyrevm"),
        *("forge", "solc", "anvil", "web3", "structlog"),
    ),
}
PYTHON_PACKAGES = (
    "wasmtime",
    "groth16py",
    "galois",
    "gmpy2",
    "pyrevm",
    "slither",
    "circheck",
    "web3",
    "structlog",
)
MISSING = "missing tools: "

# What the tests cache stays in the checkout, where `make clean` finds it.
os.environ.setdefault("ZKMARGIN_CACHE", str(ROOT / "build" / "cache"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-tools", action="store_true", help="fail, not skip, a test whose tool is missing"
    )
    parser.addoption(
        "--write-snapshots", action="store_true", help="rewrite tests/snapshots from this run"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*tools): external programs or Python packages")


def pytest_runtest_setup(item: pytest.Item) -> None:
    missing = sorted(tool for tool in tools_of(item) if not is_installed(tool))
    if not missing:
        return
    words = MISSING + ", ".join(missing)
    if item.config.getoption("--require-tools"):
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = (str(r.longrepr[2]) for r in skipped if isinstance(r.longrepr, tuple))
    counts = Counter(r.partition(MISSING)[2] for r in reasons if MISSING in r)
    for tools, count in sorted(counts.items()):
        terminalreporter.write_line(f"not run for want of {tools}: {count} tests", yellow=True)


def tools_of(item: pytest.Item) -> set[str]:
    """The tools that a test's markers ask for."""
    tools = {tool for mark in item.iter_markers() for tool in MARKER_TOOLS.get(mark.name, ())}
    return tools.union(*(mark.args for mark in item.iter_markers("needs")))


@lru_cache
def is_installed(tool: str) -> bool:
    """Whether a Python package, an npm package of this checkout or a program on PATH is there."""
    if tool in PYTHON_PACKAGES:
        return find_spec(tool) is not None
    modules = ROOT / "node_modules"
    in_npm = (modules / tool / "package.json").is_file() or (modules / ".bin" / tool).exists()
    return in_npm or shutil.which(tool) is not None


@pytest.fixture
def write_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether committed measurements are to be rewritten instead of compared."""
    return bool(request.config.getoption("--write-snapshots"))


@pytest.fixture
def source(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers that are the same in every run of one test."""
    return random.Random(request.node.nodeid)
