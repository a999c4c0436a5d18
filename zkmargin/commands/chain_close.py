# SPDX-License-Identifier: Apache-2.0
"""`chain close`: the end of an account."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import (
    ChainOptions,
    chain_options,
    owner_key,
    owner_options,
    tell,
)
from zkmargin.commands.terminal import as_json, next_step


@click.command("close")
@click.argument("account", type=int)
@owner_options
@chain_options
@as_json
def command(
    account: int,
    owner_keystore: Path | None,
    owner_local_account: int | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Close a Healthy ACCOUNT; what is left of its bounty is owed to its owner.

    The sender is the settlement role, which pays out the book itself; the owner signs.
    """
    system = chain.system()
    chain_id = system.connection.chain_id
    settlement = chain.key(chain_id)
    owner = owner_key(owner_keystore, owner_local_account, chain_id) or settlement
    receipt = Registry(system).close(account, owner, settlement)
    tell(receipt, as_json, account=str(account))
    next_step("the owner: zkmargin chain withdraw")
