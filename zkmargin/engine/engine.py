# SPDX-License-Identifier: Apache-2.0
"""The engine: a step follows the chain, reconciles what was sent, decides, and sends.

A step can be interrupted anywhere, by anything, and run again: what it has decided and sent is in
the store before it happens. It keeps nothing in memory that it could not find again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zkmargin.engine.chain_follower import ChainFollower
from zkmargin.engine.decision import Decision, Policy, Situation, decide
from zkmargin.engine.decision_log import entry_text
from zkmargin.engine.evidence import ProofInHand
from zkmargin.engine.observation import Observer
from zkmargin.engine.opening import Openings
from zkmargin.engine.outbox import Outbox
from zkmargin.engine.preparation import Preparer
from zkmargin.engine.store import Store, StoreError
from zkmargin.engine.venue import Attestor, Venue, VenueView
from zkmargin.errors import ChainError

if TYPE_CHECKING:
    from zkmargin.logs import Logger

PATIENCE: Final = 2.0  # between two tries while the store or the venue is down [s]


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did.

    undone    blocks that a reorganisation took back
    decided   decisions that were written to the log
    acted     of them, those with an action
    """

    undone: int
    decided: int
    acted: int


class Engine:
    """One engine with its store, at one venue.

    openings        books that it holds
    attestor        makes its proofs
    initial_level   of a lot's margin [bps]
    proofs          accepted margin proofs by account (`ProofInbox`)
    intake          takes new proofs in at every step (`ProofDirectory.refresh`)
    log             where it says what it sends, abandons and waits for
    """

    def __init__(
        self,
        venue: Venue,
        store: Store,
        openings: Openings,
        attestor: Attestor,
        policy: Policy,
        *,
        initial_level: int,
        proofs: Mapping[int, ProofInHand] | None = None,
        intake: Callable[[VenueView], object] | None = None,
        log: Logger | None = None,
    ) -> None:
        self.store = store
        self._log = log
        self.policy = policy
        self.observer = Observer(venue, openings, proofs, intake)
        preparer = Preparer(venue, openings, attestor, initial_level=initial_level, proofs=proofs)
        self._follower = ChainFollower(venue, store)
        self._outbox = Outbox(venue, store, openings, preparer, log)
        self._last: dict[int, tuple[object, ...]] = {}

    def step(self) -> Step:
        """One pass over all accounts.

        raises   StoreError or ChainError if the store or the venue is down: step again later;
                 ReorganisedTooDeepError
        """
        undone = self._follower.follow()
        self._outbox.reconcile()
        self._outbox.dispatch()
        decided = [self._record(*made) for made in self._decisions()]
        self._outbox.dispatch()
        written = [acts for acts in decided if acts is not None]
        return Step(undone, len(written), sum(written))

    def run(self, stop: threading.Event, *, pause: float) -> None:
        """Steps until told to stop, pausing between steps [s]; waits while store or venue is down.

        raises   ReorganisedTooDeepError
        """
        while not stop.is_set():
            try:
                self.step()
                stop.wait(pause)
            except (StoreError, ChainError) as error:
                if self._log is not None:
                    self._log.warning("waiting", reason=str(error))
                stop.wait(PATIENCE)

    def _decisions(self) -> list[tuple[Situation, Decision]]:
        busy = self._outbox.under_way()
        seen = [s for s in self.observer.situations() if s.account.id not in busy]
        return [(s, decide(s, self.policy)) for s in seen]

    def _record(self, seen: Situation, decision: Decision) -> bool | None:
        """Writes a decision that acts, or that differs from the account's last; whether it acts."""
        if not decision.acts and self._last.get(seen.account.id) == _gist(seen):
            return None
        action = decision.action
        if action is not None and self._outbox.given_up.get(action.key) == seen.clock.epoch:
            return None  # tried again once the market has moved on
        line = self.store.record(entry_text(seen, self.policy, decision), action)
        self._last[seen.account.id] = _gist(seen)
        return None if line is None else decision.acts


def _gist(seen: Situation) -> tuple[object, ...]:
    """What must change of a situation for a decision to wait to be written again."""
    account, evidence = seen.account, seen.evidence
    state = (account.status, account.version, account.episode)
    return (*state, evidence.source, evidence.verdict, seen.clock.level)
