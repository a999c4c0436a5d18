# SPDX-License-Identifier: Apache-2.0
"""Every rounding goes where its name says, for either sign."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zkmargin.fixed import divide_down, divide_up, root_down, shift_down

untimed = settings(deadline=None)
NUMBERS = st.integers(-(1 << 250), 1 << 250)
DIVISORS = st.integers(1, 1 << 130)


@untimed
@given(NUMBERS, st.integers(0, 130))
@example(-1, 1)
def test_shift_down_is_the_floor_of_the_quotient(x: int, bits: int) -> None:
    assert shift_down(x, bits) == math.floor(Fraction(x, 2**bits))


@untimed
@given(NUMBERS, DIVISORS)
def test_divide_down_is_the_floor_of_the_quotient(x: int, divisor: int) -> None:
    assert divide_down(x, divisor) == math.floor(Fraction(x, divisor))


@untimed
@given(NUMBERS, DIVISORS)
def test_divide_up_is_the_ceiling_of_the_quotient(x: int, divisor: int) -> None:
    assert divide_up(x, divisor) == math.ceil(Fraction(x, divisor))


@pytest.mark.parametrize(
    ("x", "down", "up"), [(7, 1, 2), (5, 1, 1), (1, 0, 1), (0, 0, 0), (-1, -1, 0), (-7, -2, -1)]
)
def test_fifths_round_both_ways(x: int, down: int, up: int) -> None:
    assert (divide_down(x, 5), divide_up(x, 5)) == (down, up)


@untimed
@given(NUMBERS, DIVISORS)
def test_rounding_a_loss_up_is_rounding_the_gain_down(x: int, divisor: int) -> None:
    assert divide_up(-x, divisor) == -divide_down(x, divisor)


@untimed
@given(st.integers(0, 1 << 250))
@example(0)
@example(1)
@example(3)
@example(4)
def test_root_down_is_the_largest_integer_whose_square_fits(x: int) -> None:
    root = root_down(x)

    assert root * root <= x < (root + 1) ** 2


@untimed
@given(st.integers(1, 1 << 125))
def test_root_down_changes_exactly_at_a_square(root: int) -> None:
    assert (root_down(root * root - 1), root_down(root * root)) == (root - 1, root)


def test_the_root_of_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="nonnegative"):
        root_down(-1)
