# SPDX-License-Identifier: Apache-2.0
"""A verifying key whose secrets are known: its holder proves anything, without a circuit.

For any a and b, A = a G1, B = b G2 and C = (a b - alpha beta - IC(s)) / delta G1 satisfy the
verification equation. So a test gets real proofs at once, many or of an odd shape, and what refuses
them is a verifier and nothing else.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

from py_ecc import optimized_bn128 as bn128

from zkmargin.field import MODULUS
from zkmargin.proving.bn254 import G1Point, G2Point
from zkmargin.proving.groth16 import Proof, VerifyingKey

# On the twist, outside the subgroup of order r: found by taking x = 1.
OUTSIDE_G2: Final[G2Point] = (
    (1, 0),
    (
        18278151005453108793778860132295291098363647455926340152056652516292830556603,
        5912654199736721486680175016176231956195085055698687135131307249486702594212,
    ),
)


@dataclass(frozen=True)
class OpenKey:
    """The discrete logarithms of a verifying key; gamma is 1."""

    alpha: int
    beta: int
    delta: int
    ic: tuple[int, ...]

    @classmethod
    def drawn(cls, source: random.Random, public_signals: int) -> OpenKey:
        """A key for circuits with that many public signals."""
        alpha, beta, delta, *ic = (_scalar(source) for _ in range(public_signals + 4))
        return cls(alpha, beta, delta, tuple(ic))

    def key(self) -> VerifyingKey:
        """The verifying key itself."""
        g2_points = (in_g2(scalar) for scalar in (self.beta, 1, self.delta))
        return VerifyingKey(in_g1(self.alpha), *g2_points, tuple(map(in_g1, self.ic)))

    def proof(self, signals: tuple[int, ...], a: int, b: int) -> Proof:
        """The proof of these signals with A = a G1 and B = b G2."""
        return Proof(in_g1(a), in_g2(b), in_g1(self.c_for(signals, a, b)))

    def c_for(self, signals: tuple[int, ...], a: int, b: int) -> int:
        """The one c with which a and b prove these signals."""
        combined = sum(k * s for k, s in zip(self.ic, (1, *signals), strict=True))
        return (a * b - self.alpha * self.beta - combined) * pow(self.delta, -1, MODULUS) % MODULUS

    def proofs(self, source: random.Random, count: int) -> list[tuple[Proof, tuple[int, ...]]]:
        """Proofs of random signals, no two points alike."""
        first = _scalar(source)
        made, point = [], bn128.multiply(bn128.G2, first)
        for b in range(first, first + count):
            a, signals = _scalar(source), tuple(_scalar(source) for _ in self.ic[1:])
            c = self.c_for(signals, a, b)
            made.append((Proof(in_g1(a), _g2_point(point), in_g1(c)), signals))
            point = bn128.add(point, bn128.G2)
        return made


def in_g1(scalar: int) -> G1Point:
    """A multiple of the generator; infinity is all zero, as in the EVM."""
    point = bn128.multiply(bn128.G1, scalar)
    if bn128.is_inf(point):
        return 0, 0
    x, y = bn128.normalize(point)
    return int(x), int(y)


def in_g2(scalar: int) -> G2Point:
    """A multiple of the generator; infinity is all zero, as in the EVM."""
    point = bn128.multiply(bn128.G2, scalar)
    return ((0, 0), (0, 0)) if bn128.is_inf(point) else _g2_point(point)


def _g2_point(point: Any) -> G2Point:
    (x0, x1), (y0, y1) = (coordinate.coeffs for coordinate in bn128.normalize(point))
    return (int(x0), int(x1)), (int(y0), int(y1))


def _scalar(source: random.Random) -> int:
    return source.randrange(1, MODULUS)
