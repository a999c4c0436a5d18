# SPDX-License-Identifier: Apache-2.0
"""The order of capital and the rate that a socialised loss leaves."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquidation_vectors import FOLDER, files

from zkmargin.errors import InputError
from zkmargin.loss_waterfall import Capital, charge, credit_rate, reduced_credit
from zkmargin.units import RATE_ONE

AMOUNT = st.integers(0, 1 << 64)
CAPITAL = st.builds(Capital, AMOUNT, AMOUNT, AMOUNT, AMOUNT)


@pytest.mark.parametrize(
    ("loss", "paid"),
    [
        (0, (0, 0, 0, 0, 0)),
        (10, (10, 0, 0, 0, 0)),
        (11, (10, 1, 0, 0, 0)),
        (60, (10, 20, 30, 0, 0)),
        (100, (10, 20, 30, 40, 0)),
        (101, (10, 20, 30, 40, 1)),
    ],
)
def test_a_source_is_emptied_before_the_next_is_touched(loss: int, paid: tuple[int, ...]) -> None:
    assert astuple(charge(loss, Capital(10, 20, 30, 40))) == paid


@given(AMOUNT, CAPITAL)
def test_the_parts_sum_to_the_loss(loss: int, capital: Capital) -> None:
    assert charge(loss, capital).total == loss


@given(AMOUNT, AMOUNT, CAPITAL)
def test_a_larger_loss_takes_no_less_from_anybody(loss: int, more: int, capital: Capital) -> None:
    smaller, larger = astuple(charge(loss, capital)), astuple(charge(loss + more, capital))

    assert all(before <= after for before, after in zip(smaller, larger, strict=True))


@given(st.lists(st.integers(0, 1 << 60), min_size=1, max_size=20), st.integers(0, 1 << 60))
def test_claims_at_the_rate_never_exceed_the_assets(claims: list[int], loss: int) -> None:
    assets = max(sum(claims) - loss, 0)
    rate = credit_rate(assets, sum(claims))

    assert sum(claim * rate // RATE_ONE for claim in claims) <= assets


@given(st.integers(0, RATE_ONE), st.integers(0, 1 << 60), st.integers(1, 1 << 60))
def test_a_reduced_credit_never_exceeds_what_cash_is_worth(
    credit: int, assets: int, net_cash: int
) -> None:
    rate = credit_rate(assets, net_cash)

    assert reduced_credit(credit, rate) <= min(credit, rate)
    assert reduced_credit(RATE_ONE, rate) == rate
    assert reduced_credit(credit, RATE_ONE) == credit


def test_without_a_loss_the_rate_is_one() -> None:
    assert credit_rate(0, 0) == credit_rate(5, 5) == credit_rate(6, 5) == RATE_ONE


@pytest.mark.parametrize("loss", [-1, -(10**9)])
def test_a_negative_loss_is_refused(loss: int) -> None:
    with pytest.raises(InputError):
        charge(loss, Capital())


def test_negative_capital_is_refused() -> None:
    with pytest.raises(InputError, match="insurance"):
        Capital(insurance=-1)


def test_the_vectors_shared_with_the_contracts_are_what_python_says() -> None:
    assert {name: (FOLDER / name).read_text() for name in files()} == files()
