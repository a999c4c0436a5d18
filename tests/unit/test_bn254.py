# SPDX-License-Identifier: Apache-2.0
"""Adding points of BN254's first group, infinity included."""

from __future__ import annotations

import pytest
from py_ecc import bn128

from zkmargin.proving.bn254 import BASE_MODULUS, G1_GENERATOR, G1Point, add_g1

INFINITY = (0, 0)


def multiple(number: int) -> G1Point:
    """`number` times the generator, by the slower arithmetic of py_ecc."""
    point = bn128.multiply(bn128.G1, number)
    return (int(point[0]), int(point[1])) if point else INFINITY


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 2), (7, 7), (5, 2**253), (0, 3), (3, 0), (0, 0)])
def test_multiples_add_as_their_numbers_do(m: int, n: int) -> None:
    assert add_g1(multiple(m), multiple(n)) == multiple(m + n)


def test_a_point_and_its_negative_add_to_infinity() -> None:
    x, y = G1_GENERATOR

    assert add_g1((x, y), (x, BASE_MODULUS - y)) == INFINITY
