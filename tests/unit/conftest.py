# SPDX-License-Identifier: Apache-2.0
"""What the unit tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from quote_files import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written
