# SPDX-License-Identifier: Apache-2.0
"""`chain insurance repair`: a loss is repaired."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("repair")
@chain_options
@as_json
def command(chain: ChainOptions, as_json: bool) -> None:
    """Put what the fund has into the vault, until all cash is backed again; anyone may send it."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(Reserves(system).repair(key), as_json)
    next_step("zkmargin chain reserves")
