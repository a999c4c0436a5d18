# SPDX-License-Identifier: Apache-2.0
"""One real ceremony of three people, kept after each of its steps.

Its powers of tau have the power that the circuit needs, 6, and take seconds; nobody published them,
so that the ceremony is a development one, unless a test asks for `published`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.rehearsal import make_powers, run_ceremony
from zkmargin.ceremony import published_powers
from zkmargin.ceremony.powers import read_powers
from zkmargin.ceremony.published_powers import PUBLISHED, PublishedFile, PublishedPowers
from zkmargin.proving.zkey import read_zkey


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
    """A directory with a copy of the ceremony after each of its STAGES."""
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
