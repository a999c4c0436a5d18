# SPDX-License-Identifier: Apache-2.0
"""`chain cash-pool status`: a depositor's part of the cash pool."""

from __future__ import annotations

import click

from zkmargin.chain.cash_pool import Asked, CashPool
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.report import money_text
from zkmargin.units import QUOTE


@click.command("status")
@click.argument("holder", type=address)
@chain_options
@as_json
def command(holder: str, chain: ChainOptions, as_json: bool) -> None:
    """What the cash pool holds for HOLDER, an address."""
    pool = CashPool(chain.system())
    share, total, capacity = pool.share(holder), pool.total(), pool.capacity()
    if as_json:
        amounts = {"deposit": share.deposit, "gain": share.gain, "queued": share.queued.amount}
        amounts |= {"withdrawal": share.withdrawal.amount, "total": total, "capacity": capacity}
        print_json({"holder": holder, **{n: exact_text(a, QUOTE) for n, a in amounts.items()}})
    else:
        left = f"{money_text(share.deposit)} of deposits and {money_text(share.gain)} of gains"
        show(f"{holder} has {left}, in a pool of {money_text(total)}")
        show(f"queued {_since(share.queued)}; to be withdrawn {_since(share.withdrawal)}")
    next_step(_next(share.queued, share.withdrawal, holder))


def _since(asked: Asked) -> str:
    return f"{money_text(asked.amount)}, asked for in epoch {asked.epoch}" if asked.amount else "0"


def _next(queued: Asked, withdrawal: Asked, holder: str) -> str:
    if queued.amount:
        return f"after epoch {queued.epoch}: zkmargin chain cash-pool activate {holder}"
    if withdrawal.amount:
        return f"after epoch {withdrawal.epoch}: zkmargin chain cash-pool withdraw {holder}"
    return "zkmargin chain cash-pool deposit AMOUNT"
