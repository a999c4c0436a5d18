# SPDX-License-Identifier: Apache-2.0
"""`chain holder release`: the bond of an opening holder that left."""

from __future__ import annotations

import click

from zkmargin.chain.holder_bonds import HolderBonds
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("release")
@chain_options
@as_json
def command(chain: ChainOptions, as_json: bool) -> None:
    """Turn the sender's bond into money that it is owed, once its notice is over."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    receipt = HolderBonds(system).release(key)
    tell(receipt, as_json, holder=key.address)
    next_step("zkmargin chain withdraw")
