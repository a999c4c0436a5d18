# SPDX-License-Identifier: Apache-2.0
"""What a long task tells its caller: each stage as it starts, its seconds when it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Called with the stage as it starts (seconds is None) and again when it has ended."""

    def __call__(self, stage: str, seconds: float | None) -> None:
        """Takes note of one stage."""


class Stages:
    """Times the stages of one task and passes them on to a progress callback, if there is one."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.timings: dict[str, float] = {}
        self._progress = progress

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times the block; a stage that is entered twice adds up."""
        self._report(name, None)
        start = time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        self.timings[name] = self.timings.get(name, 0.0) + seconds
        self._report(name, seconds)

    def _report(self, name: str, seconds: float | None) -> None:
        if self._progress is not None:
            self._progress(name, seconds)
