# SPDX-License-Identifier: Apache-2.0
"""Malformed inputs end in a refusal: the same code as `make fuzz`, with a fixed seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.campaign import feed, run
from fuzz.malformed import with_faults
from fuzz.target import Target
from fuzz.targets import targets

pytestmark = pytest.mark.prove

SEED, COUNT = 20_251_125, 1_500


@pytest.fixture(scope="module")
def pool() -> list[Target]:
    return targets()


def test_every_target_takes_its_valid_inputs(pool: list[Target], tmp_path: Path) -> None:
    for target in pool:
        for valid in target.valid:
            assert feed(target, valid, tmp_path) == "taken", target.name


def test_malformed_inputs_end_in_a_refusal(pool: list[Target]) -> None:
    outcomes = run(COUNT, SEED, pool)

    assert sum(outcomes.values()) >= COUNT
    refused = sum(times for name, times in outcomes.items() if name.endswith("refused"))
    assert refused > COUNT / 2, "most inputs must be malformed, or this tests nothing"


def test_every_reader_refuses_malformed_inputs(pool: list[Target]) -> None:
    for target in pool:  # each by itself: a small share may be in none of 1,500
        outcomes = run(25, SEED, [target])

        assert outcomes[f"{target.name}: refused"] > 0


def test_a_crash_of_a_reader_is_found() -> None:
    def crashes(path: Path) -> None:
        raise KeyError(path.name)

    broken = Target("broken", (b"abcdefgh",), crashes)
    with pytest.raises(KeyError):
        run(50, SEED, [broken])


def test_a_false_accept_is_found() -> None:
    def takes_anything(path: Path) -> None:
        assert path.read_bytes() == b"true", "took what is not true"

    with pytest.raises(AssertionError, match="took what is not true"):
        run(50, SEED, [Target("gullible", (b"true",), takes_anything)])


def test_a_fault_changes_its_input_and_can_be_drawn_again() -> None:
    fault = (1, 2, 0, 3)

    assert with_faults(b'{"a": [1, 2]}', [fault]) == with_faults(b'{"a": [1, 2]}', [fault])
    assert with_faults(b'{"a": [1, 2]}', [fault]) != b'{"a": [1, 2]}'
