# SPDX-License-Identifier: Apache-2.0
"""How the demo shows itself: titles, the commands that it runs, the seconds that they took."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

EXAMPLES = Path(__file__).resolve().parent
BUILD = EXAMPLES.parent / "build" / "demo"

console = Console(width=100, highlight=False)
seconds: dict[str, float] = {}


def step(title: str) -> None:
    """Announces one step."""
    console.rule(f"[bold]{title}", align="left")


def zkmargin(*arguments: str, expected: int = 0) -> None:
    """Runs one command and shows it; ends the demo if its exit code is not the expected one."""
    _announce(arguments)
    began = time.perf_counter()
    code = subprocess.run(_command(arguments), check=False).returncode
    _finish(arguments, time.perf_counter() - began, code, expected)


def ask(*arguments: str) -> dict[str, Any]:
    """Runs one command with --json, shows it, and returns what it answered."""
    _announce(arguments)
    began = time.perf_counter()
    done = subprocess.run(
        _command((*arguments, "--json")), check=False, stdout=subprocess.PIPE, text=True
    )
    _finish(arguments, time.perf_counter() - began, done.returncode, 0)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _command(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "zkmargin", *arguments]


def _announce(arguments: tuple[str, ...]) -> None:
    shown = " ".join(a.replace(f"{EXAMPLES.parent}/", "") for a in arguments)
    console.print(f"$ zkmargin {shown}", style="bold yellow", soft_wrap=True)


def _finish(arguments: tuple[str, ...], spent: float, code: int, expected: int) -> None:
    name = " ".join(arguments[: 2 if arguments[0] in ("snapshot", "setup", "chain") else 1])
    seconds[name] = seconds.get(name, 0.0) + spent
    if code != expected:
        raise SystemExit(f"zkmargin {name} ended with {code}, not {expected}")
