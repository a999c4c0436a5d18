# SPDX-License-Identifier: Apache-2.0
"""Realised variance: the accuracy of a log return, the weights of the mean, what selects a rung."""

from __future__ import annotations

import random
from dataclasses import replace

import mpmath
import pytest

from zkmargin.errors import InputError
from zkmargin.market_oracle.realised_variance import (
    MAX_VARIANCE,
    ONE,
    effective,
    log_return,
    updated,
)
from zkmargin.market_oracle.rules import VarianceRules
from zkmargin.units import SECONDS_PER_YEAR

DAY = 86_400  # [s]
RULES = VarianceRules(
    recall=DAY,
    initial_variance=ONE // 4,
    floor=ONE // 16,
    stress=4 * ONE,
    stress_weight=2500,
    return_cap=2000,
    max_step_up=1,
    hold_down=3600,
)


def test_a_log_return_of_up_to_a_half_is_right_to_six_millionths(source: random.Random) -> None:
    for _ in range(300):
        previous = source.randrange(10**6, 1 << 47)
        current = int(previous * source.uniform(0.67, 1.5))
        true = abs(mpmath.log(mpmath.mpf(current) / previous))

        assert 0 <= true - mpmath.mpf(log_return(previous, current)) / ONE < 6e-6


def test_a_small_log_return_is_right_to_a_few_units(source: random.Random) -> None:
    for _ in range(300):
        previous = source.randrange(1 << 40, 1 << 47)
        current = int(previous * source.uniform(0.99, 1.01))
        true = abs(mpmath.log(mpmath.mpf(current) / previous)) * ONE

        assert -1 < true - log_return(previous, current) < 5


def test_the_textbook_day_gives_the_textbook_variance() -> None:
    """lambda 0.94, sigma 2 % and a return of 5 % a day: sigma' = 2.29347 %."""
    day = DAY / SECONDS_PER_YEAR
    rules = replace(RULES, recall=DAY * 94 // 6)  # DAY / (DAY + recall) = 0.06
    before = int(0.02**2 / day * ONE)
    after = updated(rules, before, int(0.05 * ONE), DAY) / ONE * day

    assert after**0.5 == pytest.approx(0.0229347, abs=1e-7)


def test_two_calm_halves_weigh_nearly_what_one_whole_does() -> None:
    whole = updated(RULES, ONE, 0, 120)
    halves = updated(RULES, updated(RULES, ONE, 0, 60), 0, 60)

    assert abs(whole - halves) / ONE < 1e-6


def test_a_return_beyond_the_cap_counts_as_the_cap() -> None:
    cap = RULES.return_cap * ONE // 10_000

    assert updated(RULES, ONE, 2 * cap, 60) == updated(RULES, ONE, cap, 60)
    assert updated(RULES, ONE, cap - ONE // 1000, 60) < updated(RULES, ONE, cap, 60)


def test_variance_saturates() -> None:
    assert updated(replace(RULES, recall=1), MAX_VARIANCE, ONE // 5, 1) == MAX_VARIANCE


def test_the_stressed_blend_leads_in_calm_and_the_variance_in_storms() -> None:
    assert effective(RULES, 0) == ONE  # 25 % of 4
    assert effective(RULES, ONE) == (3 * ONE + 4 * ONE) // 4
    assert effective(RULES, 9 * ONE) == 9 * ONE


def test_the_floor_holds_without_a_blend() -> None:
    assert effective(replace(RULES, stress_weight=0), 1) == RULES.floor


@pytest.mark.parametrize("field", ["recall", "return_cap", "max_step_up"])
def test_a_rule_of_zero_is_refused(field: str) -> None:
    with pytest.raises(InputError, match=field):
        replace(RULES, **{field: 0})


def test_a_blend_of_more_than_everything_is_refused() -> None:
    with pytest.raises(InputError, match="stress_weight: got 10001"):
        replace(RULES, stress_weight=10_001)
