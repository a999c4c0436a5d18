# SPDX-License-Identifier: Apache-2.0
"""`engine replay`: whether the decision log is whole and leads to the same decisions."""

from __future__ import annotations

import click

from zkmargin.commands.terminal import answer_no, as_json, next_step, print_json, say
from zkmargin.engine.decision_log import LogBrokenError, replay
from zkmargin.engine.store import Store
from zkmargin.settings import load_settings


@click.command("replay")
@click.option("--store", metavar="URL", help="Database.  [engine.store]")
@as_json
def command(store: str | None, as_json: bool) -> None:
    """Decide everything in the log again; exit code 1 if an entry differs or is not chained."""
    opened = Store.open(load_settings({"engine.store": store}).text("engine.store"))
    try:
        count = replay(opened.log())
    except LogBrokenError as error:
        if as_json:
            print_json({"replays": False, "decision": error.place, "reason": str(error)})
        say(str(error))
        next_step("compare the store with a backup: somebody or something has changed it")
        answer_no()
    if as_json:
        print_json({"replays": True, "decisions": count})
    say(f"{count} decisions, each decided the same again")
    next_step("zkmargin engine run")
