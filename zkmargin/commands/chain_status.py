# SPDX-License-Identifier: Apache-2.0
"""`chain status`: what the chain says of an account, and of the feed."""

from __future__ import annotations

import click

from zkmargin.chain.account import MEANING, AccountState
from zkmargin.chain.feed import LEVELS, Feed, FeedState
from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.writing import Json
from zkmargin.registry.status import Status
from zkmargin.units import QUOTE

_NEXT = {
    Status.NONE: "zkmargin chain open BOOK",
    Status.HEALTHY: "zkmargin guard BOOK",
    Status.STALE: "zkmargin chain prove BOOK",
    Status.CALLED: "zkmargin chain prove BOOK",
    Status.PRESUMED: "zkmargin chain prove BOOK",
    Status.LIQUIDATABLE: "zkmargin chain prove BOOK, once it is healthy again",
    Status.IN_AUCTION: "zkmargin chain prove BOOK, once it is healthy again",
    Status.AWARDED: "wait for the settlement",
    Status.CLOSED: "zkmargin chain open BOOK",
}


@click.command("status")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """What the chain says of ACCOUNT: its status and what it follows from."""
    system = chain.system()
    registry = Registry(system)
    state, feed = registry.account(account), Feed(system).state()
    if as_json:
        print_json(_document(state, feed))
    else:
        show("\n".join(_lines(state, feed, registry.clock())))
    next_step(_NEXT[state.status])


def _lines(state: AccountState, feed: FeedState, clock: int) -> list[str]:
    lines = [f"account {state.id}: {state.status.word}, {MEANING[state.status]}"]
    if state.status is not Status.NONE:
        lines.append(f"version {state.version}, commitment {state.commitment:#066x}")
        lines.append(f"owner {state.owner}, opening holder {state.holder}")
        proven = f"at epoch {state.proven_epoch}" if state.proven_epoch else "never"
        lines.append(f"proven {proven}; bounty {exact_text(state.bounty, QUOTE)}")
    if state.status is Status.CALLED:
        left = state.deadline - clock
        lines.append(f"a proof of epoch {state.call_epoch} or later is due within {left} s")
    level = f"breaker {feed.level}, {LEVELS[feed.level]}"
    return [*lines, f"feed: latest epoch {feed.latest_epoch}, {level}"]


def _document(state: AccountState, feed: FeedState) -> dict[str, Json]:
    return {
        "account": str(state.id),
        "status": state.status.word,
        "version": str(state.version),
        "commitment": f"{state.commitment:#066x}",
        "owner": state.owner,
        "holder": state.holder,
        "proven_epoch": str(state.proven_epoch),
        "call_epoch": str(state.call_epoch),
        "deadline": str(state.deadline),
        "episode": str(state.episode),
        "bounty": exact_text(state.bounty, QUOTE),
        "latest_epoch": str(feed.latest_epoch),
        "breaker_level": feed.level,
    }
