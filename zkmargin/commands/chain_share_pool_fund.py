# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool fund`: free cash goes to a book of the pool."""

from __future__ import annotations

import click

from zkmargin.chain.share_pool import SharePool
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("fund")
@click.argument("account", type=int)
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(account: int, amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Move AMOUNT of the pool's free cash into the vault for its ACCOUNT. Its manager sends it.

    Until the book has it, by its next advance, the shares have no price.
    """
    system = chain.system()
    pool = SharePool(system)
    receipt = pool.fund(chain.key(system.connection.chain_id), account, amount)
    tell(receipt, as_json, account=str(account))
    next_step("add it to the book's cash, then: zkmargin chain advance BOOK --kind deposit")
