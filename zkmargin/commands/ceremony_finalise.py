# SPDX-License-Identifier: Apache-2.0
"""`ceremony finalise`: the key, verified, admitted, and its artifacts."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.ceremony.protocol import finalise
from zkmargin.commands.ceremony_step import answer, directory_option, now, ptau_option
from zkmargin.commands.terminal import as_json, stages


@click.command("finalise")
@ptau_option
@directory_option
@as_json
def command(ptau: Path, directory: Path, as_json: bool) -> None:
    """Verify everything, admit the key, and write its artifacts."""
    with stages() as log:
        ceremony = finalise(directory, ptau, now=now(), progress=log)
    answer(ceremony, as_json)
