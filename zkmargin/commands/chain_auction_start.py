# SPDX-License-Identifier: Apache-2.0
"""`chain auction start`: an auction begins."""

from __future__ import annotations

import click

from zkmargin.chain.auction import AuctionHouse
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("start")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """Start the auction of a Liquidatable ACCOUNT; whoever reported it is paid from its bounty."""
    system = chain.system()
    receipt = AuctionHouse(system).start(chain.key(system.connection.chain_id), account)
    id_ = receipt.event("Started").arguments["auction"]
    tell(receipt, as_json, account=str(account), auction=str(id_))
    next_step("zkmargin chain auction bid BOOK, once the pool's window is over")
