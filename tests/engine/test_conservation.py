# SPDX-License-Identifier: Apache-2.0
"""No history of crashes, bids, stalls and deficits makes or loses a unit of money."""

from __future__ import annotations

import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from liquidation_market import OWNER
from money_model import KEEPERS, POOLED, RULES, SAVER, MoneyModel

from zkmargin.auction_stage import Stage
from zkmargin.engine.action import Kind
from zkmargin.registry.account_status import Phase
from zkmargin.units import BPS, QUOTE

PRICES = (2_400, 2_200, 2_700, 3_000)  # [quote]
WAITS = (12, 300, 900, 3_000)  # [s]
TARGETS = (RULES.target, RULES.target, 9_000, BPS, 19_000)  # the last two are refused


def drive(model: MoneyModel, account: int, sender: str, target: int) -> None:
    """The step that a liquidation of the account needs next."""
    phase = model.state.accounts[account].phase
    auction = model.auction(account)
    if phase == Phase.LIQUIDATABLE:
        model.attempt(Kind.START, account, sender)
    elif phase == Phase.IN_AUCTION:
        assert auction is not None
        ended = auction.elapsed > RULES.bidding_end
        model.attempt(Kind.FAIL if ended else Kind.BID, account, sender, target=target)
    elif phase == Phase.AWARDED:
        assert auction is not None
        assert auction.stage == Stage.AWARDED
        settled = model.attempt(Kind.SETTLE, account, auction.winner)
        if not settled:
            model.attempt(Kind.SLASH, account, sender)
    else:
        model.attempt(Kind.REPORT, account, sender, back=1)


def chosen(model: MoneyModel, dice: int) -> int:
    """One of the accounts; those opened first are the likelier."""
    ids = list(model.books)
    return ids[dice % len(ids)] if dice % 3 == 0 else ids[dice % 4]


