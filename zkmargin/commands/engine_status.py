# SPDX-License-Identifier: Apache-2.0
"""`engine status`: what is in the engine's store."""

from __future__ import annotations

from collections import Counter

import click

from zkmargin.commands.terminal import as_json, next_step, print_json, say
from zkmargin.documents.writing import Json
from zkmargin.engine.store import Store
from zkmargin.engine.store_rows import Intent
from zkmargin.settings import load_settings


@click.command("status")
@click.option("--store", metavar="URL", help="Database.  [engine.store]")
@as_json
def command(store: str | None, as_json: bool) -> None:
    """Followed blocks, decisions and intents; what is under way first."""
    opened = Store.open(load_settings({"engine.store": store}).text("engine.store"))
    intents, blocks = opened.intents(), opened.followed()
    counts = Counter(intent.state for intent in intents)
    decisions = sum(1 for _ in opened.log())
    under_way = [i for i in intents if i.state in ("intended", "sent")]
    if as_json:
        waiting: list[Json] = [_document(intent) for intent in under_way]
        print_json(
            {
                "head": str(blocks[0].number) if blocks else None,
                "decisions": decisions,
                "intents": dict(counts),
                "under_way": waiting,
            }
        )
    else:
        say(f"block {blocks[0].number if blocks else 'none'}, {decisions} decisions")
        for state, count in sorted(counts.items()):
            say(f"  {state}: {count}")
        for intent in under_way:
            say(f"  under way: {intent.action.kind} account {intent.action.account}")
    next_step("zkmargin engine replay")


def _document(intent: Intent) -> dict[str, Json]:
    return {
        "action": str(intent.action.kind),
        "account": str(intent.action.account),
        "state": intent.state,
        "transaction": intent.signed.hash if intent.signed else None,
    }
