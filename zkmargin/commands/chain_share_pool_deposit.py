# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool deposit`: cash that waits for shares."""

from __future__ import annotations

import click

from zkmargin.chain.share_pool import SharePool
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("deposit")
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Queue AMOUNT of quote for shares of the sender, at the price of a later epoch."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(SharePool(system).request_deposit(key, amount), as_json, holder=key.address)
    next_step("after the next epoch: zkmargin chain share-pool price BOOK...")
