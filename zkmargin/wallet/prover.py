# SPDX-License-Identifier: Apache-2.0
"""The prover of a wallet: a key in memory, many proofs, from many threads, each cancellable."""

from __future__ import annotations

import threading
from typing import Final, Protocol

from zkmargin.book import Book
from zkmargin.errors import Cancelled, InputError
from zkmargin.margin_proof import MarginProof, healthy_statement, margin_artifacts
from zkmargin.presets import PRESETS, Preset
from zkmargin.progress import Progress, Stages
from zkmargin.proving.artifacts import Artifacts
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.prover import Prover
from zkmargin.snapshot import Snapshot
from zkmargin.statement_proof import stated
from zkmargin.units import BPS
from zkmargin.witness import margin_inputs

# wasmtime keeps the error of a callback in one variable of the process: of two witness programs
# that fail at once, one would raise the other's error. Modules and proving keys may be shared.
_ONE_AT_A_TIME: Final = threading.Lock()


class CancelToken(Protocol):
    """Says whether the caller still wants the result; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """True once the task is to stop."""


class MarginProver:
    """The circuit of one preset with its proving key in memory, good for any number of proofs.

    Threads may share it: they check margins side by side and prove one after the other. A backend
    may keep a process: `close` ends it, as does the end of a `with` block.

    preset          the circuit's size
    verifying_key   what its proofs are verified with
    status          "development" or "ceremony": how the key came about
    """

    def __init__(self, preset: Preset, artifacts: Artifacts, prover: Prover) -> None:
        self.preset = preset
        self.verifying_key: VerifyingKey = artifacts.verifying_key
        self.status = artifacts.manifest.status
        self._artifacts = artifacts
        self._prover = prover

    @classmethod
    def load(
        cls,
        preset: Preset | str,
        *,
        backend: str = "auto",
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> MarginProver:
        """Checks the artifacts of a preset and loads its proving key.

        raises   InputError if there is no such preset or backend; ArtifactError if the preset is
                 not set up or a file is damaged; ToolError if the backend is not installed
        """
        size = named_preset(preset)
        watch = _Watch(progress, cancel)
        with Stages(watch).stage("check artifacts"):
            artifacts = margin_artifacts(size)
        return cls(size, artifacts, Prover.load(artifacts, backend, watch))

    @property
    def backend(self) -> str:
        """Name of the backend in use."""
        return self._prover.backend

    def __enter__(self) -> MarginProver:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends what the backend keeps running, after the proof under way, if there is one."""
        with _ONE_AT_A_TIME:
            self._prover.close()

    def prove(
        self,
        book: Book,
        snapshot: Snapshot,
        level: int = BPS,
        *,
        domain: int,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> MarginProof:
        """Proves that a book is healthy at a level [bps] under a snapshot.

        domain     of the contract that is to accept the proof; 0 binds it to none
        progress   hears of the stages margin, witness, proof, verify
        cancel     is asked before each stage
        raises     ProvingError if the book is short or the prover fails; BookError if it does not
                   fit the preset; InputError if the domain is out of range; Cancelled; ToolError
        """
        watch = _Watch(progress, cancel)
        with Stages(watch).stage("margin"):
            public = healthy_statement(book, snapshot, level, domain)
            inputs = margin_inputs(book, snapshot, level, domain, self.preset)
        with _ONE_AT_A_TIME:
            result = self._prover.prove(inputs, watch)
        return stated(public, result, self.preset, self._artifacts)


class _Watch:
    """Passes stages on to a progress callback; raises Cancelled instead of beginning another."""

    def __init__(self, progress: Progress | None, cancel: CancelToken | None) -> None:
        self._progress = progress
        self._cancel = cancel

    def __call__(self, stage: str, seconds: float | None) -> None:
        if seconds is None and self._cancel is not None and self._cancel.is_set():
            raise Cancelled(stage)
        if self._progress is not None:
            self._progress(stage, seconds)


def named_preset(preset: Preset | str) -> Preset:
    """The preset of a name; raises InputError if there is none."""
    if isinstance(preset, Preset):
        return preset
    if preset not in PRESETS:
        raise InputError("preset", preset, f"must be one of {', '.join(PRESETS)}")
    return PRESETS[preset]
