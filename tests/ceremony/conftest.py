# SPDX-License-Identifier: Apache-2.0
"""One real ceremony of three people, kept after each of its steps.

Its powers of tau have the power that the circuit needs, 6, and take seconds; nobody published them,
so that the ceremony is a development one, unless a test asks for `published`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zkmargin.ceremony import published_powers
from zkmargin.ceremony.powers import read_powers
from zkmargin.ceremony.protocol import announce_beacon, apply_beacon, begin, contribute, finalise
from zkmargin.ceremony.published_powers import PUBLISHED, PublishedFile, PublishedPowers
from zkmargin.circuit_source import CircuitSource
from zkmargin.toolchain import snarkjs
from zkmargin.zkey import read_zkey

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


@pytest.fixture(scope="session")
def powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_powers(tmp_path_factory.mktemp("powers"), 6, "a drop of entropy")


@pytest.fixture(scope="session")
def small_powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_powers(tmp_path_factory.mktemp("small"), 5, "a drop of entropy")


@pytest.fixture(scope="session")
def other_powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_powers(tmp_path_factory.mktemp("other"), 6, "another drop")


@pytest.fixture(scope="session")
def kept(powers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a copy of the ceremony after each of the STAGES."""
    home = tmp_path_factory.mktemp("kept")
    for stage in run_ceremony(home / "ceremony", powers, development=True):
        shutil.copytree(home / "ceremony", home / stage)
    return home


@pytest.fixture
def at(kept: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the ceremony after a stage, to do with as the test likes."""

    def copy(stage: str) -> Path:
        return Path(shutil.copytree(kept / stage, tmp_path / "ceremony", dirs_exist_ok=True))

    return copy


@pytest.fixture
def published(kept: Path, powers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the test's powers of tau on the list of published ones."""
    key = read_zkey(kept / "final" / "0006" / "bytes.zkey").verifying_key()
    file = read_powers(powers)
    published_file = PublishedFile("test_06.ptau", file.power, file.sha256, file.blake2b)
    added = PublishedPowers(key.alpha1, key.beta2, (published_file,))
    monkeypatch.setattr(published_powers, "PUBLISHED", (*PUBLISHED, added))


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
