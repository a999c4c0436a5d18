# SPDX-License-Identifier: Apache-2.0
"""`chain auction`: the group of the commands that liquidate an account."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "start": "Start the auction of a liquidatable account.",
    "bid": "Bid for the smallest slice that restores an account.",
    "settle": "Settle an award with proofs of the slice and of the lot.",
    "slash": "Take the bond of a winner whose time is over.",
    "end": "End an auction that was cured or found no bidder.",
    "remainder": "Write the book that a settlement left to the owner.",
    "status": "What the chain says of an account's auction.",
}


@click.group("auction", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_auction_")
def command() -> None:
    """Liquidate an account that was proven short: as little of it as restores it.

    Needs a deployment with an auction house: `zkmargin chain local --liquidation`.
    """
