# SPDX-License-Identifier: Apache-2.0
"""`chain cash-pool withdraw`: an announced withdrawal is paid."""

from __future__ import annotations

import click

from zkmargin.chain.cash_pool import CashPool
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step
from zkmargin.documents.decimal_text import exact_text
from zkmargin.units import QUOTE


@click.command("withdraw")
@click.argument("holder", type=address, required=False)
@chain_options
@as_json
def command(holder: str | None, chain: ChainOptions, as_json: bool) -> None:
    """Pay HOLDER, by default the sender, what it announced, and its gains.

    At most what losses have left of the deposit; anyone may send it.
    """
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    whose = holder or key.address
    receipt = CashPool(system).withdraw(key, whose)
    paid = receipt.event("Withdrawn").arguments
    amounts = {name: exact_text(paid[name], QUOTE) for name in ("amount", "gain")}
    tell(receipt, as_json, holder=whose, **amounts)
    next_step(f"zkmargin chain cash-pool status {whose}")
