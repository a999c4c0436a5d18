# SPDX-License-Identifier: Apache-2.0
"""`chain withdraw`: money that contracts owe to the sender."""

from __future__ import annotations

import click

from zkmargin.chain.connection import Receipt
from zkmargin.chain.credits import Credits
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options, say_receipts
from zkmargin.commands.terminal import answer_no, as_json, next_step, say
from zkmargin.report import money_text


@click.command("withdraw")
@click.option("--to", type=address, metavar="ADDRESS", help="Who receives it; default: the sender.")
@chain_options
@as_json
def command(to: str | None, chain: ChainOptions, as_json: bool) -> None:
    """Pay out what registry, holder bonds and auction house owe the sender, one by one.

    Bonds of answered calls, bounties of closed accounts, rewards, fines, bonds of holders that left
    and of excused winners. Exit code 1 if nothing is owed. Cash of a book: chain vault.
    """
    system = chain.system()
    key, credits = chain.key(system.connection.chain_id), Credits(system)
    owed = {source: amount for source, amount in credits.owed(key.address).items() if amount}
    receipts: dict[str, Receipt] = {}
    for source, amount in owed.items():
        say(f"{money_text(amount)} from the {source}")
        receipts[source] = credits.withdraw(key, source, to or key.address)
    say_receipts(receipts, owed, as_json, to=to or key.address)
    if not owed:
        say(f"nothing is owed to {key.address}")
    next_step("zkmargin chain status ACCOUNT")
    if not owed:
        answer_no()
