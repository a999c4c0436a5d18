# SPDX-License-Identifier: Apache-2.0
"""The vault's rate and its queue: whatever the order of claims, they never exceed the assets."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zkmargin.errors import InputError
from zkmargin.units import RATE_ONE
from zkmargin.vault import Vault

AMOUNTS = st.integers(1, 1 << 60)
DELAY = 100


def _short(assets: int, cash: int) -> Vault:
    vault = Vault(DELAY)
    vault.deposit(assets)
    vault.credit(cash - assets)
    return vault


def test_a_withdrawal_is_paid_at_the_rate_of_its_claim() -> None:
    vault = _short(100, 100)
    first = vault.queue_withdrawal("saver", 40, 0)
    vault.credit(100)  # half of what is now owed has no token behind it
    assert vault.claim(first, DELAY) == 20
    assert (vault.assets, vault.net_cash, vault.queued) == (80, 160, 0)


def test_nobody_claims_before_the_delay_or_twice() -> None:
    vault = _short(100, 100)
    id_ = vault.queue_withdrawal("saver", 40, 0)
    with pytest.raises(InputError, match="now"):
        vault.claim(id_, DELAY - 1)
    vault.claim(id_, DELAY)
    with pytest.raises(InputError, match="withdrawal"):
        vault.claim(id_, DELAY)


def test_no_more_is_queued_than_books_hold() -> None:
    vault = _short(100, 100)
    vault.queue_withdrawal("saver", 60, 0)
    with pytest.raises(InputError, match="at most 40"):
        vault.queue_withdrawal("saver", 41, 0)


def test_nothing_is_done_for_nothing() -> None:
    vault = Vault(DELAY)
    for action in (vault.deposit, vault.contribute):
        with pytest.raises(InputError, match="above 0"):
            action(0)


class Life(RuleBasedStateMachine):
    """Deposits, settlements with and without tokens, the queue and its claims, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.vault = Vault(DELAY)
        self.paid_in = self.paid_out = 0
        self.owed = 0  # cash of books and queue at face
        self.now = 0

    @rule(amount=AMOUNTS)
    def deposit(self, amount: int) -> None:
        """Tokens for cash."""
        self.vault.deposit(amount)
        self.paid_in += amount
        self.owed += amount

    @rule(amount=AMOUNTS, part=st.integers(0, 100))
    def settle(self, amount: int, part: int) -> None:
        """Cash of which only a part [%] has tokens: the rest is socialised."""
        tokens = amount * part // 100
        before = self.vault.shortfall
        if tokens:
            self.vault.contribute(tokens)
        self.vault.credit(amount)
        self.paid_in += tokens
        self.owed += amount
        assert self.vault.shortfall <= before + amount - tokens

    @precondition(lambda self: self.vault.net_cash > self.vault.queued)
    @rule(dice=AMOUNTS, whole=st.booleans())
    def queue(self, dice: int, whole: bool) -> None:
        """Cash leaves a book for the queue."""
        books = self.vault.net_cash - self.vault.queued
        self.vault.queue_withdrawal("saver", books if whole else 1 + dice % books, self.now)

    @precondition(lambda self: self.vault.withdrawals)
    @rule(dice=st.integers(0, 100))
    def claim(self, dice: int) -> None:
        """Somebody claims; everybody else is worth no less than before."""
        places = sorted(self.vault.withdrawals)
        id_ = places[dice % len(places)]
        self.now = max(self.now, self.vault.withdrawals[id_].ready_at)
        face, rate = self.vault.withdrawals[id_].amount, self.vault.credit_rate
        paid = self.vault.claim(id_, self.now)
        self.paid_out += paid
        self.owed -= face
        assert paid <= face
        assert self.vault.credit_rate >= rate

    @invariant()
    def tokens_are_conserved(self) -> None:
        """To the unit; and cash at face is what books and queue hold."""
        vault = self.vault
        assert vault.assets == self.paid_in - self.paid_out
        assert vault.net_cash == self.owed
        assert vault.queued == sum(w.amount for w in vault.withdrawals.values()) <= vault.net_cash

    @invariant()
    def claims_never_exceed_assets(self) -> None:
        """The queue and the rest of the books, at what each is worth now."""
        vault = self.vault
        claims = sum(vault.worth(w.amount) for w in vault.withdrawals.values())
        assert claims + vault.worth(vault.net_cash - vault.queued) <= vault.assets
        assert vault.net_cash * vault.credit_rate // RATE_ONE <= vault.assets


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=60, stateful_step_count=25, derandomize=True, deadline=None
)
