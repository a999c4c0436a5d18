# SPDX-License-Identifier: Apache-2.0
"""`chain advance`: an account's next book."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from zkmargin.chain.account import AdvanceKind
from zkmargin.chain.feed import Feed
from zkmargin.chain.registry import Registry
from zkmargin.chain.statements import prove_for
from zkmargin.commands.chain_options import (
    ChainOptions,
    chain_options,
    owner_key,
    owner_options,
    tell,
)
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, as_json, next_step, stages
from zkmargin.units import BPS

_KINDS: Final = {kind.name.lower(): kind for kind in list(AdvanceKind)[1:4]}


@click.command("advance")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--kind", type=click.Choice(list(_KINDS)), default="trade", show_default=True)
@click.option("--without-proof", is_flag=True, help="The account is Stale afterwards.")
@view_secret_option
@owner_options
@chain_options
@as_json
def command(
    book_file: Path,
    kind: str,
    without_proof: bool,
    view_secret: Path | None,
    owner_keystore: Path | None,
    owner_local_account: int | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Store the commitment of BOOK, whose version is the account's next.

    The sender is the settlement role, the owner signs. A trade is proven at the initial level, a
    deposit or a reduction at maintenance.
    """
    book, chosen = open_book(book_file, view_secret), _KINDS[kind]
    with stages() as log:
        system = chain.system(log)
        registry, chain_id = Registry(system), system.connection.chain_id
        settlement = chain.key(chain_id)
        owner = owner_key(owner_keystore, owner_local_account, chain_id) or settlement
        proof = None
        if not without_proof:
            snapshot = Feed(system).snapshot(Feed(system).latest_epoch())
            initial = registry.params()["initialLevel"]
            level = initial if chosen is AdvanceKind.TRADE else BPS
            proof = prove_for(system.deployment, book, snapshot, level, progress=log)
        receipt = registry.advance(book, chosen, owner, settlement, proof)
    tell(receipt, as_json, account=str(book.account))
    next_step(f"zkmargin chain status {book.account}")
