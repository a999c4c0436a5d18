# SPDX-License-Identifier: Apache-2.0
"""One reader of what somebody else wrote: valid inputs, and what reading them must hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Target:
    """One reader.

    valid    inputs that it takes
    read     reads a file; raises ZkMarginError, or AssertionError if it took what it must not
    share    how often it is drawn
    suffix   of the file, by which some readers go
    """

    name: str
    valid: tuple[bytes, ...]
    read: Callable[[Path], object]
    share: int = 10
    suffix: str = ".json"


def as_json(value: Any) -> bytes:
    """A value as the bytes of a JSON file."""
    return json.dumps(value).encode()
