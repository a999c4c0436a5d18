# SPDX-License-Identifier: Apache-2.0
"""`chain insurance`: the group of the commands of the insurance fund."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "give": "Give to the fund.",
    "collect": "Bring penalties, fines and slashed bonds into the fund.",
    "repair": "Cover a loss that everybody carries with what the fund has.",
    "skim": "Take out what exceeds the fund's buffer.",
}


@click.group("insurance", cls=LazyGroup, summaries=SUMMARIES, prefix="chain_insurance_")
def command() -> None:
    """Fill the insurance fund, and put it to work.

    Needs a deployment with an auction house. `zkmargin chain reserves` shows what it has.
    """
