# SPDX-License-Identifier: Apache-2.0
"""`chain auction end`: an auction that came to nothing."""

from __future__ import annotations

import click

from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_auction_status import running_auction
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step
from zkmargin.registry.status import Status


@click.command("end")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """End the auction of ACCOUNT, which was cured, or for which nobody bid in time."""
    system = chain.system()
    house = AuctionHouse(system)
    auction, key = running_auction(house, account), chain.key(system.connection.chain_id)
    locked = Registry(system).account(account).status is Status.IN_AUCTION
    receipt = house.fail(key, auction.id) if locked else house.void(key, auction.id)
    tell(receipt, as_json, account=str(account), auction=str(auction.id))
    next_step(f"zkmargin chain status {account}")
