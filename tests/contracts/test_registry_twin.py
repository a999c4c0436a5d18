# SPDX-License-Identifier: Apache-2.0
"""The registry's contract and its Python state machine agree on random sequences of events.

REGISTRY_SEQUENCES=100000 sets how many (docs/registry.md has what it takes). Seeds are fixed: a
smaller run is a part of the larger one.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from contracts.conftest import FORGE, ROOT, VERIFIER
from contracts.registry_sequences import write_sequences
from contracts.registry_world import Kind

from zkmargin.registry.refusal import Refusal

pytestmark = [pytest.mark.chain, pytest.mark.slow]

A_FILE = 1000  # sequences
FEW = 20  # sequences in the file that forge replays by itself
COMMITTED = VERIFIER / "test" / "vectors" / "registry_sequences.bin"
FOLDER = ROOT / "build" / "contracts" / "sequences"
MARKETS = {"rung changed", "suspect by its values"}


def replay(path: Path) -> subprocess.CompletedProcess[str]:
    arguments = ("test", "--match-contract", "RegistryTwinTest", "--gas-limit", str(10**12))
    environment = os.environ | {"REGISTRY_FILE": str(path)}
    return subprocess.run(
        [FORGE, *arguments],
        cwd=VERIFIER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_contract_and_python_agree_on_random_sequences() -> None:
    left = int(os.environ.get("REGISTRY_SEQUENCES", "600"))
    seen: Counter[str] = Counter()
    for seed in range((left + A_FILE - 1) // A_FILE):
        path = FOLDER / f"{seed}.bin"
        seen += write_sequences(path, min(A_FILE, left - seed * A_FILE), seed)
        done = replay(path)
        assert "1 passed" in done.stdout, done.stdout[-3000:]
        path.unlink()
    # A sequence that never reaches an action or a refusal proves nothing about it.
    unseen = {k.name for k in Kind} | {r.name for r in Refusal} | MARKETS
    assert unseen - seen.keys() == set()


def test_the_committed_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_sequences(tmp_path / "few.bin", FEW, seed=0)
    assert COMMITTED.read_bytes() == (tmp_path / "few.bin").read_bytes()


def test_one_wrong_event_is_noticed() -> None:
    path = FOLDER / "wrong.bin"
    write_sequences(path, 3, 7)
    data = bytearray(path.read_bytes())
    data[32 + 7] ^= 1  # account id of the first event
    path.write_bytes(data)
    assert "1 failed" in replay(path).stdout
    path.unlink()
