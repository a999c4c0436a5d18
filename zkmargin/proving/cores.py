# SPDX-License-Identifier: Apache-2.0
"""How many cores this process may use."""

from __future__ import annotations

import os


def available_cores() -> int:
    """The cores that the system lets this process run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):  # Linux; elsewhere a process is not bound to cores
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
