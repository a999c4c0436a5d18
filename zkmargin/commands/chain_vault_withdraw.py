# SPDX-License-Identifier: Apache-2.0
"""`chain vault withdraw`: cash that leaves a book."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_arguments import address, quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("withdraw")
@click.argument("account", type=int)
@click.argument("amount", type=quote_amount)
@click.option("--to", type=address, metavar="ADDRESS", required=True, help="Who is paid.")
@chain_options
@as_json
def command(account: int, amount: int, to: str, chain: ChainOptions, as_json: bool) -> None:
    """Queue AMOUNT of quote that was taken out of the book of ACCOUNT by an advance.

    The sender is the settlement role. Until it is claimed, the amount shares every loss.
    """
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    receipt = Reserves(system).queue_withdrawal(key, account, to, amount)
    id_ = receipt.event("WithdrawalQueued").arguments["id"]
    tell(receipt, as_json, account=str(account), withdrawal=str(id_))
    next_step(f"when the delay is over, anyone: zkmargin chain vault claim {id_}")
