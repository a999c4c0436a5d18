# SPDX-License-Identifier: Apache-2.0
"""A real ceremony of three people whose clocks are arguments, and powers of tau for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zkmargin.ceremony.protocol import announce_beacon, apply_beacon, begin, contribute, finalise
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.toolchain import snarkjs

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
BYTES = CircuitSource(FIXTURES / "bytes.circom", FIXTURES / "lib")
START = 1_750_000_000  # unix time of the ceremony
BEACON_TIME = START + 1_000
VALUE = "5e" * 32
PEOPLE = ("alice", "bob", "carol")
STAGES = ("begun", "alice", "bob", "carol", "announced", "applied", "final")


def make_powers(directory: Path, power: int, entropy: str) -> Path:
    """Powers of tau that nobody should ever use."""
    new, made, final = (directory / f"{name}_{power}.ptau" for name in ("new", "made", "final"))
    snarkjs(["powersoftau", "new", "bn128", str(power), str(new)])
    snarkjs(["powersoftau", "contribute", str(new), str(made), f"-e={entropy}"])
    snarkjs(["powersoftau", "prepare", "phase2", str(made), str(final)])
    return final


def run_ceremony(directory: Path, powers: Path, *, development: bool) -> Iterator[str]:
    """A whole ceremony; yields the name of each stage that it has reached."""
    begin(BYTES, directory, powers, contributors=3, now=START, development=development)
    yield "begun"
    for number, name in enumerate(PEOPLE, 1):
        contribute(directory, name, now=START + number)
        yield name
    announce_beacon(
        directory, "drand quicknet", "1000", not_before=BEACON_TIME, iterations=10, now=START + 9
    )
    yield "announced"
    apply_beacon(directory, VALUE, now=BEACON_TIME + 1)
    yield "applied"
    finalise(directory, powers, now=BEACON_TIME + 2)
    yield "final"
