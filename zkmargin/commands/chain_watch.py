# SPDX-License-Identifier: Apache-2.0
"""`chain watch`: the events of a system, as they happen."""

from __future__ import annotations

import time

import click

from zkmargin.chain.contract_words import Event
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import next_step, show

_POLL = 2.0  # [s]


@click.command("watch")
@click.argument("account", type=int, required=False)
@click.option("--from-block", type=int, help="Default: the block after the latest.")
@click.option("--once", is_flag=True, help="What is there, and end.")
@chain_options
def command(account: int | None, from_block: int | None, once: bool, chain: ChainOptions) -> None:
    """Print the events of oracle and registry, of all accounts or of ACCOUNT."""
    system = chain.system()
    addresses = [system.deployment.address(n) for n in ("MarketOracle", "MarginRegistry")]
    addresses.append(str(system.holders.address))
    block = system.connection.block + 1 if from_block is None else from_block
    while True:
        latest = system.connection.block
        if latest >= block:
            for event in system.connection.events(addresses, block, [], latest):
                if _is_of(event, account):
                    show(str(event))
            block = latest + 1
        if once:
            break
        time.sleep(_POLL)
    next_step("zkmargin chain status ACCOUNT")


def _is_of(event: Event, account: int | None) -> bool:
    return account is None or event.arguments.get("account", account) == account
