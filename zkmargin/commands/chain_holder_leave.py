# SPDX-License-Identifier: Apache-2.0
"""`chain holder leave`: an opening holder's notice."""

from __future__ import annotations

import click

from zkmargin.chain.holder_bonds import HolderBonds
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("leave")
@chain_options
@as_json
def command(chain: ChainOptions, as_json: bool) -> None:
    """Give notice that the sender ceases to be an opening holder; it stays slashable meanwhile."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    receipt = HolderBonds(system).announce_exit(key)
    tell(receipt, as_json, holder=key.address)
    next_step("zkmargin chain holder release, when the notice is over")
