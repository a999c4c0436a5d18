# SPDX-License-Identifier: Apache-2.0
"""Signed integers and field elements stand for each other, one to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_ecc.optimized_bn128 import curve_order

from zkmargin.errors import InputError
from zkmargin.field import HALF, MODULUS, check_element, decode, encode


def test_the_modulus_is_the_order_of_bn254() -> None:
    assert curve_order == MODULUS


@given(st.integers(-HALF, HALF))
def test_a_signed_integer_survives_the_round_trip(x: int) -> None:
    assert decode(encode(x)) == x


@given(st.integers(0, MODULUS - 1))
def test_a_field_element_survives_the_round_trip(element: int) -> None:
    assert encode(decode(element)) == element


@pytest.mark.parametrize(
    ("x", "element"),
    [(0, 0), (1, 1), (-1, MODULUS - 1), (HALF, HALF), (-HALF, HALF + 1)],
)
def test_negative_integers_are_the_upper_half(x: int, element: int) -> None:
    assert encode(x) == element


@pytest.mark.parametrize("x", [HALF + 1, -HALF - 1, MODULUS, -MODULUS])
def test_an_integer_that_shares_its_element_is_refused(x: int) -> None:
    with pytest.raises(InputError, match="field element: got"):
        encode(x)


@pytest.mark.parametrize("element", [-1, MODULUS, 1 << 256])
def test_a_number_outside_the_field_is_no_element(element: int) -> None:
    with pytest.raises(InputError, match="the level"):
        check_element("the level", element)
    with pytest.raises(InputError, match="field element"):
        decode(element)
