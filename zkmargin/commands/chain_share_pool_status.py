# SPDX-License-Identifier: Apache-2.0
"""`chain share-pool status`: the pool's figures, and those of a holder."""

from __future__ import annotations

import click

from zkmargin.chain.share_pool import Request, SharePool, SharePoolState
from zkmargin.commands.chain_arguments import address
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.writing import Json
from zkmargin.report import money_text
from zkmargin.units import QUOTE, SHARE


@click.command("status")
@click.argument("holder", type=address, required=False)
@chain_options
@as_json
def command(holder: str | None, chain: ChainOptions, as_json: bool) -> None:
    """The share pool's figures, and with HOLDER, an address, its shares and requests."""
    pool = SharePool(chain.system())
    state = pool.state()
    document: dict[str, Json] = _document(state)
    lines = _lines(state)
    if holder:
        shares = pool.shares(holder)
        asked = {"deposit": pool.deposit_of(holder), "redemption": pool.redemption_of(holder)}
        document |= {"holder": holder, "shares": exact_text(shares, SHARE)}
        document |= {name: _amount(name, request) for name, request in asked.items()}
        worth = f", worth {money_text(state.latest.worth(shares))}" if state.latest else ""
        lines.append(f"{holder} has {exact_text(shares, SHARE)} shares{worth}")
        lines += [_words(name, request) for name, request in asked.items() if request.amount]
    if as_json:
        print_json(document)
    else:
        show("\n".join(lines))
    next_step("zkmargin chain share-pool deposit AMOUNT, or redeem SHARES")


def _lines(state: SharePoolState) -> list[str]:
    supply = exact_text(state.supply, SHARE)
    waiting = f"{money_text(state.queued)} queued, {money_text(state.owed)} owed"
    lines = [f"{supply} shares; free cash {money_text(state.free_cash)}, {waiting}"]
    lines.append(f"accounts: {', '.join(map(str, state.accounts)) or 'none'}")
    if state.latest is None:
        return [*lines, "never priced"]
    price = money_text(state.latest.worth(SHARE))
    return [*lines, f"priced at epoch {state.latest.epoch}: a share pays {price}"]


def _document(state: SharePoolState) -> dict[str, Json]:
    latest = state.latest
    accounts: list[Json] = [str(account) for account in state.accounts]
    return {
        "supply": exact_text(state.supply, SHARE),
        "free_cash": exact_text(state.free_cash, QUOTE),
        "queued": exact_text(state.queued, QUOTE),
        "owed": exact_text(state.owed, QUOTE),
        "accounts": accounts,
        "priced_epoch": str(latest.epoch) if latest else "0",
        "share": exact_text(latest.worth(SHARE), QUOTE) if latest else "",
    }


def _amount(name: str, request: Request) -> Json:
    scale = QUOTE if name == "deposit" else SHARE
    amount = exact_text(request.amount, scale)
    return {"amount": amount, "epoch": str(request.epoch), "priced": request.priced}


def _words(name: str, request: Request) -> str:
    if name == "deposit":
        asked = f"{money_text(request.amount)} waits for shares"
    else:
        asked = f"{exact_text(request.amount, SHARE)} shares wait for cash"
    priced = "priced: zkmargin chain share-pool serve" if request.priced else "not priced yet"
    return f"{asked}, asked for in epoch {request.epoch}, {priced}"
