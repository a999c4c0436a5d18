# SPDX-License-Identifier: Apache-2.0
"""The guard of an account: proves its margin as epochs go by, answers calls, warns its owner.

What it knows is on the chain and in the book; its own file only remembers what it warned of, so it
can be stopped at any moment and started again. Its log names the account, epochs and thresholds,
and never a number of the book.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Final

from zkmargin.book import Book
from zkmargin.chain.account import AccountState
from zkmargin.chain.alerts import Alerts, Tell, nobody
from zkmargin.chain.feed import EpochMark, Feed
from zkmargin.chain.key import Key
from zkmargin.chain.registry import Registry, is_over
from zkmargin.chain.system import System
from zkmargin.errors import ChainError, InputError, Reverted
from zkmargin.logs import Logger
from zkmargin.margin import MarginReport, healthy, margin
from zkmargin.registry.status import Status
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS
from zkmargin.wallet.prover import MarginProver

_NEAR: Final = Fraction(4, 5)  # of a limit on age or price: what "before stale" means
_LONGEST_WAIT: Final = 300.0  # between two attempts at a node that does not answer [s]


class Outcome(Enum):
    """What one look came to."""

    NOTHING_NEW = "nothing to do"
    PROVEN = "margin proven"
    SHORT = "the book is short"
    WRONG_BOOK = "the book is not the account's"
    OVER = "the account is closed, or awarded by an auction"


@dataclass(frozen=True, slots=True)
class GuardRules:
    """When the guard acts.

    every    prove at every epoch; else only when the last proof is about to lose its force
    lead     so many epochs earlier
    alerts   NAV / MMR below which it warns
    """

    every: bool = True
    lead: int = 2
    alerts: tuple[float, ...] = (1.5, 1.2, 1.05)


@dataclass(frozen=True)
class Guard:
    """Watches one account.

    read_book   the book as it is now, read anew at every look: it changes when its owner trades
    memory      file that remembers the last warning
    tell        hands an alert on, besides the log
    """

    system: System
    read_book: Callable[[], Book]
    prover: MarginProver
    key: Key
    rules: GuardRules
    log: Logger
    memory: Path
    tell: Tell = nobody

    @property
    def alerts(self) -> Alerts:
        """What it tells its owner."""
        return Alerts(self.log, self.tell, self.memory)

    def run(self, poll: float, stop: threading.Event) -> Outcome:
        """Looks again and again until the account is over or `stop` is set.

        poll     between two looks [s]; doubles while the node does not answer
        raises   InputError if the book cannot be read
        """
        wait = poll
        while True:
            try:
                outcome = self.look()
                wait = poll
            except ChainError as error:
                self._failed(error, wait)
                outcome, wait = Outcome.NOTHING_NEW, min(2 * wait, _LONGEST_WAIT)
            if outcome is Outcome.OVER or stop.wait(wait):
                return outcome

    def look(self) -> Outcome:
        """One look at the chain, and what it calls for.

        raises   ChainError; InputError if the book cannot be read; ProvingError, ToolError
        """
        registry, feed, book = Registry(self.system), Feed(self.system), self.read_book()
        state, latest = registry.account(book.account), feed.latest_epoch()
        if is_over(state.status):
            self.alerts.trouble("account over", account=state.id, status=state.status.word)
            return Outcome.OVER
        try:
            registry.check_book(book, state)
        except InputError as error:
            rule = f"{error.field} {error.rule}"
            self.alerts.trouble("wrong book", account=state.id, reason=rule)
            return Outcome.WRONG_BOOK
        if latest < state.answers_from:
            return Outcome.NOTHING_NEW
        snapshot = feed.snapshot(latest)
        report = margin(book, snapshot)
        self.alerts.passed(threshold_passed(report, self.rules.alerts), state.id, latest)
        proven = feed.mark(state.proven_epoch) if state.status is Status.HEALTHY else None
        moment = Moment(snapshot, proven, self.system.connection.time)
        reason = due(state, moment, registry.params(), self.rules)
        if reason is None:
            self.alerts.calm()
            return Outcome.NOTHING_NEW
        if not healthy(report, BPS):
            word = state.status.word
            self.alerts.trouble("short", account=state.id, epoch=latest, status=word, reason=reason)
            return Outcome.SHORT
        self.alerts.calm()
        return self._prove(book, snapshot, state, reason)

    def _failed(self, error: ChainError, wait: float) -> None:
        """A node may fail for a moment: that is told when it has not answered for minutes."""
        fields = {"error": type(error).__name__, "seconds": wait}
        if wait < _LONGEST_WAIT:
            self.log.error("the chain failed", **fields)
        else:
            self.alerts.trouble("the chain failed", **fields)

    def _prove(self, book: Book, snapshot: Snapshot, state: AccountState, reason: str) -> Outcome:
        epoch, began = snapshot.header.epoch, time.perf_counter()
        domain = self.system.deployment.domain("margin")
        proof = self.prover.prove(book, snapshot, BPS, domain=domain)
        try:
            receipt = Registry(self.system).prove(self.key, epoch, proof)
        except Reverted as error:
            if error.name not in ("EpochNotNewer", "EpochTooOld"):
                raise
            self.log.info("overtaken", account=state.id, epoch=epoch, error=error.name)
            return Outcome.NOTHING_NEW
        self.log.info(
            "proven",
            account=state.id,
            version=state.version,
            epoch=epoch,
            reason=reason,
            gas=receipt.gas,
            transaction=receipt.transaction,
            seconds=round(time.perf_counter() - began, 2),
        )
        return Outcome.PROVEN


def threshold_passed(report: MarginReport, alerts: tuple[float, ...]) -> float | None:
    """The lowest of the thresholds that NAV / MMR is below; None if it is above all."""
    below = [a for a in alerts if report.nav < Fraction(str(a)) * report.mmr]
    return min(below, default=None)


@dataclass(frozen=True, slots=True)
class Moment:
    """When the guard looks: latest snapshot, proven epoch if the account is healthy, time [s]."""

    latest: Snapshot
    proven: EpochMark | None
    now: int


def due(
    state: AccountState, moment: Moment, params: dict[str, int], rules: GuardRules
) -> str | None:
    """Why a proof is due at the latest epoch, None if none is."""
    if moment.proven is None:
        return {Status.STALE: "stale", Status.CALLED: "called"}.get(state.status, "to cure")
    if rules.every:
        return "new epoch"
    head, proven = moment.latest.header, moment.proven
    if head.epoch + rules.lead > state.proven_epoch + params["freshEpochs"]:
        return "epochs run out"
    if moment.now - proven.timestamp > _NEAR * params["maxAge"]:
        return "proof grows old"
    move = abs(head.index - proven.index) * BPS
    if move > _NEAR * params["staleMove"] * proven.index:
        return "price moved"
    return None
