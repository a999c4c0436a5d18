# SPDX-License-Identifier: Apache-2.0
"""`chain call`: a margin call."""

from __future__ import annotations

import click

from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("call")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """Call a Stale ACCOUNT: somebody must prove its margin before the deadline.

    The sender posts a bond, which is the owner's if the call is answered in time.
    """
    system = chain.system()
    receipt = Registry(system).call(chain.key(system.connection.chain_id), account)
    tell(receipt, as_json, account=str(account))
    next_step(f"the owner: zkmargin chain prove BOOK; anyone: zkmargin chain status {account}")
