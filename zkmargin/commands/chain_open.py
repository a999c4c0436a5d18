# SPDX-License-Identifier: Apache-2.0
"""`chain open`: the account of a book."""

from __future__ import annotations

from pathlib import Path

import click

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


@click.command("open")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--holder", metavar="ADDRESS", help="Opening holder; default: the sender.")
@click.option("--bounty", type=int, metavar="UNITS", help="[1e-6 quote]; default: the least.")
@click.option("--without-proof", is_flag=True, help="Open without margin: the account is Stale.")
@view_secret_option
@owner_options
@chain_options
@as_json
def command(
    book_file: Path,
    holder: str | None,
    bounty: int | None,
    without_proof: bool,
    view_secret: Path | None,
    owner_keystore: Path | None,
    owner_local_account: int | None,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Open the account of BOOK with a proof of margin at the initial level.

    The sender is the venue's settlement role and pays the bounty; the owner signs. The chain sees
    the commitment, never the book.
    """
    book = open_book(book_file, view_secret)
    with stages() as log:
        system = chain.system(log)
        registry, chain_id = Registry(system), system.connection.chain_id
        settlement, params = chain.key(chain_id), registry.params()
        owner = owner_key(owner_keystore, owner_local_account, chain_id) or settlement
        proof = None
        if not without_proof:
            snapshot = Feed(system).snapshot(Feed(system).latest_epoch())
            level = params["initialLevel"]
            proof = prove_for(system.deployment, book, snapshot, level, progress=log)
        least = params["minBounty"] if bounty is None else bounty
        receipt = registry.open(book, owner, settlement, holder or settlement.address, least, proof)
    tell(receipt, as_json, account=str(book.account))
    next_step(f"zkmargin chain status {book.account}")
