# SPDX-License-Identifier: Apache-2.0
"""`chain holder`: the group of the commands of opening holders."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "bond": "Bond the sender as an opening holder, or add to its bond.",
    "leave": "Give notice: no account may name the sender any more.",
    "release": "Get the bond back once the notice is over.",
    "slash": "Slash the holder of an account that stayed without a proof.",
    "status": "What the chain says of an opening holder.",
}


@click.group("holder", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_holder_")
def command() -> None:
    """Bond an opening holder: who knows the books of the accounts that name it.

    After an unanswered call it must prove margin or shortfall in time, or lose a part of its bond.
    """
