# SPDX-License-Identifier: Apache-2.0
"""`chain reserves`: the money behind all accounts, in public totals."""

from __future__ import annotations

import click

from zkmargin.chain.reserves import Reserves
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.snapshot_document import rate_text
from zkmargin.report import money_text
from zkmargin.units import QUOTE


@click.command("reserves")
@chain_options
@as_json
def command(chain: ChainOptions, as_json: bool) -> None:
    """What vault, cash pool and insurance fund hold, and what a unit of cash is worth."""
    state = Reserves(chain.system()).state()
    rate = rate_text(state.credit_rate)
    if as_json:
        names = ("assets", "net_cash", "queued", "pool", "insurance", "unbacked")
        amounts = {name: exact_text(getattr(state, name), QUOTE) for name in names}
        print_json({**amounts, "credit_rate": rate})
    else:
        cash = f"vault {money_text(state.assets)} for {money_text(state.net_cash)} of cash"
        queue = f"{money_text(state.queued)} of it waits to be withdrawn"
        funds = f"pool {money_text(state.pool)}, insurance {money_text(state.insurance)}"
        worth = f"a unit of cash is worth {rate}; nobody backs {money_text(state.unbacked)}"
        show("\n".join((cash, queue, funds, worth)))
    next_step("docs/auction.md says who pays for a loss, and in which order")
