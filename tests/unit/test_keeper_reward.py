# SPDX-License-Identifier: Apache-2.0
"""The keeper reward: what clamps it, and that it never reaches the penalty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkmargin.errors import InputError
from zkmargin.keeper_reward import RewardTerms, keeper_reward

TERMS = RewardTerms(margin=3000, share=1000, minimum=1_000_000, maximum=30_000_000)
AMOUNT = st.integers(0, 1 << 60)


def test_it_is_cost_plus_a_margin_and_a_share() -> None:
    amount = keeper_reward(TERMS, cost=4_000_000, penalty=50_000_000, bounty=10**9)

    assert amount == 5_200_000 + 5_000_000


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"cost": 0, "penalty": 5_000_000, "bounty": 10**9}, 1_000_000),
        ({"cost": 10**9, "penalty": 50_000_000, "bounty": 10**9}, 30_000_000),
        ({"cost": 10**9, "penalty": 20_000_000, "bounty": 10**9}, 19_999_999),
        ({"cost": 10**9, "penalty": 20_000_000, "bounty": 7}, 7),
        ({"cost": 10**9, "penalty": 1, "bounty": 10**9}, 0),
        ({"cost": 10**9, "penalty": 0, "bounty": 10**9}, 0),
    ],
)
def test_the_tightest_clamp_decides(facts: dict[str, int], expected: int) -> None:
    assert keeper_reward(TERMS, **facts) == expected


@given(AMOUNT, st.integers(1, 1 << 60), AMOUNT)
def test_it_stays_strictly_below_the_penalty(cost: int, penalty: int, bounty: int) -> None:
    amount = keeper_reward(TERMS, cost=cost, penalty=penalty, bounty=bounty)

    assert 0 <= amount < penalty
    assert amount <= min(bounty, TERMS.maximum)


@pytest.mark.parametrize("bad", [{"minimum": 2, "maximum": 1}, {"share": 10_001}, {"share": -1}])
def test_terms_that_cannot_be_met_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(InputError):
        RewardTerms(**{**vars(TERMS), **bad})
