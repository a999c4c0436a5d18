# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool serve`: priced requests are carried out."""

from __future__ import annotations

import click

from zkmargin.chain.connection import Receipt
from zkmargin.chain.share_pool import SharePool
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import (
    ChainOptions,
    chain_options,
    receipt_document,
    say_receipt,
)
from zkmargin.commands.terminal import answer_no, as_json, next_step, print_json, say


@click.command("serve")
@click.argument("holder", type=address, required=False)
@chain_options
@as_json
def command(holder: str | None, chain: ChainOptions, as_json: bool) -> None:
    """Hand HOLDER, by default the sender, the shares and the cash of its priced requests.

    Anyone may send it. Exit code 1 if nothing is priced.
    """
    system = chain.system()
    key, pool = chain.key(system.connection.chain_id), SharePool(system)
    whose = holder or key.address
    served: dict[str, Receipt] = {}
    if pool.deposit_of(whose).priced:
        served["deposit"] = pool.serve_deposit(key, whose)
    if pool.redemption_of(whose).priced:
        served["redemption"] = pool.serve_redemption(key, whose)
    for receipt in served.values():
        say_receipt(receipt)
    if as_json:
        sent = {name: receipt_document(receipt) for name, receipt in served.items()}
        print_json({"holder": whose, "transactions": {**sent}})
    if not served:
        say(f"no request of {whose} is priced")
        next_step("zkmargin chain share-pool price BOOK...")
        answer_no()
    next_step(f"zkmargin chain share-pool status {whose}")
