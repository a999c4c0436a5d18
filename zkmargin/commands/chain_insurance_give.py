# SPDX-License-Identifier: Apache-2.0
"""`chain insurance give`: a gift."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("give")
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Give AMOUNT of quote to the insurance fund; it is not paid back."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(Reserves(system).insure(key, amount), as_json)
    next_step("zkmargin chain reserves")
