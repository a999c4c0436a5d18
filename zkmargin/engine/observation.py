# SPDX-License-Identifier: Apache-2.0
"""What the engine sees at one block: a situation for every account, all read at the same head.

The openings in hand are screened together, once an epoch; the verdicts are the specification's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from zkmargin.book import Book
from zkmargin.engine.decision import Situation
from zkmargin.engine.evidence import ProofInHand, Screened, consult
from zkmargin.engine.holdings import holdings
from zkmargin.engine.opening import Openings
from zkmargin.engine.screen import Screen, Verdict, resolve, screen
from zkmargin.engine.venue import Venue, VenueView
from zkmargin.engine.view import AccountView
from zkmargin.units import BPS


@dataclass(frozen=True)
class ScreenedEpoch:
    """The screen of all openings in hand at one epoch, undecided ones resolved.

    places   place of each account's book in the screen
    opened   commitment of each account that the screen is for
    """

    screen: Screen
    places: Mapping[int, int]
    opened: Mapping[int, int]

    def verdict(self, account: int) -> Verdict | None:
        """The verdict on an account's opening, None if none is held."""
        place = self.places.get(account)
        return None if place is None else Verdict(int(self.screen.verdict[place]))


class Observer:
    """Reads a venue and the evidence in hand.

    proofs   accepted margin proofs by account; the caller checks them before they get here
    intake   called with every new view before it is judged: where new proofs are taken in
    """

    def __init__(
        self,
        venue: Venue,
        openings: Openings,
        proofs: Mapping[int, ProofInHand] | None = None,
        intake: Callable[[VenueView], object] | None = None,
    ) -> None:
        self._intake = intake
        self.venue = venue
        self.openings = openings
        self.proofs = proofs if proofs is not None else {}
        self._screened: dict[int, ScreenedEpoch] = {}

    def situations(self) -> Iterator[Situation]:
        """A situation for every open account, in order of id, all at the present head."""
        view = self.venue.view()
        if self._intake is not None:
            self._intake(view)
        accounts = [view.account(id_) for id_ in view.accounts()]
        verdicts = self._verdicts(view, accounts)
        for account in accounts:
            auction = view.auction_of(account.id)
            evidence = consult(account, view.clock, self.proofs, verdicts)
            yield Situation(view.clock, account, auction, evidence, self.venue.sender)

    def screened(
        self, view: VenueView, accounts: list[AccountView], epoch: int
    ) -> ScreenedEpoch | None:
        """The screen of the openings of these accounts at an epoch; None if it is not kept."""
        snapshot = view.snapshot(epoch)
        if snapshot is None:
            return None
        opened = {a.id: a.commitment for a in accounts}
        known = self._screened.get(snapshot.hash)
        if known is not None and known.opened == opened:
            return known
        held = {a.id: book for a in accounts if (book := self.openings.find(a)) is not None}
        books: list[Book] = list(held.values())
        result = resolve(screen(holdings(books), snapshot, BPS), snapshot, books.__getitem__)
        made = ScreenedEpoch(result, {id_: i for i, id_ in enumerate(held)}, opened)
        self._screened = dict([*self._screened.items()][-1:])  # two epochs are asked about
        self._screened[snapshot.hash] = made
        return made

    def _verdicts(self, view: VenueView, accounts: list[AccountView]) -> Screened:
        def verdict(account: int, epoch: int) -> Verdict | None:
            screened = self.screened(view, accounts, epoch)
            return None if screened is None else screened.verdict(account)

        return verdict
