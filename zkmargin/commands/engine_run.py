# SPDX-License-Identifier: Apache-2.0
"""`engine run`: the engine at a deployed system."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from zkmargin.chain.registry import Registry
from zkmargin.chain.system import System
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.opening import open_book, view_secret_option
from zkmargin.commands.terminal import next_step, say, stages
from zkmargin.engine.chain_calls import ChainAttestor, proof_text
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.engine.chain_view import AUCTION_HOUSE
from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.proof_directory import ProofDirectory
from zkmargin.engine.proof_inbox import ProofInbox
from zkmargin.engine.store import Store
from zkmargin.engine.view import ONE
from zkmargin.logs import open_log
from zkmargin.units import QUOTE
from zkmargin.wallet.verifier import MarginVerifier


@click.command("run")
@click.option("--books", type=click.Path(exists=True, path_type=Path), help="Directory of books.")
@click.option(
    "--proofs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory into which margin proofs of others are put.",
)
@click.option("--call", is_flag=True, help="Call stale accounts of which nothing is known.")
@click.option(
    "--bid-up-to",
    "most_factor",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Price factor at or below which it bids in auctions.",
)
@click.option(
    "--most-price", type=int, default=0, metavar="QUOTE", help="Most that it pays for a slice."
)
@click.option("--holder", metavar="ADDRESS", help="Opening holder of lots; default: the sender.")
@click.option("--once", is_flag=True, help="One step, and end: for a timer.")
@view_secret_option
@chain_options
def command(
    books: Path | None,
    proofs: Path | None,
    call: bool,
    most_factor: float,
    most_price: int,
    holder: str | None,
    once: bool,
    view_secret: Path | None,
    chain: ChainOptions,
) -> None:
    """Watch all accounts, report shortfalls, answer for the healthy books it holds.

    With an auction house in the deployment it starts auctions, and bids in them if told: registry
    and house must be allowed to take the sender's bonds and prices (ERC-20 approve). A lot that it
    wins needs a bonded opening holder: the sender, or --holder.

    It can be stopped, or killed, at any moment, and started again: what it has decided and sent
    is in its store. Settings: [engine] and [log] of zkmargin.toml.
    """
    with stages() as progress:
        system = chain.system(progress)
    openings = OpeningsDirectory(Path(chain.settings.text("engine.openings")))
    for path in sorted(books.glob("*.json")) if books else ():
        openings.keep(open_book(path, view_secret))
    policy = _policy(system, call, round(most_factor * ONE), most_price * QUOTE)
    engine = _engine(system, chain, openings, policy, proofs, holder or "")
    if once:
        step = engine.step()
        say(f"{step.decided} decisions, {step.acted} with an action")
    else:
        engine.run(_stop(), pause=chain.settings.number("engine.poll"))
    next_step("zkmargin engine status")


def _engine(
    system: System,
    chain: ChainOptions,
    openings: OpeningsDirectory,
    policy: Policy,
    proofs: Path | None,
    holder: str,
) -> Engine:
    settings, inbox = chain.settings, _inbox(system)
    venue = ChainVenue(system, chain.key(system.connection.chain_id))
    return Engine(
        venue,
        Store.open(settings.text("engine.store")),
        openings,
        ChainAttestor(system.deployment, venue.sender, holder),
        policy,
        initial_level=Registry(system).params()["initialLevel"],
        proofs=inbox,
        intake=ProofDirectory(proofs, inbox).refresh if proofs else None,
        log=open_log(settings.text("log.format"), settings.text("log.level")),
    )


def _inbox(system: System) -> ProofInbox:
    """Proofs in hand, checked with the deployed key."""
    deployment = system.deployment
    key = deployment.artifacts("margin").verifying_key
    verifier = MarginVerifier(key, deployment.domain("margin"))
    return ProofInbox(verifier, lambda proof: proof_text(proof.proof))


def _policy(system: System, call: bool, most_factor: int, most_price: int) -> Policy:
    """What was asked for, as far as the deployment has contracts for it."""
    has_house = AUCTION_HOUSE in system.deployment.contracts
    factor = most_factor if has_house and most_price else 0
    return Policy(call=call, start=has_house, most_factor=factor, most_price=most_price)


def _stop() -> threading.Event:
    """Set by the first interrupt or termination, so that a step under way is finished."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
