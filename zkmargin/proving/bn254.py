# SPDX-License-Identifier: Apache-2.0
"""The curve BN254 (alt_bn128): points, their membership tests, the pairing. Arithmetic is py_ecc's.

Points are affine pairs of plain integers, never infinity, which has no place in a key or a proof;
only `add_g1` knows it, as (0, 0), because a part of a proof may be infinity.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from py_ecc import optimized_bn128 as bn128

from zkmargin.field import MODULUS as SCALAR_MODULUS

BASE_MODULUS: Final = 0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47  # q

Fq2 = tuple[int, int]  # (c0, c1) is c0 + c1 u with u^2 = -1
G1Point = tuple[int, int]  # (x, y)
G2Point = tuple[Fq2, Fq2]

G1_GENERATOR: Final[G1Point] = (1, 2)
G2_GENERATOR: Final[G2Point] = (
    (
        10857046999023057135944570762232829481370756359578518086990519993285655852781,
        11559732032986387107991004021392285783925812861821192530917403151452391805634,
    ),
    (
        8495653923123431417604973247489272438418190587263600148770280649306958101930,
        4082367875863433681332203403145435568316851327593401208105741076214120093531,
    ),
)


def is_on_g1(point: G1Point) -> bool:
    """Coordinates in [0, q) on y^2 = x^3 + 3; its order is r, so there is no subgroup to test."""
    x, y = point
    return _are_base_elements(x, y) and (y * y - x * x * x - 3) % BASE_MODULUS == 0


def is_in_g2(point: G2Point) -> bool:
    """Coordinates in [0, q) on the twist y^2 = x^3 + 3 / (9 + u), and r * point = infinity."""
    x, y = point
    if not _are_base_elements(*x, *y):
        return False
    on_twist = g2(point)
    if not bn128.is_on_curve(on_twist, bn128.b2):
        return False
    return bool(bn128.is_inf(bn128.multiply(on_twist, SCALAR_MODULUS)))


def g1(point: G1Point) -> Any:
    """The point as py_ecc holds it."""
    x, y = point
    return bn128.FQ(x), bn128.FQ(y), bn128.FQ.one()


def g2(point: G2Point) -> Any:
    """The point as py_ecc holds it."""
    x, y = point
    return bn128.FQ2(x), bn128.FQ2(y), bn128.FQ2.one()


def add_g1(p: G1Point, q: G1Point) -> G1Point:
    """The sum of two points on the curve, each of which may be infinity, (0, 0)."""
    if (0, 0) in (p, q):
        return p if q == (0, 0) else q
    if p == (q[0], -q[1] % BASE_MODULUS):
        return 0, 0
    x, y = bn128.normalize(bn128.add(g1(p), g1(q)))
    return int(x), int(y)


def pairing_product_is_one(pairs: Iterable[tuple[Any, Any]]) -> bool:
    """The product of e(P, Q) over the pairs (P, Q) is 1; one final exponentiation for all."""
    product = bn128.FQ12.one()
    for p, q in pairs:
        product *= bn128.pairing(q, p, final_exponentiate=False)
    return bool(bn128.final_exponentiate(product) == bn128.FQ12.one())


def _are_base_elements(*coordinates: int) -> bool:
    return all(0 <= coordinate < BASE_MODULUS for coordinate in coordinates)
