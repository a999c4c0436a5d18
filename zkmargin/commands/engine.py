# SPDX-License-Identifier: Apache-2.0
"""`engine`: the group of the commands of the liquidation engine."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "run": "Watch the chain, decide by evidence, and act.",
    "status": "What the engine has under way, and what became of the rest.",
    "replay": "Decide everything in the log again, and compare.",
    "hedge": "How to neutralise a lot, what it costs, whether it lowers the requirement.",
    "screen": "Which of many books are short under a snapshot.",
}


@click.group("engine", cls=LazyGroup, summaries=SUMMARIES, prefix="engine_")
def command() -> None:
    """The liquidation engine: it consults the proof, then the opening, then acts once."""
