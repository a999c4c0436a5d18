# SPDX-License-Identifier: Apache-2.0
"""Circuits compiled once for all agreement tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from zkmargin.presets import Preset
from zkmargin.proving.toolchain import circuits_dir, compile_circuit

Programs = Callable[..., Path]  # of a preset and, beside margin, a circuit


def _programs(folder: Path, home: Path, first: str) -> Programs:
    made: dict[str, Path] = {}

    def program(preset: Preset, circuit: str = first) -> Path:
        name = f"{circuit}_{preset.name}"
        if name not in made:
            source, output = home / f"{name}.circom", folder / name
            made[name] = compile_circuit(source, output, include=circuits_dir()).wasm
        return made[name]

    return program


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """The witness program that shows a preset's integers."""
    return _programs(tmp_path_factory.mktemp("probe"), Path(__file__).parent, "valuation")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """The witness program of a preset's circuit, margin unless another is named."""
    return _programs(tmp_path_factory.mktemp("main"), circuits_dir() / "main", "margin")
