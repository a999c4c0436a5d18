# SPDX-License-Identifier: Apache-2.0
"""A test without its tool is skipped aloud, or fails when tools are required."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
TESTS = """
import pytest


@pytest.mark.needs("a-tool-that-nobody-has")
def test_with_a_missing_tool():
    raise AssertionError("must not run")


@pytest.mark.needs("wasmtime")
def test_with_a_tool():
    pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with our conftest and two tests."""
    shutil.copyfile(CONFTEST, tmp_path / "conftest.py")
    (tmp_path / "test_tools.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    return tmp_path


def run_pytest(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs pytest there in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_a_missing_tool_skips_and_says_so(project: Path) -> None:
    done = run_pytest(project)

    assert done.returncode == 0
    assert "1 passed, 1 skipped" in done.stdout
    assert "not run for want of a-tool-that-nobody-has: 1 tests" in done.stdout


def test_a_missing_tool_fails_when_tools_are_required(project: Path) -> None:
    done = run_pytest(project, "--require-tools")

    assert done.returncode == 1
    assert "1 passed, 1 error" in done.stdout
    assert "missing tools: a-tool-that-nobody-has" in done.stdout
