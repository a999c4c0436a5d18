# SPDX-License-Identifier: Apache-2.0
"""`chain bounty`: what keepers are paid from."""

from __future__ import annotations

import click

from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_arguments import quote_amount
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step
from zkmargin.documents.decimal_text import exact_text
from zkmargin.units import QUOTE


@click.command("bounty")
@click.argument("account", type=int)
@click.argument("amount", type=quote_amount)
@chain_options
@as_json
def command(account: int, amount: int, chain: ChainOptions, as_json: bool) -> None:
    """Add AMOUNT of quote to the bounty of ACCOUNT.

    Who reports it, or finds it silent, is paid from it; what is left at its close is its owner's.
    """
    system = chain.system()
    registry = Registry(system)
    receipt = registry.fund_bounty(chain.key(system.connection.chain_id), account, amount)
    bounty = exact_text(registry.account(account).bounty, QUOTE)
    tell(receipt, as_json, account=str(account), bounty=bounty)
    next_step(f"zkmargin chain status {account}")
