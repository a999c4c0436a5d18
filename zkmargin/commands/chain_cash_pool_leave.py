# SPDX-License-Identifier: Apache-2.0
"""`chain cash-pool leave`: an announced withdrawal."""

from __future__ import annotations

import click

from zkmargin.chain.cash_pool import CashPool
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("leave")
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Announce a withdrawal of AMOUNT of the sender's deposit, in place of an earlier one.

    It goes on taking losses and earning fees until it is paid, and anyone may have it paid.
    """
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(CashPool(system).ask_withdrawal(key, amount), as_json, holder=key.address)
    next_step(f"after the next epoch: zkmargin chain cash-pool withdraw {key.address}")