class Venue(RuleBasedStateMachine):
    """Anybody does anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.model = MoneyModel()

    @rule(price=st.sampled_from(PRICES), seconds=st.sampled_from(WAITS))
    def publish(self, price: int, seconds: int) -> None:
        """The next epoch."""
        self.model.publish(price, seconds)

    @rule(seconds=st.sampled_from(WAITS), paused=st.booleans())
    def wait(self, seconds: int, paused: bool) -> None:
        """A stall, or a pause of the clock."""
        self.model.wait(seconds, paused)

    @rule(
        dice=st.integers(0, 1000),
        sender=st.sampled_from(KEEPERS),
        level=st.sampled_from(TARGETS),
    )
    def liquidate(self, dice: int, sender: str, level: int) -> None:
        """One step on, by anybody."""
        drive(self.model, chosen(self.model, dice), sender, level)

    @rule(
        dice=st.integers(0, 1000),
        kind=st.sampled_from(list(Kind)),
        sender=st.sampled_from(KEEPERS),
        back=st.integers(0, 2),
    )
    def attempt(self, dice: int, kind: Kind, sender: str, back: int) -> None:
        """Anything else, most of which is refused."""
        self.model.attempt(kind, chosen(self.model, dice), sender, back=back)

    @rule(dice=st.integers(0, 1000), amount=st.integers(1, 10**9))
    def withdraw(self, dice: int, amount: int) -> None:
        """Cash leaves a book for the queue, and what is ready is claimed."""
        self.model.withdraw(chosen(self.model, dice), amount)
        self.model.claim()

    @rule(amount=st.integers(1, 5 * 10**6))
    def save(self, amount: int) -> None:
        """The saver leaves the cash pool and comes back, if no auction runs."""
        self.model.leave_pool(amount)

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        """Every invariant of the model."""
        self.model.check()


TestVenue = Venue.TestCase
TestVenue.settings = settings(
    max_examples=25, stateful_step_count=30, derandomize=True, deadline=None
)


def test_a_crash_with_withdrawals_reaches_every_path_of_money() -> None:
    rng, model = random.Random(5), MoneyModel()
    for step in range(320):
        if step % 40 == 0:
            price = PRICES[step // 40 % len(PRICES)]
        if step % 4 == 0:
            model.publish(price, rng.choice(WAITS[:2]))
        elif step % 17 == 1:
            model.wait(rng.choice(WAITS), rng.random() < 0.3)
        elif step % 23 == 2:
            model.withdraw(chosen(model, rng.randrange(1000)), rng.randrange(1, 10**9))
            model.claim()
        else:
            who = rng.choice([k for k in KEEPERS if k != OWNER])
            target = 9_000 if rng.random() < 0.3 else RULES.target
            drive(model, chosen(model, rng.randrange(1000)), who, target)
        model.check()
    wanted = (
        "report",
        "start",
        "bid",
        "settle",
        "slash",
        "deficit",
        "pooled",
        "socialised",
        "partial",
    )
    missing = [name for name in (*wanted, "resumed", "haircut") if not model.reached[name]]
    assert not missing, model.reached


def _award(model: MoneyModel, account: int, target: int = RULES.target) -> None:
    """Brings an account that is short to an award of the keeper's, past the pool's window."""
    for kind in (Kind.REPORT, Kind.START):
        assert model.attempt(kind, account, "keeper", back=kind == Kind.REPORT)
    model.wait(RULES.pool_window)
    assert model.attempt(Kind.BID, account, "keeper", target=target)
    model.publish(2_700, 12)


def _crashed() -> MoneyModel:
    model = MoneyModel()
    for _ in range(2):
        model.publish(2_700, 12)
    return model


def test_an_episode_pays_its_penalty_once_however_often_it_is_auctioned() -> None:
    model = _crashed()
    assert model.attempt(Kind.REPORT, 1, "keeper", back=1)
    assert model.attempt(Kind.START, 1, "keeper")
    model.wait(RULES.bidding_end + 1)
    assert model.attempt(Kind.FAIL, 1, "rival")
    bounty = model.state.accounts[1].bounty
    assert model.attempt(Kind.START, 1, "rival")
    assert model.state.accounts[1].bounty == bounty


def test_a_second_slice_of_an_auction_has_a_lot_of_its_own() -> None:
    model = _crashed()
    _award(model, 3, target=9_000)
    first = model.attempt(Kind.SETTLE, 3, "keeper")
    again = model.attempt(Kind.BID, 3, "rival")
    model.publish(2_700, 12)
    assert (first, again, model.attempt(Kind.SETTLE, 3, "rival")) == (True, True, True)
    assert len(model.books) == 6
    model.check()


def test_a_bid_for_more_than_restores_the_account_is_refused() -> None:
    model = _crashed()
    for kind in (Kind.REPORT, Kind.START):
        assert model.attempt(kind, 1, "keeper", back=kind == Kind.REPORT)
    model.wait(RULES.pool_window)
    refused = [model.attempt(Kind.BID, 1, "keeper", target=t) for t in (BPS, RULES.target + 1)]
    assert refused == [False, False]
    assert model.attempt(Kind.BID, 1, "keeper", target=RULES.target)


def test_an_award_whose_market_is_no_longer_kept_is_refused_and_slashed() -> None:
    model = _crashed()
    _award(model, 1)
    for _ in range(2 * RULES.window + 4):
        model.publish(2_700, 60)
    assert not model.attempt(Kind.SETTLE, 1, "keeper")
    assert model.attempt(Kind.SLASH, 1, "rival")


def test_a_settlement_pays_the_cash_pool_its_share_of_the_fee() -> None:
    model = _crashed()
    _award(model, 1)
    assert model.attempt(Kind.SETTLE, 1, "keeper")
    state = model.state
    share = state.money.fees * RULES.pool_share // BPS

    assert state.money.fees > 0
    assert state.cash_pool.held == POOLED + share
    assert POOLED + share - 1 <= state.cash_pool.claim(SAVER) <= POOLED + share


def test_nobody_leaves_the_cash_pool_while_an_auction_runs() -> None:
    model = _crashed()
    before = model.leave_pool(QUOTE)
    _award(model, 1)
    meanwhile = model.leave_pool(QUOTE)
    assert model.attempt(Kind.SETTLE, 1, "keeper")

    assert (before, meanwhile, model.leave_pool(QUOTE)) == (True, False, True)
