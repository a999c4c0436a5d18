# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Path, Change], Path]:
    """Writes a changed copy of an example and says where."""

    def write(example: Path, change: Change) -> Path:
        document = json.loads(example.read_text())
        change(document)
        path = tmp_path / example.name
        path.write_text(json.dumps(document))
        return path

    return write
