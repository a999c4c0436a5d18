# SPDX-License-Identifier: Apache-2.0
"""`chain time`: the clock of a local chain."""

from __future__ import annotations

import click

from zkmargin.chain.connection import Connection
from zkmargin.chain.contract_build import build_contracts
from zkmargin.chain.contract_words import ContractWords
from zkmargin.commands.chain_local import time_of
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import next_step, say
from zkmargin.documents.reading import time_text


@click.command("time")
@click.argument("moment", metavar="+SECONDS|TIME")
@chain_options
def command(moment: str, chain: ChainOptions) -> None:
    """Move the clock of a local chain forward, to TIME or by SECONDS."""
    words = ContractWords(build_contracts())
    connection = Connection(chain.url, words, timeout=chain.timeout)
    now = connection.time
    target = now + int(moment[1:]) if moment[:1] == "+" and moment[1:].isdecimal() else None
    connection.local_time(time_of(moment) if target is None else target)
    say(f"from {time_text(now)} to {time_text(connection.time)}")
    next_step("zkmargin chain status ACCOUNT")
