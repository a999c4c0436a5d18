# SPDX-License-Identifier: Apache-2.0
"""Proofs of every kind that a verifier may meet, by the names they have in docs/verification.md.

Each is what an attacker would send: it differs from a valid proof in nothing but what it is named
for, and the equation holds wherever it can be made to.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from open_key import OUTSIDE_G2, OpenKey, in_g1, in_g2
from py_ecc import optimized_bn128 as bn128

from zkmargin.field import MODULUS
from zkmargin.proving.bn254 import BASE_MODULUS, G1Point, G2Point, g2
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.precompiles import negated

Claim = tuple[VerifyingKey, Proof, tuple[int, ...]]

OPEN: Final = OpenKey.drawn(random.Random(2026), 3)
OTHER: Final = OpenKey.drawn(random.Random(2027), 3)
KEY: Final = OPEN.key()
SIGNALS: Final = (7, 2**200 + 1, 0)  # the last one zero: it can be left out unnoticed
A, B = 11, 13
PROOF: Final = OPEN.proof(SIGNALS, A, B)

_SMALL_FACTOR: Final = 10069  # of the twist's cofactor 2 q - r


def _made_by_snarkjs() -> Claim:
    path = Path(__file__).parents[1] / "vectors" / "groth16" / "bytes.json"
    vector = json.loads(path.read_text())
    key = VerifyingKey.from_json(vector["verification_key"])
    return key, Proof.from_json(vector["proof"]), tuple(map(int, vector["public_signals"]))


def _with_signals(*signals: int) -> Claim:
    return KEY, PROOF, signals


def _with(**points: G1Point | G2Point) -> Claim:
    return KEY, replace(PROOF, **points), SIGNALS  # type: ignore[arg-type]


def _with_point_at_infinity(a: int, b: int) -> Claim:
    return KEY, OPEN.proof(SIGNALS, a, b), SIGNALS


def _c_at_infinity() -> Claim:
    b = (OPEN.alpha * OPEN.beta + _combined()) * pow(A, -1, MODULUS)
    return _with_point_at_infinity(A, b % MODULUS)


def _combined() -> int:
    return sum(k * s for k, s in zip(OPEN.ic, (1, *SIGNALS), strict=True))


def _ic_sum_at_infinity() -> Claim:
    """Signals with IC(s) = infinity, which only a holder of the secrets can find."""
    last = -(OPEN.ic[0] + OPEN.ic[1] + OPEN.ic[2]) * pow(OPEN.ic[3], -1, MODULUS) % MODULUS
    return KEY, OPEN.proof((1, 1, last), A, B), (1, 1, last)


def _negated2(point: G2Point) -> G2Point:
    x, (y0, y1) = point
    return x, (BASE_MODULUS - y0, BASE_MODULUS - y1)


def _moved_by_torsion(point: G2Point) -> G2Point:
    """The point plus one of order 10069: on the twist, outside the subgroup."""
    cofactor = 2 * BASE_MODULUS - MODULUS
    torsion = bn128.multiply(g2(OUTSIDE_G2), MODULUS * (cofactor // _SMALL_FACTOR))
    x, y = bn128.normalize(bn128.add(g2(point), torsion))
    return tuple(map(int, x.coeffs)), tuple(map(int, y.coeffs))


CLAIMS: Final[dict[str, Callable[[], Claim]]] = {
    "made by snarkjs": _made_by_snarkjs,
    "made with the key's secrets": lambda: (KEY, PROOF, SIGNALS),
    "re-randomised": lambda: _with(a=in_g1(A * 5), b=in_g2(B * pow(5, -1, MODULUS) % MODULUS)),
    "A and B negated": lambda: _with(a=negated(PROOF.a), b=_negated2(PROOF.b)),
    "IC(s) at infinity": _ic_sum_at_infinity,
    "A negated": lambda: _with(a=negated(PROOF.a)),
    "A and C swapped": lambda: _with(a=PROOF.c, c=PROOF.a),
    "another key": lambda: (OTHER.key(), PROOF, SIGNALS),
    "another signal": lambda: _with_signals(8, *SIGNALS[1:]),
    "A off its curve": lambda: _with(a=(PROOF.a[0], PROOF.a[1] ^ 1)),
    "B off the twist": lambda: _with(b=(PROOF.b[0], PROOF.b[1][::-1])),
    "B outside G2": lambda: _with(b=_moved_by_torsion(PROOF.b)),
    "A.y + q": lambda: _with(a=(PROOF.a[0], PROOF.a[1] + BASE_MODULUS)),
    "B.x + q": lambda: _with(b=((PROOF.b[0][0] + BASE_MODULUS, PROOF.b[0][1]), PROOF.b[1])),
    "C.x + q": lambda: _with(c=(PROOF.c[0] + BASE_MODULUS, PROOF.c[1])),
    "signal + r": lambda: _with_signals(SIGNALS[0] + MODULUS, *SIGNALS[1:]),
    "signal - r": lambda: _with_signals(SIGNALS[0] - MODULUS, *SIGNALS[1:]),
    "last signal, 0, left out": lambda: _with_signals(*SIGNALS[:-1]),
    "one signal too many": lambda: _with_signals(*SIGNALS, 0),
    "no signals": lambda: _with_signals(),
    "A at infinity": lambda: _with_point_at_infinity(0, B),
    "B at infinity": lambda: _with_point_at_infinity(A, 0),
    "C at infinity": _c_at_infinity,
    "all at infinity": lambda: _with(a=(0, 0), b=((0, 0), (0, 0)), c=(0, 0)),
}
