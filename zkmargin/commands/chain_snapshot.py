# SPDX-License-Identifier: Apache-2.0
"""`chain snapshot`: an epoch's snapshot, from the chain's logs alone."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.feed import Feed
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import OUTPUT, as_json, next_step, print_json, say
from zkmargin.documents.snapshot_document import dump_snapshot
from zkmargin.documents.writing import write_document


@click.command("snapshot")
@click.argument("epoch", type=int, required=False)
@click.option("-o", "--output", type=OUTPUT, help="Default: epoch_EPOCH.json.")
@chain_options
@as_json
def command(epoch: int | None, output: Path | None, chain: ChainOptions, as_json: bool) -> None:
    """Rebuild the snapshot of EPOCH, or of the latest one, from logs.

    It is written only if its own hash is the one that the contract keeps.
    """
    feed = Feed(chain.system())
    chosen = epoch if epoch is not None else feed.latest_epoch()
    snapshot = feed.snapshot(chosen)
    path = output or Path(f"epoch_{chosen}.json")
    write_document(path, dump_snapshot(snapshot))
    if as_json:
        print_json({"snapshot": str(path), "hash": f"{snapshot.hash:#066x}"})
    say(f"wrote {path}: epoch {chosen}, hash {snapshot.hash:#066x}, the contract's own")
    next_step(f"zkmargin check BOOK {path}")
