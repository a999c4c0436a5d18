# SPDX-License-Identifier: Apache-2.0
"""`chain publish`: the next epoch of a feed."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.feed import Feed
from zkmargin.chain.key import Key, keystore_key
from zkmargin.commands.chain_options import (
    ChainOptions,
    ask_passphrase,
    chain_local_key,
    chain_options,
    tell,
)
from zkmargin.commands.terminal import EXISTING, as_json, next_step, say
from zkmargin.documents.publication_document import load_draft
from zkmargin.documents.snapshot_document import load_snapshot


@click.command("publish")
@click.argument("file", metavar="SNAPSHOT|DRAFT", type=EXISTING)
@click.option("--signer", "signers", type=EXISTING, multiple=True, help="Keystore; repeatable.")
@click.option("--local-signer", "local_signers", type=int, multiple=True, metavar="N")
@click.option(
    "--set-time", is_flag=True, help="Move the clock of a local chain to the snapshot's time."
)
@chain_options
@as_json
def command(
    file: Path,
    signers: tuple[Path, ...],
    local_signers: tuple[int, ...],
    set_time: bool,
    chain: ChainOptions,
    as_json: bool,
) -> None:
    """Check a snapshot, sign it with the keys at hand and publish it as the next epoch.

    DRAFT is what `chain sign` writes: its signatures are used too.
    """
    system = chain.system()
    feed, chain_id = Feed(system), system.connection.chain_id
    draft = load_draft(file)
    publication, data = (
        feed.prepare(load_snapshot(file)) if draft is None else (draft.publication, draft.data)
    )
    keys: list[Key] = [chain_local_key(number, chain_id) for number in local_signers]
    keys += [keystore_key(p, lambda p=p: ask_passphrase(p)) for p in signers]  # type: ignore[misc]
    signatures = [*(draft.signatures if draft else ()), *feed.sign(publication, data, keys)]
    if set_time and system.connection.time < publication.timestamp:
        system.connection.local_time(publication.timestamp)
    say(f"epoch {publication.epoch}: {len(data):,} bytes, {len(signatures)} signatures")
    receipt = feed.publish(chain.key(chain_id), publication, data, signatures)
    tell(receipt, as_json, epoch=publication.epoch)
    next_step(f"zkmargin chain snapshot {publication.epoch}")
