# SPDX-License-Identifier: Apache-2.0
"""A venue in this process beside its books and vault: what each step may do to anybody's money.

Every book is known here, so that cash behind commitments can be counted with the rest. Whatever a
sender tries, the venue either does it, and the step is checked, or refuses and nothing changes.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from functools import cache

from liquidation_market import OWNER, market, opened_chain, short_put_book, with_insurance

from zkmargin.auction_stage import Stage
from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.engine.action import Action, Expectation, Kind
from zkmargin.engine.local_chain import LocalChain
from zkmargin.engine.local_state import LocalRules, LocalState, Refused
from zkmargin.engine.local_venue import LocalVenue
from zkmargin.engine.opening import opening_text
from zkmargin.engine.view import AuctionView
from zkmargin.errors import ProvingError
from zkmargin.liquidation import Terms
from zkmargin.margin import VALUE, margin
from zkmargin.price_curve import Curve, Shape
from zkmargin.registry.account_status import Phase
from zkmargin.settlement import Settlement, lot_account, settlement
from zkmargin.units import BPS, QUOTE
from zkmargin.vault import Vault

RULES = LocalRules(
    curve=Curve(Shape.TWO_PHASE_LINEAR, 950_000, 7_200, cutoff=700_000, fast=900),
    pool="pool",
    pool_window=300,
    backstop_window=1_800,
    settle_window=600,
    answer_window=600,
)
INSURANCE = 5  # [quote], less than a deficit
POOLED = 4 * QUOTE  # the saver's deposit in the cash pool, of which one token is never taken
SAVER = "saver"
KEEPERS = ("keeper", "rival", "sybil", "pool", OWNER)
DELAY = 1_000  # of the vault's queue [s]
BOOKS = [
    short_put_book(1, 9_000),
    short_put_book(2, 5_000),
    short_put_book(3, 9_000, perp=2),
    short_put_book(4, 5_500, contracts=12),
]


@cache
def _opened() -> LocalChain:
    chain = opened_chain(BOOKS, RULES)
    with_insurance(chain, INSURANCE)
    chain.join_pool(SAVER, POOLED)
    return chain


committed = cache(commitment)


class MoneyModel:
    """The venue, the books behind its commitments, and a vault that mirrors its settlements."""

    def __init__(self) -> None:
        self.chain = deepcopy(_opened())
        self.books = {book.account: book for book in BOOKS}
        self.vault = Vault(DELAY)
        self.vault.deposit(self.cash())
        self.total = self.money()
        self.held = self.positions()
        self.withdrawn = self.claimed = 0
        self.bidding: Counter[int] = Counter()  # seconds on offer, by auction
        self.factors: dict[int, int] = {}  # lowest price factor seen, by auction
        self.reached: Counter[str] = Counter()

    @property
    def state(self) -> LocalState:
        """The state at the head."""
        return self.chain.state

    def cash(self) -> int:
        """Cash of all books [1e-6 quote]."""
        return sum(book.cash for book in self.books.values())

    def money(self) -> int:
        """Everything that somebody holds, less what nobody paid for [1e-6 quote]."""
        state = self.state
        bounties = sum(account.bounty for account in state.accounts.values())
        pocket = sum(state.balances.values()) + state.money.insurance - state.money.socialised
        return self.cash() + bounties + pocket + state.cash_pool.held

    def positions(self) -> tuple[int, ...]:
        """Calls, puts, perps, entries and base of all books together."""
        books = self.books.values()
        slots = [slot for book in books for slot in book.slots]
        return (
            sum(slot.call for slot in slots),
            sum(slot.put for slot in slots),
            sum(book.perp for book in books),
            sum(book.perp_entry for book in books),
            sum(book.base for book in books),
        )

    def publish(self, price: int, seconds: int) -> None:
        """The next epoch, the index at a price [quote]."""
        self._time(seconds)
        self.chain.publish(market(self.state.epoch + 1, price * QUOTE), seconds)

    def wait(self, seconds: int, paused: bool = False) -> None:
        """Time in which nothing happens; paused, the venue's clock stands."""

        def pause(state: LocalState) -> None:
            state.paused += seconds if paused else 0

        self._time(0 if paused else seconds)
        self.chain.mine(seconds, pause)

    def withdraw(self, account: int, amount: int) -> None:
        """Cash leaves a book that nobody has called for the vault's queue."""
        stored, book = self.state.accounts[account], self.books[account]
        if stored.phase != Phase.OPEN or not 0 < amount <= book.cash:
            return
        new = replace(book, cash=book.cash - amount, version=book.version + 1)
        self._time(12)
        self.chain.open(new, stored.owner, stored.bounty)
        self.books[account] = new
        self.vault.queue_withdrawal(stored.owner, amount, self.state.time)
        self.withdrawn += amount
        self.reached["withdrawn"] += 1

    def claim(self) -> None:
        """Whoever has waited long enough claims."""
        ready = [i for i, w in self.vault.withdrawals.items() if w.ready_at <= self.state.time]
        for id_ in ready:
            face = self.vault.withdrawals[id_].amount
            paid = self.vault.claim(id_, self.state.time)
            assert paid <= face
            self.claimed += face - paid
            self.reached["haircut" if paid < face else "claimed"] += 1

    def leave_pool(self, amount: int) -> bool:
        """The saver takes an amount out of the cash pool, and puts it back; whether it could."""
        saved = self.state.cash_pool.claim(SAVER)
        try:
            self.chain.leave_pool(SAVER, amount)
            self._time(12)
            if amount <= saved:
                self.chain.join_pool(SAVER, amount)
                self._time(12)
        except Refused:
            assert self.bidding_stages(), "only an auction keeps anybody in the pool"
            return False
        assert not self.bidding_stages(), "an auction keeps everybody in the pool"
        self.reached["left"] += 1
        return True

    def bidding_stages(self) -> list[Stage]:
        """Stages of the auctions that run."""
        running = (Stage.BIDDING, Stage.AWARDED)
        return [a.stage for a in self.state.auctions.values() if a.stage in running]

    def auction(self, account: int) -> AuctionView | None:
        """The latest auction of an account."""
        return self._venue(OWNER).view().auction_of(account)

    def attempt(
        self, kind: Kind, account: int, sender: str, *, back: int = 0, target: int = RULES.target
    ) -> bool:
        """One action by a sender, who knows the book; whether the venue did it.

        back     epochs before the latest of a proof
        target   of a bid [bps]
        """
        view = self._venue(sender).view().account(account)
        auction, book = self.auction(account), self.books[account]
        made = self._made(auction, book) if kind == Kind.SETTLE else None
        action = Action(
            kind=kind,
            account=account,
            expects=Expectation.of(view),
            auction=auction.id if auction else 0,
            epoch=self.state.epoch - back,
            arguments=self._arguments(kind, auction, book, made, target),
            proof=opening_text(book),
        )
        before = self.state
        self._time(12)
        if not self._sent(sender, action):
            assert self._wealth(before) == self._wealth(self.state), "a refusal moved money"
            return False
        self.reached[kind.value] += 1
        if kind == Kind.START:
            self._check_penalty(before, account)
        if kind == Kind.BID:
            self._check_award(account)
        if made is not None:
            self._check_settlement(before, account, made)
        return True

    def _venue(self, sender: str) -> LocalVenue:
        return LocalVenue(self.chain, sender)

    def _sent(self, sender: str, action: Action) -> bool:
        venue = self._venue(sender)
        signed = venue.sign(action, venue.nonce())
        venue.send(signed)
        self.chain.mine(12)
        outcome = venue.outcome(signed)
        return outcome is not None and outcome.done

    def _made(self, auction: AuctionView | None, book: Book) -> Settlement | None:
        """What an award is for, by the specification."""
        if auction is None or auction.stage != Stage.AWARDED:
            return None
        terms = Terms(auction.discount, auction.reserved, auction.target)
        lot = lot_account(auction.id, book.version)
        try:
            snapshot = self.state.snapshots[auction.epoch]
            return settlement(book, snapshot, terms, lot, RULES.initial_level)
        except (KeyError, ProvingError):
            return None

    def _arguments(
        self,
        kind: Kind,
        auction: AuctionView | None,
        book: Book,
        made: Settlement | None,
        target: int,
    ) -> dict[str, int]:
        if kind == Kind.BID:
            return {"max_price": 10**15, "target": target}
        lot = lot_account(auction.id if auction else 0, book.version)
        return {"lot_account": lot, "top_up": made.top_up if made else 0}

    def _time(self, seconds: int) -> None:
        """Counts the seconds that a block adds to what is on offer."""
        for id_, auction in self.state.auctions.items():
            if auction.stage == Stage.BIDDING:
                self.bidding[id_] += seconds

    @staticmethod
    def _wealth(state: LocalState) -> tuple[object, ...]:
        bounties = {id_: account.bounty for id_, account in state.accounts.items()}
        return state.money, dict(state.balances), bounties, state.cash_pool.held

    def _check_penalty(self, before: LocalState, account: int) -> None:
        """The reward is below the penalty, which an episode pays once."""
        old, new = before.accounts[account], self.state.accounts[account]
        penalty = old.bounty - new.bounty
        reward = self.state.money.rewards - before.money.rewards
        earlier = [
            a for a in before.auctions.values() if (a.account, a.episode) == (account, old.episode)
        ]
        due = 0 if earlier else min(RULES.penalty, old.bounty)
        assert penalty == due
        assert reward == penalty == 0 or 0 <= reward < penalty
        assert self.state.money.insurance - before.money.insurance == penalty - reward
        self.reached["restarted"] += bool(earlier)

    def _check_award(self, account: int) -> None:
        """The factor is that of the seconds on offer, whatever happened in between."""
        auction = self.auction(account)
        assert auction is not None
        assert auction.discount == RULES.discount(self.bidding[auction.id])

    def _check_settlement(self, before: LocalState, account: int, made: Settlement) -> None:
        part, old, new = made.slice, before.money, self.state.money
        winner = before.auctions[before.auction_of[account]].winner
        spent = before.balances.get(winner, 0) - self.state.balances[winner]
        used = new.insurance_used - old.insurance_used
        socialised = new.socialised - old.socialised
        pooled = new.pool_used - old.pool_used
        assert 0 <= pooled + used + socialised <= min(part.deficit, made.top_up)
        assert used + socialised == 0 or pooled == before.cash_pool.capacity, "the pool pays first"
        assert part.deficit == 0 or part.price == 0
        assert socialised == 0 or used == old.insurance, "insurance pays before everybody"
        self._check_nobody_gains(made, spent)
        self.books[account], self.books[made.lot.account] = part.remainder, made.lot
        tokens = part.price + made.top_up - socialised
        if tokens:
            self.vault.contribute(tokens)
        self.vault.credit(part.price + made.top_up)
        self.reached["deficit"] += part.deficit > 0
        self.reached["pooled"] += pooled > 0
        self.reached["socialised"] += socialised > 0
        self.reached["partial"] += part.fraction < 10**6
        self.reached["resumed"] += self.state.accounts[account].phase == Phase.IN_AUCTION

    @staticmethod
    def _check_nobody_gains(made: Settlement, spent: int) -> None:
        """Owner and winner, were they one, lose by it: an account is worth at least nothing."""
        old = made.slice.old
        remainder, lot = (margin(b, old.snapshot) for b in (made.slice.remainder, made.lot))
        after = max(0, remainder.nav_unreduced) + lot.nav_unreduced - spent * VALUE
        gain = after - max(0, old.nav_unreduced)
        assert gain <= 0
        assert gain < 0 or made.slice.price == 0, "a fee is paid"

    def check(self) -> None:
        """What holds after every step."""
        state, vault = self.state, self.vault
        for id_, account in state.accounts.items():
            assert account.commitment == committed(self.books[id_])
        assert self.money() + self.withdrawn == self.total
        assert self.positions() == self.held
        assert state.money.insurance >= 0
        assert 0 <= state.cash_pool.claim(SAVER) <= state.cash_pool.held
        assert all(account.bounty >= 0 for account in state.accounts.values())
        assert vault.net_cash == self.cash() + vault.queued
        assert vault.assets == vault.net_cash - state.money.socialised + self.claimed
        claims = [w.amount for w in vault.withdrawals.values()] + [vault.net_cash - vault.queued]
        assert sum(map(vault.worth, claims)) <= vault.assets
        self._check_prices()

    def _check_prices(self) -> None:
        """A factor never rises, not by a stall and not by a slice."""
        for id_, stored in self.state.auctions.items():
            if stored.stage not in (Stage.BIDDING, Stage.AWARDED):
                continue
            bidding = stored.stage == Stage.BIDDING
            elapsed = (self.state.clock if bidding else stored.bid_at) - stored.started
            assert elapsed == self.bidding[id_]
            factor = RULES.discount(elapsed) if bidding else stored.discount
            assert factor <= self.factors.get(id_, BPS * BPS)
            self.factors[id_] = factor
