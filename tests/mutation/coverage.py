# SPDX-License-Identifier: Apache-2.0
"""Which tests exercise which circuits: found by running them once on the circuits as they are."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from circuits.compiled import Inputs
from circuits.harness import Circuit

from circuits import harness
from zkmargin.errors import ToolError
from zkmargin.files import write_atomic

Runner = Callable[[pytest.Item, pytest.Item | None], bool]


@dataclass(frozen=True)
class Exercise:
    """What one test asks of which circuits.

    kinds     "accepts", "rejects", "forged", "pinned", "cost"
    circuits  (include, template, parameters, public) of each
    weights   wires of each at --O0
    seconds   of CPU that the test took, with what it compiled
    """

    test: str
    kinds: tuple[str, ...]
    circuits: tuple[tuple[str, str, tuple[int | str, ...], tuple[str, ...]], ...]
    weights: tuple[int, ...]
    seconds: float

    @property
    def file(self) -> str:
        """Name of the file that the test is in."""
        return Path(self.test.partition("::")[0]).name

    @property
    def is_semantic(self) -> bool:
        """Whether the test asks for a witness or a refusal, and not what the circuit costs."""
        return "cost" not in self.kinds and bool(self.circuits)

    @property
    def order(self) -> tuple[int, int, float]:
        """Small circuits first, then tests with an honest witness, then cheap ones."""
        return max(self.weights, default=0), int("accepts" not in self.kinds), self.seconds


def circuit_of(key: tuple[str, str, tuple[int | str, ...], tuple[str, ...]]) -> Circuit:
    """The circuit that an exercise lists."""
    include, template, parameters, public = key
    return Circuit(include, template, tuple(parameters), tuple(public))


def measure(items: Iterable[pytest.Item], run: Runner) -> list[Exercise]:
    """Runs every test once; raises AssertionError if one fails on the circuits as they are."""
    told: list[tuple[str, Circuit]] = []

    def listen(what: str, circuit: Circuit, _inputs: Inputs) -> None:
        told.append((what, circuit))

    harness.OBSERVERS.append(listen)
    found, waiting = [], list(items)
    for item, following in zip(waiting, [*waiting[1:], None], strict=True):
        told.clear()
        start = time.process_time()
        assert run(item, following), f"{item.nodeid} fails on the circuits as they are"
        circuits = list(dict.fromkeys(circuit for _, circuit in told))
        kinds = tuple(sorted({what for what, _ in told} - {"built"}))
        keys = tuple((c.include, c.template, c.parameters, c.public) for c in circuits)
        try:
            weights = tuple(c.plain.system.r1cs.wires for c in circuits)
        except ToolError:  # the test is that it does not compile
            continue
        seconds = round(time.process_time() - start, 3)
        found.append(Exercise(item.nodeid, kinds, keys, weights, seconds))
    harness.OBSERVERS.remove(listen)
    return found


def save(path: Path, hashes: Mapping[str, str], exercises: Iterable[Exercise]) -> None:
    """Writes them as JSON, with the SHA-256 of every test file that they are from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(exercise) for exercise in exercises]
    write_atomic(path, json.dumps({"hashes": dict(hashes), "exercises": rows}))


def load(path: Path) -> tuple[dict[str, str], list[Exercise]]:
    """Reads them again; nothing if there is no such file."""
    if not path.exists():
        return {}, []
    document = json.loads(path.read_text("utf-8"))
    return document["hashes"], [
        Exercise(
            row["test"],
            tuple(row["kinds"]),
            tuple((i, t, tuple(p), tuple(q)) for i, t, p, q in row["circuits"]),
            tuple(row["weights"]),
            row["seconds"],
        )
        for row in document["exercises"]
    ]
