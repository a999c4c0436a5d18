# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool redeem`: shares that wait for cash."""

from __future__ import annotations

import click

from zkmargin.chain.share_pool import SharePool
from zkmargin.commands.chain_arguments import share_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("redeem")
@click.argument("shares", type=share_amount)
@chain_options
@as_json
def command(shares: int, chain: ChainOptions, as_json: bool) -> None:
    """Queue SHARES of the sender for cash, at the price of a later epoch."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    tell(SharePool(system).request_redemption(key, shares), as_json, holder=key.address)
    next_step("after the next epoch: zkmargin chain share-pool price BOOK...")
