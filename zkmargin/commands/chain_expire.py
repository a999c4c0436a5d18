# SPDX-License-Identifier: Apache-2.0
"""`chain expire`: a call that nobody answered."""

from __future__ import annotations

import click

from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("expire")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """Record that the call of ACCOUNT was not answered: the caller gets bond and fine.

    The account is Presumed without it, once the deadline has passed; this is what pays.
    """
    system = chain.system()
    receipt = Registry(system).expire(chain.key(system.connection.chain_id), account)
    tell(receipt, as_json, account=str(account))
    next_step("the caller: zkmargin chain withdraw; the opening holder: zkmargin chain prove BOOK")
