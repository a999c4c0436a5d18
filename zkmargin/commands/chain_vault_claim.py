# SPDX-License-Identifier: Apache-2.0
"""`chain vault claim`: a withdrawal is paid."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step
from zkmargin.documents.decimal_text import exact_text
from zkmargin.units import QUOTE


@click.command("claim")
@click.argument("withdrawal", type=int)
@chain_options
@as_json
def command(withdrawal: int, chain: ChainOptions, as_json: bool) -> None:
    """Pay the queued WITHDRAWAL, by its number, to whom it was queued for; anyone may send it.

    It is worth what cash is worth now: less than its face after a loss that everybody carries.
    """
    system = chain.system()
    receipt = Reserves(system).claim(chain.key(system.connection.chain_id), withdrawal)
    paid = receipt.event("WithdrawalPaid").arguments
    amounts = {name: exact_text(paid[name], QUOTE) for name in ("amount", "paid")}
    tell(receipt, as_json, withdrawal=str(withdrawal), **amounts)
    next_step("zkmargin chain reserves")
