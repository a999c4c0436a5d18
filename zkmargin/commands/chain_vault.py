# SPDX-License-Identifier: Apache-2.0
"""`chain vault`: the group of the commands that move the cash of accounts."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "deposit": "Pay cash of an account's book into the vault.",
    "withdraw": "Queue cash that settlement has taken out of a book.",
    "claim": "Pay a queued withdrawal at the rate of now.",
    "status": "What an address waits for, and what it is worth.",
}


@click.group("vault", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_vault_")
def command() -> None:
    """Move the cash that stands behind the books: in, into the queue, out.

    Needs a deployment with an auction house. `zkmargin chain reserves` shows the totals.
    """
