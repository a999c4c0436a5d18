# SPDX-License-Identifier: Apache-2.0
"""Draws malformed inputs and feeds them; anything but a refusal or a rightful yes is a failure.

A hang is an input that takes more than HANG seconds of this process's own time.
"""

from __future__ import annotations

import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from fuzz.malformed import FAULTS, Fault, with_faults
from fuzz.target import Target
from fuzz.targets import targets
from zkmargin.errors import ZkMarginError
from zkmargin.proving import groth16

HANG: Final = 10.0  # [s of processor time]


class HangError(AssertionError):
    """An input was neither refused nor taken in time."""


def feed(target: Target, data: bytes, folder: Path) -> str:
    """What became of one input: "refused" or "taken"; raises AssertionError or what escaped."""
    path = folder / f"{target.name.replace(' ', '_')}{target.suffix}"
    path.write_bytes(data)
    with in_time():
        refusal = refused(target, path)
    assert refusal is None or str(refusal), "refused without a word"
    return "taken" if refusal is None else "refused"


def refused(target: Target, path: Path) -> ZkMarginError | None:
    """The refusal of a file, None if it is taken."""
    try:
        target.read(path)
    except ZkMarginError as error:
        return error
    return None


def run(count: int, number: int, chosen: Sequence[Target] | None = None) -> Counter[str]:
    """Feeds `count` inputs drawn from a seed; how many were refused and taken, by target."""
    pool = list(chosen or targets())
    weighted = [target for target in pool for _ in range(target.share)]
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="zkmargin-fuzz-") as name, points_judged_once():
        folder = Path(name)

        @seed(number)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(weighted), st.integers(0, 7), FAULTS)
        def inputs(target: Target, which: int, faults: list[Fault]) -> None:
            valid = target.valid[which % len(target.valid)]
            outcomes[f"{target.name}: {feed(target, with_faults(valid, faults), folder)}"] += 1

        inputs()
    return outcomes


@contextmanager
def points_judged_once() -> Iterator[None]:
    """Remembers which points are in G2: a key's are judged again with every fault elsewhere.

    The judgement takes 40 ms and depends on the point alone.
    """
    slow = groth16.is_in_g2
    groth16.is_in_g2 = lru_cache(maxsize=1 << 12)(slow)
    try:
        yield
    finally:
        groth16.is_in_g2 = slow


@contextmanager
def in_time() -> Iterator[None]:
    """Raises HangError if the block takes more than HANG seconds of processor time."""

    def ring(_signal: int, _frame: object) -> None:
        raise HangError(f"more than {HANG} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
