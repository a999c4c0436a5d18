# SPDX-License-Identifier: Apache-2.0
"""`config`: the settings and where each comes from."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {"show": "Every setting, its value and its origin."}


@click.group("config", cls=LazyGroup, summaries=SUMMARIES, prefix="config_")
def command() -> None:
    """Settings: zkmargin.toml, over it ZKMARGIN_* of the environment, over that flags."""
