# SPDX-License-Identifier: Apache-2.0
"""`chain auction slash`: a winner that let its time pass."""

from __future__ import annotations

import click

from zkmargin.chain.auction import AuctionHouse
from zkmargin.commands.chain_auction_status import running_auction
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("slash")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """Take the bond of the winner of ACCOUNT's auction, whose time is over; bidding goes on.

    The sender gets a part of the bond, insurance the rest.
    """
    system = chain.system()
    house = AuctionHouse(system)
    auction = running_auction(house, account)
    receipt = house.slash(chain.key(system.connection.chain_id), auction.id)
    tell(receipt, as_json, account=str(account), auction=str(auction.id))
    next_step("zkmargin chain auction bid BOOK")
