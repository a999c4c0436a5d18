# SPDX-License-Identifier: Apache-2.0
"""A node process that keeps snarkjs and a proving key warm between proofs.

The first request starts it. It ends when it is closed, with the object that holds it, and with this
process however that ends, because its standard input closes. Inputs and wires pass through pipes
and memory, never through the disk. A worker that has died is started anew, once for each request.
"""

from __future__ import annotations

import base64
import json
import subprocess
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, cast

from zkmargin.errors import ToolError
from zkmargin.files import private_file
from zkmargin.proving.groth16 import Proof
from zkmargin.proving.toolchain import node, node_tools
from zkmargin.proving.witness_file import read_witness, witness_bytes

_SCRIPT: Final = Path(__file__).resolve().parents[1] / "node" / "snarkjs_worker.mjs"
_STARTS: Final = 2  # for one request
_PATIENCE: Final = 5.0  # seconds that a worker has to end by itself


class SnarkjsWorker:
    """Witnesses and proofs of one circuit, one at a time: threads wait for each other."""

    def __init__(self, wasm: Path, zkey: Path) -> None:
        self._files = (wasm.resolve(), zkey.resolve())
        self._lock = threading.Lock()
        self._process: _Process | None = None

    @property
    def pid(self) -> int | None:
        """The process that is kept, None if there is none."""
        return self._process.pid if self._process else None

    def witness(self, inputs: Mapping[str, Sequence[int]]) -> list[int]:
        """Every wire; raises ToolError, in snarkjs' words, if the inputs have no witness."""
        texts = {name: [str(value) for value in values] for name, values in inputs.items()}
        wires = base64.b64decode(self._ask({"inputs": texts})["wires"])
        with private_file(wires) as path:
            return read_witness(path)

    def proof(self, witness: Sequence[int]) -> Proof:
        """A proof, right if the witness is; raises ToolError if snarkjs fails."""
        wires = base64.b64encode(witness_bytes(witness)).decode()
        return Proof.from_json(self._ask({"wires": wires})["proof"])

    def close(self) -> None:
        """Ends the process; another request would start one."""
        with self._lock:
            self._end(_PATIENCE)

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        line = json.dumps(request).encode() + b"\n"
        with self._lock:
            try:
                return self._answer(line)
            except BaseException:  # what nobody waited for must not become the next one's answer
                self._end(0)
                raise

    def _answer(self, line: bytes) -> dict[str, Any]:
        for _ in range(_STARTS):
            process = self._running()
            answer = process.exchange(line)
            if answer is not None and "error" not in answer:
                return answer
            self._end(_PATIENCE)
            if answer is not None:
                raise process.failure(answer["error"])
        raise process.failure(process.last_words)

    def _running(self) -> _Process:
        if self._process is None:
            self._process = _Process(*self._files)
            weakref.finalize(self, self._process.end, _PATIENCE)
        return self._process

    def _end(self, patience: float) -> None:
        process, self._process = self._process, None
        if process:
            process.end(patience)


class _Process:
    """One run of the worker script."""

    def __init__(self, wasm: Path, zkey: Path) -> None:
        self.last_words = ""
        self._command = [node(), str(_SCRIPT), str(node_tools()), str(wasm), str(zkey)]
        pipe = subprocess.PIPE
        try:
            self._run = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise ToolError(self._command, None, str(error)) from error
        self._requests, self._answers, self._errors = (
            cast(IO[bytes], end) for end in (self._run.stdin, self._run.stdout, self._run.stderr)
        )

    @property
    def pid(self) -> int:
        return self._run.pid

    def exchange(self, line: bytes) -> dict[str, Any] | None:
        """The answer to a request, None if the process died before it had given it."""
        with suppress(BrokenPipeError):
            self._requests.write(line)
            self._requests.flush()
        answer = self._answers.readline()
        return cast(dict[str, Any], json.loads(answer)) if answer.endswith(b"\n") else None

    def end(self, patience: float) -> None:
        """Lets the process end, kills it after `patience` seconds, and waits for it."""
        if self._errors.closed:
            return
        with suppress(BrokenPipeError):
            self._requests.close()
        try:
            self._run.wait(patience)
        except subprocess.TimeoutExpired:
            self._run.kill()
            self._run.wait()
        self.last_words = self._errors.read().decode(errors="replace")
        self._answers.close()
        self._errors.close()

    def failure(self, words: str) -> ToolError:
        """What to raise once the process has ended."""
        return ToolError(self._command, self._run.returncode, words)
