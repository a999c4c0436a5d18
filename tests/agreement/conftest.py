# SPDX-License-Identifier: Apache-2.0
"""Circuits compiled once for all agreement tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from zkmargin.presets import Preset
from zkmargin.proving.toolchain import circuits_dir, compile_circuit

Programs = Callable[[Preset], Path]


def _programs(folder: Path, source: Callable[[Preset], Path]) -> Programs:
    made: dict[str, Path] = {}

    def program(preset: Preset) -> Path:
        if preset.name not in made:
            output = folder / preset.name
            made[preset.name] = compile_circuit(source(preset), output, include=circuits_dir()).wasm
        return made[preset.name]

    return program


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """The witness program that shows a preset's integers."""
    here = Path(__file__).parent
    folder = tmp_path_factory.mktemp("probe")
    return _programs(folder, lambda preset: here / f"valuation_{preset.name}.circom")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """The witness program of a preset's margin circuit."""
    folder = tmp_path_factory.mktemp("margin")
    main = circuits_dir() / "main"
    return _programs(folder, lambda preset: main / f"margin_{preset.name}.circom")
