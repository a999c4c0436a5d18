# SPDX-License-Identifier: Apache-2.0
"""`chain holder slash`: an opening holder that kept silent."""

from __future__ import annotations

import click

from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("slash")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """Slash the opening holder of ACCOUNT, which stayed Presumed for the whole holder window.

    A tenth of what it loses is owed to the sender, the rest to the insurance fund.
    """
    system = chain.system()
    receipt = Registry(system).slash_holder(chain.key(system.connection.chain_id), account)
    tell(receipt, as_json, account=str(account))
    next_step("zkmargin chain withdraw")
