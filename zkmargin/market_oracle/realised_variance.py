# SPDX-License-Identifier: Apache-2.0
"""Annualised variance of a price as an exponentially weighted mean over time, all in [2^-48].

With v the variance so far, r the log return of an interval d, and recall t:

    v' = (t v + r^2 year) / (t + d)

which is the usual l v + (1 - l) r^2 year / d with l = t / (t + d): an interval weighs as much as
its length, so that it does not matter how often somebody publishes. docs/oracle.md has the rest.
"""

from __future__ import annotations

from typing import Final

from zkmargin.market_oracle.rules import VarianceRules
from zkmargin.units import BPS, SECONDS_PER_YEAR

VARIANCE_BITS: Final = 48
ONE: Final = 1 << VARIANCE_BITS
MAX_VARIANCE: Final = (1 << 64) - 1  # [2^-48 per year]


def log_return(previous: int, current: int) -> int:
    """abs(ln(current / previous)) by 2 artanh(z), z = difference / sum, to z^5, rounded down.

    previous, current   prices above 0 [1e-6 quote]
    returns             [2^-48]
    """
    z = (abs(current - previous) << VARIANCE_BITS) // (previous + current)
    square = z * z >> VARIANCE_BITS
    series = ONE + square // 3 + (square * square >> VARIANCE_BITS) // 5
    return 2 * z * series >> VARIANCE_BITS


def updated(rules: VarianceRules, variance: int, move: int, interval: int) -> int:
    """The variance after one more interval, rounded up, at most 2^64 - 1 [2^-48 per year].

    variance   before it [2^-48 per year]
    move       its log return; no more than the cap counts [2^-48]
    interval   its length, above 0 [s]
    """
    move = min(move, rules.return_cap * ONE // BPS)
    total = variance * rules.recall + (move * move * SECONDS_PER_YEAR >> VARIANCE_BITS)
    return min(_divide_up(total, rules.recall + interval), MAX_VARIANCE)


def effective(rules: VarianceRules, variance: int) -> int:
    """max(floor, v, (1 - weight) v + weight stress), rounded up [2^-48 per year]."""
    blend = variance * (BPS - rules.stress_weight) + rules.stress * rules.stress_weight
    return max(rules.floor, variance, min(_divide_up(blend, BPS), MAX_VARIANCE))


def _divide_up(numerator: int, divisor: int) -> int:
    return -(-numerator // divisor)
