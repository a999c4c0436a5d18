# SPDX-License-Identifier: Apache-2.0
"""The demo's account on a chain: opened, proven, called, answered; and a short book reported.

A local chain plays all roles: account 0 is the venue, 1 to 3 sign snapshots, 4 and 5 own the two
books, 6 is a keeper.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from examples.demo_steps import BUILD, EXAMPLES, ask, console, step, zkmargin

VENUE, OWNER, OTHER_OWNER, KEEPER = "0", "4", "5", "6"
BEFORE_THE_MARKET = "1739999000"  # the chain begins before the first snapshot [s]
BOOK, SHORT_BOOK = EXAMPLES / "eth_book.json", BUILD / "short_book.json"
ACCOUNT, SHORT_ACCOUNT = "7", "8"


@contextmanager
def local_chain() -> Iterator[None]:
    """Starts a chain and deploys everything on it; ends it with the block.

    The commands find it by two variables, which take the place of --rpc and --deployment.
    """
    step("10. A local chain with the contracts on it")
    zkmargin("setup", "standard", "--circuit", "shortfall")
    directory = ["--directory", str(BUILD / "chain")]
    zkmargin("chain", "local", "--stop", *directory)
    try:
        answer = ask("chain", "local", "--timestamp", BEFORE_THE_MARKET, *directory)
        os.environ["ZKMARGIN_CHAIN_RPC"] = answer["rpc"]
        os.environ["ZKMARGIN_CHAIN_DEPLOYMENT"] = answer["deployment"]
        yield
    finally:
        zkmargin("chain", "local", "--stop", *directory)


def show(snapshot: Path) -> None:
    """Two accounts in a market that falls."""
    gas: dict[str, int] = {}
    step("11. The market of epoch 1, signed by two of three signers")
    gas["publish an epoch"] = publish(snapshot)

    step("12. The account opens with a proof at 1.2 times the requirement")
    owner = ["--owner-local-account", OWNER]
    gas["open, with a proof"] = run("open", str(BOOK), *owner, sender=VENUE)
    show_status(ACCOUNT, "Healthy")

    step("13. Another one opens without a proof")
    _write_short_book()
    without = ["--owner-local-account", OTHER_OWNER, "--without-proof"]
    gas["open, without a proof"] = run("open", str(SHORT_BOOK), *without, sender=VENUE)
    show_status(SHORT_ACCOUNT, "Stale")

    step("14. Five minutes later ETH is 4 % lower: the old proof says nothing any more")
    lower = BUILD / "lower.json"
    fall = ["--index", "2574.339", "--seconds", "300", "-o", str(lower)]
    zkmargin("snapshot", "move", str(snapshot), *fall)
    publish(lower)
    show_status(ACCOUNT, "Stale")

    step("15. A keeper calls the account with a bond")
    gas["call"] = run("call", ACCOUNT, sender=KEEPER)
    show_status(ACCOUNT, "Called")

    step("16. Its owner answers with a proof under the new epoch, rebuilt from the chain's logs")
    gas["prove, answering a call"] = run("prove", str(BOOK), sender=OWNER)
    show_status(ACCOUNT, "Healthy")

    step("17. The short book cannot be proven: the keeper, who knows it, reports it")
    gas["report a shortfall"] = run("report", str(SHORT_BOOK), sender=KEEPER)
    show_status(SHORT_ACCOUNT, "Liquidatable")

    step("Gas, all of it: base cost, calldata, execution")
    for name, used in gas.items():
        console.print(f"  {used:>9,}  {name}")


def run(command: str, *arguments: str, sender: str) -> int:
    """Sends one transaction as an account of the chain; returns the gas that it took."""
    return int(ask("chain", command, *arguments, "--local-account", sender)["gas"])


def publish(snapshot: Path) -> int:
    """Publishes a snapshot with two signatures, at its own time."""
    signers = ["--local-signer", "1", "--local-signer", "2", "--set-time"]
    return run("publish", str(snapshot), *signers, sender=VENUE)


def show_status(account: str, expected: str) -> None:
    """What the chain says of an account, which must be what the demo announced."""
    answer = ask("chain", "status", account)
    console.print(f"  account {account} is [bold green]{answer['status']}", end="")
    console.print(f", proven at epoch {answer['proven_epoch']} of {answer['latest_epoch']}")
    if answer["status"] != expected:
        raise SystemExit(f"account {account} is {answer['status']}, not {expected}")


def _write_short_book() -> None:
    """The short book of the examples in its first version, as an account begins."""
    document = json.loads((EXAMPLES / "short_book.json").read_text())
    SHORT_BOOK.write_text(json.dumps({**document, "version": "1"}))
