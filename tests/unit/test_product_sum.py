# SPDX-License-Identifier: Apache-2.0
"""Losses and gains shared in proportion: Liquity's published pool, and what no history breaks."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zkmargin.errors import InputError
from zkmargin.product_sum import RESCALE, UNIT, ProductSum
from zkmargin.units import QUOTE

COLLATERAL = 10**18  # one unit of what is gained
HOLDERS = ("a", "b", "c")
AMOUNTS = st.integers(1, 1 << 62)


def _three() -> ProductSum:
    pool = ProductSum()
    for holder in HOLDERS:
        pool.put(holder, 0, 10_000 * QUOTE)
    return pool


def _offset(pool: ProductSum, debt: int) -> None:
    """Cancels debt against at most all but one token; 0.995 units of collateral for 100 of it."""
    loss = min(debt * QUOTE, pool.capacity)
    pool.share(loss, loss * COLLATERAL // QUOTE // 100 * 995 // 1000)


@pytest.mark.parametrize(
    ("debts", "left", "gained"),
    [
        ([10_000], "6666.666666", "33.166666666666666666"),
        ([10_000] * 2, "3333.333333", "66.333333333333333333"),
        ([10_000] * 3, "0.333333", "99.496683333333333333"),
        ([5_000, 7_000], "6000.000000", "39.800000000000000000"),
        ([5_000, 6_000, 7_000], "4000.000000", "59.700000000000000000"),
    ],
)
def test_v11_rows_match_liquity_and_nobody_gets_more(
    debts: list[int], left: str, gained: str
) -> None:
    pool = _three()
    for debt in debts:
        _offset(pool, debt)
    for holder in HOLDERS:
        assert 0 <= int(left.replace(".", "")) - pool.left(holder) <= 1
        assert 0 <= int(gained.replace(".", "")) - pool.gained(holder) <= 1


def test_v11_row_3_is_99_49668_to_the_printed_digits() -> None:
    pool = _three()
    for _ in range(3):
        _offset(pool, 10_000)
    assert f"{pool.gained('a') / COLLATERAL:.5f}" == "99.49668"


def test_a_loss_that_would_empty_the_pool_is_refused() -> None:
    pool = _three()
    with pytest.raises(InputError, match="loss"):
        pool.share(30_000 * QUOTE, 0)


def test_a_gain_without_depositors_is_refused() -> None:
    with pytest.raises(InputError, match="no deposits"):
        ProductSum().share(0, 1)


def test_gains_survive_a_change_of_scale() -> None:
    pool = ProductSum()
    pool.put("a", 0, 10**18)
    pool.share(10**18 - QUOTE, 0)
    pool.put("b", 0, 10**18 - QUOTE)
    pool.share(10**18 - QUOTE, 0)
    pool.share(0, 10**24)
    assert pool.scale > 0
    assert pool.gained("a") + pool.gained("b") <= 10**24
    assert pool.gained("b") > 10**24 - 2 * 10**12


class Pool(RuleBasedStateMachine):
    """Deposits, withdrawals, losses and gains in any order, beside what went in and out."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = ProductSum()
        self.money = 0  # tokens that stand behind the deposits [1e-6 quote]
        self.gains = 0  # gains not yet paid out

    @rule(holder=st.sampled_from(HOLDERS), amount=AMOUNTS)
    def deposit(self, holder: str, amount: int) -> None:
        """Adds to a deposit."""
        self._set(holder, self.pool.left(holder) + amount)

    @rule(holder=st.sampled_from(HOLDERS), part=st.integers(0, 100))
    def withdraw(self, holder: str, part: int) -> None:
        """Keeps a part of a deposit [%]."""
        self._set(holder, self.pool.left(holder) * part // 100)

    @precondition(lambda self: self.pool.capacity > 0)
    @rule(dice=st.integers(0, 1 << 64), whole=st.booleans())
    def lose(self, dice: int, whole: bool) -> None:
        """Absorbs a loss; all that can be in half of the cases."""
        loss = self.pool.capacity if whole else 1 + dice % self.pool.capacity
        before = {holder: self.pool.left(holder) for holder in HOLDERS}
        self.pool.share(loss, 0)
        self.money -= loss
        assert all(self.pool.left(holder) <= before[holder] for holder in HOLDERS)

    @precondition(lambda self: self.pool.total > 0)
    @rule(gain=AMOUNTS)
    def gain(self, gain: int) -> None:
        """Earns a fee."""
        before = {holder: self.pool.gained(holder) for holder in HOLDERS}
        self.pool.share(0, gain)
        self.gains += gain
        assert all(self.pool.gained(holder) >= before[holder] for holder in HOLDERS)

    @invariant()
    def the_total_is_the_money(self) -> None:
        """Conserved to the unit."""
        assert self.pool.total == self.money

    @invariant()
    def claims_never_exceed_what_is_there(self) -> None:
        """Deposits and gains."""
        assert sum(self.pool.left(holder) for holder in HOLDERS) <= self.money
        assert sum(self.pool.gained(holder) for holder in HOLDERS) <= self.gains

    @invariant()
    def the_product_keeps_its_digits(self) -> None:
        """P stays within one scale, so nothing rounds to 0 at once."""
        assert UNIT // RESCALE <= self.pool.product <= UNIT

    def _set(self, holder: str, amount: int) -> None:
        before = self.pool.left(holder)
        self.gains -= self.pool.gained(holder)
        self.pool.put(holder, before, amount)
        self.money += amount - before


TestPool = Pool.TestCase
TestPool.settings = settings(
    max_examples=60, stateful_step_count=25, derandomize=True, deadline=None
)
