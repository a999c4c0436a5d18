# SPDX-License-Identifier: Apache-2.0
"""`chain insurance skim`: what exceeds the buffer."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("skim")
@click.option("--to", type=address, metavar="ADDRESS", help="Who gets it; default: the sender.")
@chain_options
@as_json
def command(to: str | None, chain: ChainOptions, as_json: bool) -> None:
    """Take out what exceeds the fund's buffer, while no loss is unrepaired.

    The sender is the fund's governor.
    """
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(Reserves(system).skim(key, to or key.address), as_json)
    next_step("zkmargin chain reserves")
