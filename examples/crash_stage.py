# SPDX-License-Identifier: Apache-2.0
"""Where the demo's crash happens: a local chain with an auction house, two accounts, their money.

Account 0 is the venue, 1 to 3 sign snapshots, 4 and 5 own the two accounts, 6 and 7 are keepers, 8
is a saver: a depositor of the cash pool, whose other cash is in the vault too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from examples.demo_steps import BUILD, EXAMPLES, ask, zkmargin
from zkmargin.book import Book
from zkmargin.chain.account import AccountState
from zkmargin.chain.cash_pool import CashPool
from zkmargin.chain.connection import Receipt
from zkmargin.chain.feed import Feed
from zkmargin.chain.key import Key, local_key
from zkmargin.chain.registry import Registry
from zkmargin.chain.reserves import Reserves
from zkmargin.chain.statements import prove_for
from zkmargin.chain.system import System
from zkmargin.documents.book_document import load_book
from zkmargin.market_move import moved
from zkmargin.snapshot import Snapshot
from zkmargin.units import QUOTE

VENUE, SIGNERS = local_key(0), (local_key(1), local_key(2))
OWNERS = (local_key(4), local_key(5))
KEEPER, SECOND_KEEPER, SAVER = local_key(6), local_key(7), local_key(8)
BOOK_FILES: Final = (EXAMPLES / "strangle_book.json", EXAMPLES / "naked_book.json")
BOOKS: Final = tuple(load_book(path) for path in BOOK_FILES)
INITIAL_LEVEL: Final = 12_000  # [bps]
SAVINGS: Final = 50_000 * QUOTE  # the saver's cash in the vault, account 23
POOLED, INSURED = 800 * QUOTE, 500 * QUOTE

_SAVER_ACCOUNT: Final = 23
_PRESET: Final = "small"
_BEFORE_THE_MARKET: Final = "1739999000"  # [s]


@dataclass
class Stage:
    """A deployed system and its latest market."""

    system: System
    market: Snapshot

    @property
    def registry(self) -> Registry:
        """The registry."""
        return Registry(self.system)

    @property
    def reserves(self) -> Reserves:
        """Vault and insurance, and what the cash pool has."""
        return Reserves(self.system)

    def account(self, book: Book) -> AccountState:
        """What the chain says of a book's account."""
        return self.registry.account(book.account)

    def publish(self, snapshot: Snapshot) -> Receipt:
        """Publishes an epoch with two signatures, at its own time."""
        feed = Feed(self.system)
        publication, data = feed.prepare(snapshot)
        signatures = feed.sign(publication, data, SIGNERS)
        self.system.connection.local_time(snapshot.header.timestamp)
        self.market = snapshot
        return feed.publish(VENUE, publication, data, signatures)

    def next_epoch(self, percent: int = 0, seconds: int = 60, credit: int | None = None) -> Receipt:
        """Publishes the market after a move of the index, no earlier than the chain's own clock.

        credit   what positive cash counts for from now on [2^-30]; as before unless told
        """
        index = self.market.header.index * (100 + percent) // 100
        least = self.system.connection.time + 1 - self.market.header.timestamp
        later = max(seconds, least)
        return self.publish(moved(self.market, index=index, seconds=later, credit=credit))

    def open(self, book: Book, owner: Key) -> Receipt:
        """Opens a book's account with a margin proof, its cash paid into the vault."""
        proof = prove_for(self.system.deployment, book, self.market, INITIAL_LEVEL)
        self.reserves.deposit(owner, book.account, book.cash)
        bounty = self.registry.params()["minBounty"]
        return self.registry.open(book, owner, VENUE, VENUE.address, bounty, proof)

    def save(self) -> None:
        """The saver's deposits, and a gift to the insurance fund."""
        self.reserves.deposit(SAVER, _SAVER_ACCOUNT, SAVINGS)
        CashPool(self.system).deposit(SAVER, POOLED)
        self.reserves.insure(VENUE, INSURED)


@contextmanager
def stage(snapshot: Snapshot) -> Iterator[Stage]:
    """A new chain with the first epoch on it; it ends with the block."""
    for circuit in ("margin", "shortfall", "liquidate", "nav"):
        zkmargin("setup", _PRESET, "--circuit", circuit)
    directory = ["--directory", str(BUILD / "crash")]
    zkmargin("chain", "local", "--stop", *directory)
    try:
        size = ["--preset", _PRESET, "--liquidation", "--timestamp", _BEFORE_THE_MARKET]
        answer = ask("chain", "local", *size, *directory)
        os.environ["ZKMARGIN_CHAIN_RPC"] = answer["rpc"]
        os.environ["ZKMARGIN_CHAIN_DEPLOYMENT"] = answer["deployment"]
        made = Stage(System.open(answer["rpc"], Path(answer["deployment"])), snapshot)
        made.publish(snapshot)
        yield made
    finally:
        zkmargin("chain", "local", "--stop", *directory)
