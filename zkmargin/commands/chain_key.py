# SPDX-License-Identifier: Apache-2.0
"""`chain key`: draws a key into an encrypted keystore."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.key import new_keystore, read_passphrase
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say


@click.command("key")
@click.option("-o", "--output", type=OUTPUT, required=True, help="New file, mode 0600.")
@click.option("--passphrase-file", type=EXISTING, help="Else it is asked for.")
@as_json
def command(output: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Draw a key and write it, encrypted, to a keystore; the address is shown, the key never."""
    if passphrase_file:
        passphrase = read_passphrase(passphrase_file)
    else:
        passphrase = click.prompt(
            "new passphrase", hide_input=True, confirmation_prompt=True, err=True
        )
    key = new_keystore(output, passphrase)
    if as_json:
        print_json({"keystore": str(output), "address": key.address})
    say(f"wrote {output}: address {key.address}")
    next_step(f"send it some gas, then give --keystore {output}")
