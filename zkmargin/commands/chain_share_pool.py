# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool`: the group of the commands of the pool that buys slices."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "deposit": "Queue cash for shares.",
    "redeem": "Queue shares for cash.",
    "price": "Price the shares by NAV proofs of the pool's accounts.",
    "serve": "Hand out the shares and the cash of priced requests.",
    "fund": "Move free cash towards a book of the pool.",
    "status": "The pool's figures, and a holder's shares and requests.",
}


@click.group("share-pool", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_share_pool_")
def command() -> None:
    """Own a part of the pool that buys slices of liquidated accounts.

    What is queued in one epoch is priced in a later one, for everybody alike, and nothing is queued
    or priced while an auction runs. Needs a deployment with an auction house.
    """
