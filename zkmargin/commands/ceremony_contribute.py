# SPDX-License-Identifier: Apache-2.0
"""`ceremony contribute`: one person's secret, drawn and forgotten."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.ceremony.protocol import contribute
from zkmargin.commands.ceremony_step import answer, directory_option, now
from zkmargin.commands.terminal import as_json, stages


@click.command("contribute")
@click.option("--name", required=True, help="Yours: at most 64 bytes, of nobody before you.")
@directory_option
@as_json
def command(name: str, directory: Path, as_json: bool) -> None:
    """Add a contribution, whose secret this machine draws and forgets."""
    with stages() as log:
        ceremony = contribute(directory, name, now=now(), progress=log)
    answer(ceremony, as_json)
