# SPDX-License-Identifier: Apache-2.0
"""`chain holder status`: an opening holder's bond."""

from __future__ import annotations

import click

from zkmargin.chain.holder_bonds import HolderBonds
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.reading import time_text
from zkmargin.report import money_text
from zkmargin.units import QUOTE


@click.command("status")
@click.argument("holder", type=address)
@chain_options
@as_json
def command(holder: str, chain: ChainOptions, as_json: bool) -> None:
    """What the chain says of HOLDER, an address: its bond, and whether accounts may name it."""
    bonds = HolderBonds(chain.system())
    state, unit = bonds.state(holder), bonds.unit()
    covers = state.covers(unit)
    if as_json:
        amounts = {"bond": exact_text(state.bond, QUOTE), "unit": exact_text(unit, QUOTE)}
        leaves = str(state.leaves_at)
        print_json({"holder": holder, **amounts, "leaves_at": leaves, "covers": covers})
    else:
        leaving = f"; leaves at {time_text(state.leaves_at)}" if state.leaves_at else ""
        named = "may name it" if covers else "may not name it"
        show(f"{holder}: bond {money_text(state.bond)}{leaving}; accounts {named}")
        show(f"a holder needs {money_text(unit)}, and loses as much each time that it is slashed")
    next_step(f"zkmargin chain open BOOK --holder {holder}" if covers else _advice(state.leaves_at))


def _advice(leaves_at: int) -> str:
    return f"zkmargin chain holder {'release' if leaves_at else 'bond AMOUNT'}"
