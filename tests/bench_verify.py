# SPDX-License-Identifier: Apache-2.0
"""Measures verification: one proof by each of the four verifiers, and batches.

    python tests/bench_verify.py

What a line compares is measured in turns, so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from open_key import OpenKey  # noqa: E402  found through the path above

from zkmargin.proving.batch import verify_batch  # noqa: E402
from zkmargin.proving.evm_verifier import verify_evm  # noqa: E402
from zkmargin.proving.groth16 import Proof, VerifyingKey  # noqa: E402
from zkmargin.proving.groth16 import verify as verify_reference  # noqa: E402
from zkmargin.proving.native_backend import verify_native  # noqa: E402
from zkmargin.proving.snarkjs_backend import verify_snarkjs  # noqa: E402

ROUNDS = 5
TURN = 0.1  # seconds
SIGNALS = 4  # as the margin circuit has
BATCHES = (1, 8, 64, 512)
VERIFIERS = {
    "native (groth16py)": verify_native,
    "EVM (revm)": verify_evm,
    "snarkjs": verify_snarkjs,
    "reference (py_ecc)": verify_reference,
}


def verifiers(key: VerifyingKey, proof: Proof, signals: Sequence[int]) -> Table:
    """One proof, each verifier."""
    table = _table("Verifying one proof", "verifier", "seconds", "times native")
    tasks = [lambda check=check: check(key, proof, signals) for check in VERIFIERS.values()]
    medians = _medians(tasks)
    for name, seconds in zip(VERIFIERS, medians, strict=True):
        table.add_row(name, f"{seconds:.4f}", f"{seconds / medians[0]:.1f}")
    return table


def batches() -> Table:
    """Batches of each size, against as many proofs one by one, by the same library and natively."""
    columns = (
        "proofs",
        "batch, seconds",
        "batch : revm one by one",
        "batch : groth16py one by one",
    )
    table = _table(f"Batch verification by revm, {SIGNALS} public signals", *columns)
    source = random.Random(2026)
    secrets = OpenKey.drawn(source, SIGNALS)
    key, items = secrets.key(), secrets.proofs(source, max(BATCHES))
    for count in BATCHES:
        batch, single, native = _medians(
            [
                lambda count=count: verify_batch(key, items[:count], library="revm").valid,
                lambda: verify_evm(key, *items[0]),
                lambda: verify_native(key, *items[0]),
            ]
        )
        ratios = (f"{batch / count / one:.2f}" for one in (single, native))
        table.add_row(str(count), f"{batch:.3f}", *ratios)
    return table


def _medians(tasks: Sequence[Callable[[], bool]]) -> list[float]:
    """Seconds of each task: the median over rounds, in which every task has a turn."""
    rounds = [[_turn(task) for task in tasks] for _ in range(ROUNDS + 1)]
    return [statistics.median(turns) for turns in zip(*rounds[1:], strict=True)]


def _turn(task: Callable[[], bool]) -> float:
    """Mean seconds of a task that is repeated for a while."""
    began, runs = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < TURN or not runs:
        if not task():
            raise SystemExit("a check that must hold did not")
        runs += 1
    return spent / runs


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def main() -> None:
    """Prints both tables, for a key of its own."""
    source = random.Random(1)
    secrets = OpenKey.drawn(source, SIGNALS)
    (item,) = secrets.proofs(source, 1)
    console = Console(width=110)
    console.print(verifiers(secrets.key(), *item))
    console.print(batches())


if __name__ == "__main__":
    main()
