# SPDX-License-Identifier: Apache-2.0
"""`chain`: the group of the commands that deploy contracts and work with them."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "local": "Start a local chain and deploy everything on it, or stop it.",
    "deploy": "Deploy the contracts, or go on with a deployment.",
    "key": "Draw a key and write it to an encrypted keystore.",
    "publish": "Publish the next epoch's snapshot, signed by a quorum.",
    "sign": "Check a snapshot and sign it for a publisher.",
    "snapshot": "Rebuild the snapshot of an epoch from the chain's logs.",
    "open": "Open the account of a book.",
    "advance": "Store the commitment of an account's next book.",
    "prove": "Prove the margin of one book or of many on the chain.",
    "call": "Call a stale account.",
    "expire": "Record that a call was not answered.",
    "report": "Report a book that is short.",
    "bounty": "Fund what keepers of an account are paid from.",
    "revoke": "Take back signatures that were not used.",
    "close": "Close a healthy account.",
    "holder": "Bond an opening holder, or slash one that kept silent.",
    "withdraw": "Pay out what the contracts owe the sender.",
    "auction": "Liquidate an account: start, bid, settle.",
    "reserves": "What vault, pool and insurance hold.",
    "vault": "Move the cash of accounts: deposit, queue, claim.",
    "insurance": "Fill the insurance fund, and put it to work.",
    "cash-pool": "Deposit cash that takes deficits and earns fees.",
    "share-pool": "Own a part of the pool that buys slices.",
    "status": "What the chain says of an account.",
    "watch": "The events of the contracts, as they happen.",
    "time": "Move the clock of a local chain.",
}


@click.group("chain", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_")
def command() -> None:
    """Deploy the contracts and work with them.

    Settings come from zkmargin.toml, the environment and flags: `zkmargin config show`.
    """
