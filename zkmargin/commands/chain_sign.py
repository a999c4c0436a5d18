# SPDX-License-Identifier: Apache-2.0
"""`chain sign`: one signer's word for a snapshot."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.feed import Feed
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say
from zkmargin.documents.publication_document import (
    PublicationDraft,
    dump_draft,
    load_draft,
    write_draft,
)
from zkmargin.documents.snapshot_document import load_snapshot


@click.command("sign")
@click.argument("file", metavar="SNAPSHOT|DRAFT", type=EXISTING)
@click.option("-o", "--output", type=OUTPUT, default=Path("publication.json"), show_default=True)
@chain_options
@as_json
def command(file: Path, output: Path, chain: ChainOptions, as_json: bool) -> None:
    """Check a snapshot against every rule and sign it as the next epoch.

    SNAPSHOT begins a draft with the sender's key; DRAFT adds a signature to another signer's. What
    is signed is what was recomputed here, not what a file claims.
    """
    system = chain.system()
    feed = Feed(system)
    draft = load_draft(file)
    if draft is None:
        publication, data = feed.prepare(load_snapshot(file))
        draft = PublicationDraft(publication, data, ())
    key = chain.key(system.connection.chain_id)
    added = feed.sign(draft.publication, draft.data, [key])
    signed = PublicationDraft(draft.publication, draft.data, (*draft.signatures, *added))
    write_draft(output, signed)
    if as_json:
        print_json(dump_draft(signed))
    say(f"wrote {output}: epoch {signed.publication.epoch}, {len(signed.signatures)} signatures")
    next_step(f"zkmargin chain publish {output}")
