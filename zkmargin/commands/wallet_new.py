# SPDX-License-Identifier: Apache-2.0
"""`wallet new`: draws a view secret."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import OUTPUT, as_json, next_step, print_json, say
from zkmargin.wallet.secret import ViewSecret


@click.command("new")
@click.option("-o", "--output", type=OUTPUT, required=True, help="New file, mode 0600.")
@as_json
def command(output: Path, as_json: bool) -> None:
    """Draw a view secret from the system's random source.

    Every blinding of an account is derived from it, so that a lost book is not a lost account.
    """
    ViewSecret.new().write(output)
    if as_json:
        print_json({"secret": str(output)})
    say(f"wrote {output}: keep it private, and keep a copy where this machine's loss spares it")
    next_step(f"zkmargin commit BOOK --view-secret {output}")
