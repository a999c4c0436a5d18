# SPDX-License-Identifier: Apache-2.0
"""From intents in the store to outcomes on the venue, whatever is interrupted in between.

An intent is written with its decision; its transaction is signed and written down before it is
first sent; the same bytes are sent again until a block has them. So a crash at any moment loses
nothing and does nothing twice: a transaction has one nonce, and a nonce one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkmargin.engine.chain_follower import FINAL_DEPTH
from zkmargin.engine.decision import refusal
from zkmargin.engine.opening import Openings
from zkmargin.engine.preparation import Preparer
from zkmargin.engine.store import Store
from zkmargin.engine.store_rows import Intent
from zkmargin.engine.venue import Venue
from zkmargin.errors import InputError, ProvingError, Reverted, ToolError

if TYPE_CHECKING:
    from zkmargin.logs import Logger


class Outbox:
    """The intents of one store at one venue; what is sent or abandoned is logged."""

    def __init__(
        self,
        venue: Venue,
        store: Store,
        openings: Openings,
        preparer: Preparer,
        log: Logger | None = None,
    ) -> None:
        self.given_up: dict[str, int] = {}  # epoch in which an action, by its key, was abandoned
        self._log = log
        self.venue = venue
        self.store = store
        self.openings = openings
        self.preparer = preparer

    def reconcile(self) -> None:
        """Compares what was signed with the present chain; sends again what is missing."""
        head = self.venue.head().number
        for intent in self.store.intents("sent", "done", "refused", final=False):
            if intent.signed is None:
                continue
            outcome = self.venue.outcome(intent.signed)
            if outcome is None:
                self._send_again(intent)
                continue
            final = head - outcome.number >= FINAL_DEPTH
            if outcome != intent.outcome or final:
                self.store.settle(intent.id, outcome, final=final)

    def dispatch(self) -> None:
        """Signs and sends every intent that is still what its decision saw; abandons the rest."""
        for intent in self.store.intents("intended"):
            self._dispatch(intent)

    def under_way(self) -> frozenset[int]:
        """Accounts with an action that no block has taken yet."""
        waiting = self.store.intents("intended", "sent")
        return frozenset(intent.action.account for intent in waiting)

    def _dispatch(self, intent: Intent) -> None:
        account = self.venue.view().account(intent.action.account)
        reason = refusal(intent.action, account)
        if reason:
            self._abandon(intent, reason)
            return
        try:
            ready = self.preparer.prepare(intent.action, account)
        except (ProvingError, InputError, ToolError) as error:
            self._abandon(intent, str(error))
            return
        for book in ready.books:
            self.openings.keep(book)
        # Proving takes time: the account must still be what the decision saw.
        reason = refusal(intent.action, self.venue.view().account(intent.action.account))
        if reason:
            self._abandon(intent, reason)
            return
        try:
            signed = self.venue.sign(ready.action, self.store.next_nonce(self.venue.nonce()))
        except (ProvingError, Reverted) as error:
            self._abandon(intent, str(error))
            return
        if self.store.sign(intent.id, ready.action, signed):
            self.venue.send(signed)
            self._say("sent", intent, "")

    def _send_again(self, intent: Intent) -> None:
        if intent.outcome is not None:
            self.store.unsettle(intent)
        if intent.signed is not None:
            self.venue.send(intent.signed)

    def _abandon(self, intent: Intent, reason: str) -> None:
        self.store.abandon(intent.id, reason)
        self.given_up[intent.action.key] = self.venue.view().clock.epoch
        self._say("abandoned", intent, reason)

    def _say(self, event: str, intent: Intent, reason: str) -> None:
        if self._log is not None:
            action = intent.action
            self._log.info(event, action=str(action.kind), account=action.account, reason=reason)
