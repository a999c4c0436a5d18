# SPDX-License-Identifier: Apache-2.0
"""Measures proving and verifying: every preset and backend, in one run on one machine.

    python tests/bench.py [PRESET ...]

Each figure is the median of the rounds after the first; the first, with everything cold, has its
own column. In a round every backend proves once, one after the other, so that what else the machine
does falls on all. Memory is the peak of the process that proves.
Compare ratios, not single figures: machines differ and are shared.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import bench_screen  # noqa: E402  found through the path above
import bench_verify  # noqa: E402
from random_market import random_case  # noqa: E402

from zkmargin.margin import healthy, margin  # noqa: E402
from zkmargin.presets import PRESETS  # noqa: E402
from zkmargin.proving import artifacts, toolchain  # noqa: E402
from zkmargin.proving.prover import Prover  # noqa: E402
from zkmargin.proving.rapidsnark_backend import find_rapidsnark  # noqa: E402
from zkmargin.witness import margin_inputs  # noqa: E402

RUNS = 5
LEVEL = 10_000
BACKENDS = ("native", "snarkjs", *(["rapidsnark"] if find_rapidsnark() else []))
DEFAULT = ("tiny", "small", "standard")


def main(names: list[str]) -> None:
    """Prints a table of provers, one of verifiers, one of batches, one of whole commands."""
    console = Console(width=110)
    rows = []
    for name in names or DEFAULT:
        made = artifacts.build(name)
        rows += _rounds(name)
        console.print(f"{name}: {made.manifest.constraints} constraints")
    console.print(_provers(rows))
    console.print(_verifiers(names[-1] if names else "small"))
    console.print(bench_verify.batches())
    console.print(bench_screen.table())
    if (ROOT / "examples" / "eth_book.json").exists():
        console.print(_command())


def serve(name: str, backend: str) -> None:
    """The measured process: a proof of a full random book for each line of standard input.

    It writes one object a line: seconds to load, seconds of each proof by stage, at last its MB.
    """
    started = time.perf_counter()
    made = artifacts.load(artifacts.artifact_home() / f"margin_{name}")
    inputs = _healthy_inputs(name)
    with Prover.load(made, backend) as prover:
        _tell({"load": time.perf_counter() - started})
        for _ in sys.stdin:
            began = time.perf_counter()
            result = prover.prove(inputs)
            _tell({**result.timings, "total": time.perf_counter() - began})
    # A child's peak counts once it has been waited for, which the block's end has done.
    who = resource.RUSAGE_SELF if backend == "native" else resource.RUSAGE_CHILDREN
    _tell({"memory": resource.getrusage(who).ru_maxrss / 1024})


class _Served:
    """A backend in a process of its own."""

    def __init__(self, name: str, backend: str) -> None:
        command = [sys.executable, str(Path(__file__)), "--serve", name, backend]
        pipe = subprocess.PIPE
        self._run = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        self.row: dict[str, Any] = {"preset": name, "backend": backend, **self._read()}
        self.proofs: list[dict[str, float]] = []

    def prove(self) -> None:
        assert self._run.stdin
        self._run.stdin.write("\n")
        self._run.stdin.flush()
        self.proofs.append(self._read())

    def end(self) -> dict[str, Any]:
        assert self._run.stdin
        self._run.stdin.close()
        memory, (cold, *warm) = self._read(), self.proofs
        self._run.wait()
        medians = {stage: statistics.median(run[stage] for run in warm) for stage in cold}
        return {**self.row, "cold": cold["total"], **memory, **medians}

    def _read(self) -> dict[str, Any]:
        assert self._run.stdout
        answer: dict[str, Any] = json.loads(self._run.stdout.readline())
        return answer


def _rounds(name: str) -> list[dict[str, Any]]:
    """A row for each backend, and one for `snarkjs groth16 fullprove`: a command a proof."""
    served = [_Served(name, backend) for backend in BACKENDS]
    commands = []
    for _ in range(RUNS + 1):
        for backend in served:
            backend.prove()
        commands.append(_fullprove_seconds(name))
    command = {
        "preset": name,
        "backend": "snarkjs command",
        "cold": commands[0],
        "total": statistics.median(commands[1:]),
    }
    return [*(backend.end() for backend in served), command]


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def _fullprove_seconds(name: str) -> float:
    made = artifacts.load(artifacts.artifact_home() / f"margin_{name}")
    inputs = {key: [str(v) for v in values] for key, values in _healthy_inputs(name).items()}
    flat = {key: values[0] if len(values) == 1 else values for key, values in inputs.items()}
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "input.json"
        given.write_text(json.dumps(flat))
        outputs = [str(Path(folder) / "proof.json"), str(Path(folder) / "public.json")]
        command = ["groth16", "fullprove", str(given), str(made.wasm), str(made.zkey), *outputs]
        began = time.perf_counter()
        toolchain.snarkjs(command)
        return time.perf_counter() - began


def _healthy_inputs(name: str) -> dict[str, list[int]]:
    preset, rng = PRESETS[name], random.Random(2026)
    while True:
        book, snapshot = random_case(rng, preset)
        full = len(book.slots) == preset.slots
        if full and healthy(margin(book, snapshot), LEVEL):
            return margin_inputs(book, snapshot, LEVEL, 1, preset)


def _provers(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="Proving, warm process, seconds", title_justify="left")
    for column in (
        "preset",
        "backend",
        "load",
        "first",
        "witness",
        "proof",
        "verify",
        "total",
        "MB",
    ):
        table.add_column(column, justify="left" if column in ("preset", "backend") else "right")
    table.add_column("times native", justify="right")
    for row in rows:
        native = next(r for r in rows if (r["preset"], r["backend"]) == (row["preset"], "native"))
        ratio = "" if row is native else f"{row['total'] / native['total']:.1f}"
        stages = ("load", "cold", "witness", "proof", "verify", "total")
        cells = [f"{row[stage]:.3f}" if stage in row else "" for stage in stages]
        memory = f"{row['memory']:.0f}" if "memory" in row else ""
        table.add_row(row["preset"], row["backend"], *cells, memory, ratio)
    return table


def _verifiers(name: str) -> Table:
    made = artifacts.load(artifacts.artifact_home() / f"margin_{name}")
    with Prover.load(made) as prover:
        result = prover.prove(_healthy_inputs(name))
    return bench_verify.verifiers(made.verifying_key, result.proof, result.public_signals)


def _command() -> Table:
    table = Table(title="Whole command, new process, seconds", title_justify="left")
    table.add_column("command")
    table.add_column("median", justify="right")
    snapshot, proof = ROOT / "examples" / "eth_snapshot.json", ROOT / "build" / "bench_proof.json"
    for preset in ("small", "standard"):
        artifacts.build(preset)
        command = [sys.executable, "-m", "zkmargin", "prove", str(_book_for(preset)), str(snapshot)]
        command += ["--preset", preset, "-o", str(proof)]

        def run(command: list[str] = command) -> bool:
            return subprocess.run(command, capture_output=True, check=True).returncode == 0

        table.add_row(f"zkmargin prove ({preset})", f"{_median(run):.2f}")
    return table


def _book_for(preset: str) -> Path:
    """The example book, cut to the strikes of its first expiry for the small preset."""
    example = ROOT / "examples" / "eth_book.json"
    if preset == "standard":
        return example
    book = json.loads(example.read_text())
    first = min(option["expiry"] for option in book["options"])
    held = [option for option in book["options"] if option["expiry"] == first]
    book["options"] = held[: PRESETS[preset].slots]
    book["cash"] = str(10**7)
    path = ROOT / "build" / "bench_small_book.json"
    path.write_text(json.dumps(book))
    return path


def _median(task: Callable[[], bool]) -> float:
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        if not task():
            raise SystemExit("a check that must hold did not")
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:4])
    else:
        main(sys.argv[1:])
