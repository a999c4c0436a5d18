# SPDX-License-Identifier: Apache-2.0
"""`chain vault status`: what an address waits for."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.report import money_text
from zkmargin.units import QUOTE


@click.command("status")
@click.argument("receiver", type=address)
@chain_options
@as_json
def command(receiver: str, chain: ChainOptions, as_json: bool) -> None:
    """What RECEIVER, an address, waits for in the queue of withdrawals, and what it is worth."""
    reserves = Reserves(chain.system())
    queued = reserves.queued_of(receiver)
    worth = reserves.worth(queued)
    if as_json:
        amounts = {"queued": exact_text(queued, QUOTE), "worth": exact_text(worth, QUOTE)}
        print_json({"receiver": receiver, **amounts})
    else:
        show(f"{receiver} waits for {money_text(queued)}, now worth {money_text(worth)}")
    next_step("zkmargin chain vault claim WITHDRAWAL")
