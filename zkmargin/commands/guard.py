# SPDX-License-Identifier: Apache-2.0
"""`guard`: keeps an account healthy on the chain."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from zkmargin.chain.alert_command import AlertCommand
from zkmargin.chain.guard import Guard, GuardRules, Outcome
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import EXISTING, answer_no, next_step, say, stages
from zkmargin.logs import open_log
from zkmargin.proving.artifacts import artifact_home
from zkmargin.wallet.prover import MarginProver


@click.command("guard")
@click.argument("book_file", metavar="BOOK", type=EXISTING)
@click.option("--once", is_flag=True, help="One look, and end: for a timer.")
@click.option("--memory", type=click.Path(path_type=Path), help="File that remembers warnings.")
@click.option("--on-alert", metavar="COMMAND", help="Gets alerts as JSON.  [guard.on_alert]")
@view_secret_option
@chain_options
def command(
    book_file: Path,
    once: bool,
    memory: Path | None,
    on_alert: str | None,
    view_secret: Path | None,
    chain: ChainOptions,
) -> None:
    """Prove the margin of BOOK's account as epochs go by, answer calls, warn at set ratios.

    BOOK is read anew at every look, so that it may be replaced after a trade. Settings: [guard] and
    [log] of zkmargin.toml. Exit code 1 if the account is over, or if one look finds it short.
    """
    settings = chain.settings
    rules = GuardRules(
        every=settings.text("guard.prove") == "every",
        lead=int(settings.number("guard.lead")),
        alerts=settings.numbers("guard.alerts"),
    )
    writer = open_log(settings.text("log.format"), settings.text("log.level"))
    tell = AlertCommand(on_alert or settings.text("guard.on_alert"), writer)
    book = open_book(book_file, view_secret)
    with stages() as log:
        system = chain.system(log)
        prover = MarginProver.load(system.deployment.preset("margin"), progress=log)
    name = f"guard_{system.deployment.chain_id}_{book.account}.json"
    with prover:
        guard = Guard(
            system=system,
            read_book=lambda: open_book(book_file, view_secret),
            prover=prover,
            key=chain.key(system.connection.chain_id),
            rules=rules,
            log=writer,
            memory=memory or artifact_home().parent / "guard" / name,
            tell=tell,
        )
        outcome = guard.look() if once else guard.run(settings.number("guard.poll"), _stop())
    say(outcome.value)
    next_step(f"zkmargin chain status {book.account}")
    if outcome in (Outcome.SHORT, Outcome.WRONG_BOOK, Outcome.OVER):
        answer_no()


def _stop() -> threading.Event:
    """Set by the first interrupt or termination, so that a proof under way is still sent."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
