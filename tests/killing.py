# SPDX-License-Identifier: Apache-2.0
"""Commands that are killed at random moments, with everything that they started."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import pytest

often = pytest.mark.parametrize("times", [3, pytest.param(25, marks=pytest.mark.slow)])
"""How many times a command is killed: three commands, so that the slow runs are 75 kills."""


def killed(command: list[str], after: float) -> int:
    """Runs a command and kills it and all that it started after so long; its return code [s]."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        return process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def moments(times: int, command: list[str], source: random.Random) -> list[float]:
    """Random moments within the time that the command takes here and now, a few after it."""
    start = time.monotonic()
    assert killed(command, 600) == 0
    return [source.uniform(0, 1.1 * (time.monotonic() - start)) for _ in range(times)]
