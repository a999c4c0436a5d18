# SPDX-License-Identifier: Apache-2.0
"""`chain cash-pool deposit`: a queued deposit."""

from __future__ import annotations

import click

from zkmargin.chain.cash_pool import CashPool
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("deposit")
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Queue AMOUNT of quote as a deposit of the sender; it works once it is activated."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(CashPool(system).deposit(key, amount), as_json, holder=key.address)
    next_step(f"after the next epoch: zkmargin chain cash-pool activate {key.address}")
