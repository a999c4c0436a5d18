# SPDX-License-Identifier: Apache-2.0
"""`chain holder bond`: an opening holder's bond."""

from __future__ import annotations

import click

from zkmargin.chain.holder_bonds import HolderBonds
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("bond")
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Add AMOUNT of quote to the sender's bond; one bond stands for all accounts that name it."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    receipt = HolderBonds(system).bond(key, amount)
    tell(receipt, as_json, holder=key.address)
    next_step(f"zkmargin chain open BOOK --holder {key.address}")
