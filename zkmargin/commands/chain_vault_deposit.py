# SPDX-License-Identifier: Apache-2.0
"""`chain vault deposit`: cash of a book."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("deposit")
@click.argument("account", type=int)
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(account: int, amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Pay AMOUNT of quote into the vault for ACCOUNT; the book gets it by its next advance."""
    system = chain.system()
    receipt = Reserves(system).deposit(chain.key(system.connection.chain_id), account, amount)
    tell(receipt, as_json, account=str(account))
    next_step("add it to the book's cash, then: zkmargin chain advance BOOK --kind deposit")
