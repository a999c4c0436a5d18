# SPDX-License-Identifier: Apache-2.0
"""`chain insurance collect`: what contracts owe to the fund."""

from __future__ import annotations

import click

from zkmargin.chain.connection import Receipt
from zkmargin.chain.credits import Credits
from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_options import ChainOptions, chain_options, say_receipts
from zkmargin.commands.terminal import answer_no, as_json, next_step, say
from zkmargin.report import money_text


@click.command("collect")
@chain_options
@as_json
def command(chain: ChainOptions, as_json: bool) -> None:
    """Bring what registry and holder bonds owe the fund into it; anyone may send it.

    Exit code 1 if they owe it nothing.
    """
    system = chain.system()
    key, credits = chain.key(system.connection.chain_id), Credits(system)
    owing = {n: amount for n, amount in credits.owed(system.insurance.address).items() if amount}
    sent: dict[str, Receipt] = {}
    for source, amount in owing.items():
        say(f"{money_text(amount)} from the {source}")
        sent[source] = Reserves(system).collect(key, credits.contracts()[source].address)
    say_receipts(sent, owing, as_json)
    if not owing:
        say("nothing is owed to the insurance fund")
    next_step("zkmargin chain reserves")
    if not owing:
        answer_no()
