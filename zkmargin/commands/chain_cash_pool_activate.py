# SPDX-License-Identifier: Apache-2.0
"""`chain cash-pool activate`: a deposit begins to work."""

from __future__ import annotations

import click

from zkmargin.chain.cash_pool import CashPool
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("activate")
@click.argument("holder", type=address, required=False)
@chain_options
@as_json
def command(holder: str | None, chain: ChainOptions, as_json: bool) -> None:
    """Put the queued deposit of HOLDER, by default the sender, to work; its epoch must be over."""
    system = chain.system()
    key = chain.key(system.connection.chain_id)
    whose = holder or key.address
    tell(CashPool(system).activate(key, whose), as_json, holder=whose)
    next_step(f"zkmargin chain cash-pool status {whose}")
