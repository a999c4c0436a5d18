# SPDX-License-Identifier: Apache-2.0
"""The Python of README.md runs as it stands, in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wallet.documented_code import blocks, run_python

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

pytestmark = pytest.mark.prove


def test_the_python_of_the_readme_runs_from_book_to_verified_proof(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {"__name__": "readme"}
    python = [block for block in blocks(README) if block.language == "python"]
    for block in python:
        run_python(README, block, names)

    assert python
    assert "Statement(" in capsys.readouterr().out
