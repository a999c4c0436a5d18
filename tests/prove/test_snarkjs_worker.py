# SPDX-License-Identifier: Apache-2.0
"""The warm snarkjs process: kept between proofs, mourned once, never left behind."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zkmargin.errors import InputError, ProvingError, ToolError
from zkmargin.proving import groth16
from zkmargin.proving.artifacts import Artifacts, build_circuit
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.prover import Prover
from zkmargin.proving.snarkjs_backend import SnarkjsBackend, snarkjs_witness
from zkmargin.proving.snarkjs_worker import SnarkjsWorker

pytestmark = pytest.mark.prove

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
INPUTS: Inputs = {"total": 10, "tag": 7, "value": [1, 2, 3, 4]}
LISTS = {"total": [10], "tag": [7], "value": [1, 2, 3, 4]}
SIGNALS = (((1 * 2 + 3) * (4 + 7)) ** 2, 10, 7)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    source = CircuitSource(FIXTURES / "bytes.circom", FIXTURES / "lib")
    return build_circuit(source, tmp_path_factory.mktemp("artifacts") / "bytes")


@pytest.fixture
def worker(artifacts: Artifacts) -> Iterator[SnarkjsWorker]:
    worker = SnarkjsWorker(artifacts.wasm, artifacts.zkey)
    yield worker
    worker.close()


def pid_of(worker: SnarkjsWorker) -> int:
    assert worker.pid is not None
    return worker.pid


def is_alive(pid: int) -> bool:
    """Running or a zombie: os.kill finds both."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_runs_before_the_first_request(worker: SnarkjsWorker) -> None:
    assert worker.pid is None


def test_one_process_makes_every_proof(artifacts: Artifacts, worker: SnarkjsWorker) -> None:
    pids, proofs = set(), []
    for _ in range(3):
        wires = worker.witness(LISTS)
        proofs.append(worker.proof(wires))
        pids.add(worker.pid)

    assert len(pids) == 1
    assert wires == snarkjs_witness(artifacts.wasm, INPUTS)
    assert len({proof.a for proof in proofs}) == 3
    assert all(groth16.verify(artifacts.verifying_key, proof, SIGNALS) for proof in proofs)


def test_a_prover_keeps_it_warm_and_ends_it_with_its_block(artifacts: Artifacts) -> None:
    before = children()
    with Prover.load(artifacts, "snarkjs") as prover:
        first, second = prover.prove(INPUTS), prover.prove(INPUTS)
        (pid,) = children() - before

        assert first.public_signals == second.public_signals == SIGNALS
    assert not is_alive(pid)


def children() -> set[int]:
    """The processes that this one has started and not yet waited for."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())], capture_output=True, text=True,
        check=False,
    ).stdout.splitlines()  # fmt: skip
    return {int(line.split()[0]) for line in listed if "node" in line}


def test_a_worker_that_was_killed_is_started_again(worker: SnarkjsWorker) -> None:
    wires = worker.witness(LISTS)
    first = pid_of(worker)
    os.kill(first, signal.SIGKILL)

    assert worker.proof(wires).to_json()["curve"] == "bn128"
    assert not is_alive(first)
    assert pid_of(worker) != first


def test_a_worker_that_dies_at_a_request_is_started_again(worker: SnarkjsWorker) -> None:
    wires = worker.witness(LISTS)
    first = pid_of(worker)
    os.kill(first, signal.SIGSTOP)  # it takes the request and dies with it
    killer = threading.Timer(0.5, os.kill, (first, signal.SIGKILL))
    killer.start()

    assert worker.proof(wires).to_json()["curve"] == "bn128"
    assert pid_of(worker) != first


def test_a_worker_that_dies_twice_is_given_up_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, artifacts: Artifacts, tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.write_text(f"#!/bin/sh\necho x >> {starts}\necho heap out of memory >&2\nexit 134\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{node.parent}:/usr/bin:/bin")
    worker = SnarkjsWorker(artifacts.wasm, artifacts.zkey)

    with pytest.raises(ToolError, match="exit code 134:\nheap out of memory"):
        worker.witness(LISTS)
    assert starts.read_text().split() == ["x", "x"]
    assert worker.pid is None


def test_inputs_without_a_witness_are_refused_and_the_next_ones_proven(
    artifacts: Artifacts,
) -> None:
    backend = SnarkjsBackend(artifacts.wasm, artifacts.zkey)
    bad = {**INPUTS, "value": [1, 2, 3, 256], "total": 262}
    for _ in range(2):
        with pytest.raises(
            ProvingError, match=r"Assert Failed[^;]* Byte_0 line: 15[^;]* line: 16$"
        ):
            backend.witness(bad)
    with pytest.raises(InputError, match="Not enough values for input signal value"):
        backend.witness({**INPUTS, "value": [1, 2, 3]})

    assert tuple(backend.witness(INPUTS)[1:4]) == SIGNALS
    backend.close()


def test_a_witness_of_another_circuit_is_refused_in_snarkjs_words(worker: SnarkjsWorker) -> None:
    with pytest.raises(ToolError, match="exit code 1:\nError: Invalid witness length"):
        worker.proof([1, 2, 3])
    assert worker.pid is None


def test_a_missing_key_is_named(artifacts: Artifacts, tmp_path: Path) -> None:
    worker = SnarkjsWorker(artifacts.wasm, tmp_path / "missing.zkey")

    with pytest.raises(ToolError, match=r"no such file.*missing\.zkey"):
        worker.witness(LISTS)


def test_it_ends_with_the_object_that_holds_it(artifacts: Artifacts) -> None:
    worker = SnarkjsWorker(artifacts.wasm, artifacts.zkey)
    worker.witness(LISTS)
    pid = pid_of(worker)
    del worker
    gc.collect()

    assert not is_alive(pid)


@pytest.mark.parametrize("ending", ["sys.exit(0)", "os.kill(os.getpid(), 9)"])
def test_it_ends_with_its_parent_however_that_ends(artifacts: Artifacts, ending: str) -> None:
    code = (
        "import os, sys; from pathlib import Path; from zkmargin.proving.snarkjs_worker import *\n"
        f"w = SnarkjsWorker(Path({str(artifacts.wasm)!r}), Path({str(artifacts.zkey)!r}))\n"
        f"w.witness({LISTS!r}); print(w.pid, flush=True); {ending}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid, patience = int(done.stdout), 100
    while is_alive(pid) and (patience := patience - 1):
        time.sleep(0.1)

    assert patience
    assert done.stderr == ""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C raises, although a test run in the background starts with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_request_does_not_answer_the_next_one(worker: SnarkjsWorker) -> None:
    worker.witness(LISTS)
    first = pid_of(worker)
    os.kill(first, signal.SIGSTOP)
    main = threading.main_thread().ident
    threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        worker.witness({**LISTS, "tag": [8]})

    assert not is_alive(first)
    assert worker.witness(LISTS)[3] == 7


def test_threads_wait_for_each_other(worker: SnarkjsWorker) -> None:
    tags, seen = range(20, 26), dict[int, int]()
    threads = [
        threading.Thread(
            target=lambda tag=tag: seen.update({tag: worker.witness({**LISTS, "tag": [tag]})[3]})
        )
        for tag in tags
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {tag: tag for tag in tags}


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="Linux counts bytes to disk")
def test_the_worker_writes_nothing_to_disk(worker: SnarkjsWorker) -> None:
    worker.proof(worker.witness(LISTS))
    counters = Path(f"/proc/{pid_of(worker)}/io").read_text().splitlines()

    assert "write_bytes: 0" in counters
