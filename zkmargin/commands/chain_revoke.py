# SPDX-License-Identifier: Apache-2.0
"""`chain revoke`: signatures that were given and not used."""

from __future__ import annotations

import click

from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import ChainOptions, chain_options, tell
from zkmargin.commands.terminal import as_json, next_step


@click.command("revoke")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """Make every signature for ACCOUNT that was given and not used invalid. Its owner sends it."""
    system = chain.system()
    registry = Registry(system)
    receipt = registry.revoke_signatures(chain.key(system.connection.chain_id), account)
    nonce = registry.account(account).nonce
    tell(receipt, as_json, account=str(account), nonce=str(nonce))
    next_step(f"sign the next change anew: zkmargin chain advance BOOK; nonce {nonce}")
