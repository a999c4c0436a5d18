# SPDX-License-Identifier: Apache-2.0
"""`ceremony transcript`: what has been done, for everyone to see."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.ceremony.steps import open_ceremony
from zkmargin.commands.ceremony_step import advise, directory_option
from zkmargin.commands.terminal import OUTPUT, say
from zkmargin.files import write_atomic


@click.command("transcript")
@click.option("-o", "--output", type=OUTPUT, help="Write it to a file instead.")
@directory_option
def command(output: Path | None, directory: Path) -> None:
    """Print the transcript so far, as JSON."""
    ceremony = open_ceremony(directory)
    transcript = ceremony.transcript
    if output:
        write_atomic(output, transcript.text)
        say(f"wrote {output}: SHA-256 {transcript.digest}")
    else:
        click.echo(transcript.text, nl=False)
    advise(ceremony)
