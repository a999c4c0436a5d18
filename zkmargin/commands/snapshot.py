# SPDX-License-Identifier: Apache-2.0
"""`snapshot`: the group of the commands that make and show market snapshots."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "build": "Fit a vol surface to option quotes and write the snapshot.",
    "show": "A snapshot, checked, with its hash.",
    "move": "The next epoch of a market that moved, for drills.",
}


@click.group("snapshot", cls=LazyGroup, summaries=SUMMARIES, prefix="snapshot_")
def command() -> None:
    """Build a market snapshot from option quotes, or show one."""
