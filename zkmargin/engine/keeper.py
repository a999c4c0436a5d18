# SPDX-License-Identifier: Apache-2.0
"""A keeper without a store: what simulations run, many of them at one venue.

It sees, decides and acts as the engine does, by the same functions; what it has under way it keeps
in memory. `zkmargin.engine.engine` is the keeper that survives a crash.
"""

from __future__ import annotations

from collections.abc import Mapping

from zkmargin.engine.action import Action, Signed
from zkmargin.engine.decision import Decision, Policy, Situation, decide, refusal
from zkmargin.engine.evidence import ProofInHand
from zkmargin.engine.observation import Observer
from zkmargin.engine.opening import Openings
from zkmargin.engine.preparation import Preparer
from zkmargin.engine.venue import Attestor, Venue
from zkmargin.errors import InputError, ProvingError


class Keeper:
    """One keeper at a venue.

    policy          what it does; may be replaced between two steps
    initial_level   of a lot's margin [bps]
    proofs          accepted margin proofs by account (`ProofInbox`)
    """

    def __init__(
        self,
        venue: Venue,
        openings: Openings,
        attestor: Attestor,
        policy: Policy,
        *,
        initial_level: int,
        proofs: Mapping[int, ProofInHand] | None = None,
    ) -> None:
        self.venue = venue
        self.openings = openings
        self.policy = policy
        self.observer = Observer(venue, openings, proofs)
        self._preparer = Preparer(
            venue, openings, attestor, initial_level=initial_level, proofs=proofs
        )
        self._under_way: dict[int, Signed] = {}

    def step(self) -> list[tuple[Situation, Decision]]:
        """Decides on every account without an action under way, and sends what is decided."""
        self._forget_done()
        decided = []
        for seen in self.observer.situations():
            if seen.account.id in self._under_way:
                continue
            decision = decide(seen, self.policy)
            decided.append((seen, decision))
            if decision.action is not None:
                self._send(decision.action)
        return decided

    def _send(self, action: Action) -> None:
        account = self.venue.view().account(action.account)
        if refusal(action, account):
            return
        try:
            ready = self._preparer.prepare(action, account)
        except (ProvingError, InputError):
            return  # decided again at the next step, from what is then true
        for book in ready.books:
            self.openings.keep(book)
        signed = self.venue.sign(ready.action, self.venue.nonce() + self._unmined())
        self._under_way[action.account] = signed
        self.venue.send(signed)

    def _unmined(self) -> int:
        return sum(self.venue.outcome(s) is None for s in self._under_way.values())

    def _forget_done(self) -> None:
        waiting = self._under_way.items()
        self._under_way = {a: s for a, s in waiting if self.venue.outcome(s) is None}
