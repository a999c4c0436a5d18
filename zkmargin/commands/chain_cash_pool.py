# SPDX-License-Identifier: Apache-2.0
"""`chain cash-pool`: the group of the commands of depositors who take deficits for fees."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "deposit": "Queue a deposit.",
    "activate": "Put a queued deposit to work, one epoch later.",
    "leave": "Announce a withdrawal.",
    "withdraw": "Pay an announced withdrawal and all gains, one epoch later.",
    "status": "What the pool holds for a depositor.",
}


@click.group("cash-pool", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_cash_pool_")
def command() -> None:
    """Deposit cash that takes deficits of liquidated accounts, before insurance, and earns fees.

    Losses and fees are shared in proportion. Nobody comes or goes while an auction runs. Needs a
    deployment with an auction house.
    """
