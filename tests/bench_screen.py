# SPDX-License-Identifier: Apache-2.0
"""Measures the screen beside py_vollib_vectorized, in one run on one machine.

    python tests/bench_screen.py

A *priced option* is one leg of one book valued in one scenario; the base point, spot and vol
unmoved, is one of the 23. The screen's time holds the surface, greeks, contingencies, worst
scenario and certified bound of every account too. py_vollib_vectorized values as many options
once, at a given vol, and nothing else. CPU seconds add up both threads.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from screen_market import INDEX, venue_holdings, venue_snapshot  # noqa: E402

from zkmargin.engine.screen import Verdict, screen  # noqa: E402
from zkmargin.engine.series import moves_of  # noqa: E402

LEGS = 1_000_000
LEGS_EACH = 20
RUNS = 5


def table() -> Table:
    """One row for each way of valuing a million legs."""
    shown = Table(title="Screening one million option legs, two threads", title_justify="left")
    columns = ("what", "scenarios", "seconds", "CPU s", "ns / priced option", "vollib", "open")
    for column in columns:
        shown.add_column(column, justify="left" if column == "what" else "right")
    vollib, vollib_cpu = _seconds(_vollib())
    snapshot = venue_snapshot()
    scenarios = len(moves_of(snapshot.params)) - 2 + 1
    for name, distinct in (("listed strikes", False), ("every strike distinct", True)):
        books = venue_holdings(LEGS, LEGS_EACH, distinct=distinct)
        took, cpu = _seconds(lambda books=books: screen(books, snapshot))  # type: ignore[misc]
        undecided = len(screen(books, snapshot).places(Verdict.UNDECIDED))
        each = took / LEGS / scenarios
        speed = f"{vollib / LEGS / each:.1f}"
        times = (f"{took:.3f}", f"{cpu:.3f}", f"{each * 1e9:.1f}", f"{speed} x")
        cells = (str(scenarios), *times, str(undecided))
        shown.add_row(f"screen, {name}", *cells)
    times = (f"{vollib:.3f}", f"{vollib_cpu:.3f}", f"{vollib / LEGS * 1e9:.1f}", "1.0 x")
    shown.add_row("py_vollib_vectorized", "1", *times, "")
    return shown


def _vollib() -> Callable[[], object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from py_vollib_vectorized import vectorized_black
    rng = np.random.default_rng(3)
    flag = np.where(rng.random(LEGS) < 0.5, "c", "p")
    forward = np.full(LEGS, INDEX / 1e6)
    strike = forward * np.exp(rng.normal(0, 0.25, LEGS))
    years, vol = rng.uniform(0.01, 1, LEGS), rng.uniform(0.4, 0.9, LEGS)
    return lambda: vectorized_black(flag, forward, strike, years, 0.0, vol, return_as="numpy")


def _seconds(task: Callable[[], object]) -> tuple[float, float]:
    """Median wall and CPU seconds of the runs after the first."""
    walls, cpus = [], []
    for _ in range(RUNS + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        task()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls[1:]), statistics.median(cpus[1:])


if __name__ == "__main__":
    Console(width=110).print(table())
