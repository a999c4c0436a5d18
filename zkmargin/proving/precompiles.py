# SPDX-License-Identifier: Apache-2.0
"""The curve precompiles of the EVM (EIP-196, EIP-197): what a contract can do with BN254.

    ecAdd        P + Q                              0x06     150 gas
    ecMul        k P, 0 <= k < 2^256                0x07   6,000 gas
    ecPairing    is the product of e(P, Q) one?     0x08   45,000 gas and 34,000 for each pair

They work on words of 32 bytes, big-endian; an F_q2 element c0 + c1 u has c1 first; all zero is
infinity, here as there. They refuse, and the calling contract with them, a coordinate >= q, a point
off its curve and a point of the twist outside G2. A scalar k is taken as it is: k and k + r are two
numbers with one product, so a caller who wants k < r has to ask for it.

This file has them on py_ecc, to be read; `evm_precompiles` has those of an EVM.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

from py_ecc import optimized_bn128 as bn128

from zkmargin.errors import ArtifactError, InputError, ToolError
from zkmargin.proving.bn254 import (
    BASE_MODULUS,
    G1Point,
    G2Point,
    g1,
    g2,
    is_in_g2,
    is_on_g1,
    pairing_product_is_one,
)
from zkmargin.proving.groth16 import Proof

WORD: Final = 32
LIBRARIES: Final = ("auto", "revm", "py_ecc")
G1_INFINITY: Final[G1Point] = (0, 0)
G2_INFINITY: Final[G2Point] = ((0, 0), (0, 0))

Pair = tuple[G1Point, G2Point]


class Precompiles(Protocol):
    """The three precompiles of some library; each raises ArtifactError where the EVM refuses."""

    name: str

    def ec_add(self, p: G1Point, q: G1Point) -> G1Point:
        """P + Q."""

    def ec_mul(self, p: G1Point, scalar: int) -> G1Point:
        """`scalar` times P."""

    def ec_pairing(self, pairs: Sequence[Pair]) -> bool:
        """The product of e(P, Q) over all pairs is one."""


class ReferencePrecompiles:
    """The precompiles by py_ecc."""

    name = "py_ecc"

    def ec_add(self, p: G1Point, q: G1Point) -> G1Point:
        """P + Q."""
        return _affine(bn128.add(_g1("ecAdd", p), _g1("ecAdd", q)))

    def ec_mul(self, p: G1Point, scalar: int) -> G1Point:
        """`scalar` times P."""
        return _affine(bn128.multiply(_g1("ecMul", p), scalar))

    def ec_pairing(self, pairs: Sequence[Pair]) -> bool:
        """The product of e(P, Q) over all pairs is one."""
        points = [(_g1("ecPairing", p), _g2("ecPairing", q)) for p, q in pairs]
        return pairing_product_is_one(points)


def choose_precompiles(library: str = "auto") -> Precompiles:
    """The precompiles of "revm", those of "py_ecc", or "auto": revm's if pyrevm is installed.

    raises   InputError for any other; ToolError if pyrevm is asked for and missing
    """
    if library not in LIBRARIES:
        raise InputError("library", library, f"must be one of {', '.join(LIBRARIES)}")
    if library == "py_ecc":
        return ReferencePrecompiles()
    try:
        from zkmargin.proving.evm_precompiles import EvmPrecompiles
    except ImportError as error:
        if library == "auto":
            return ReferencePrecompiles()
        raise ToolError(["pyrevm"], None, "not installed: pip install 'zkmargin[evm]'") from error
    return EvmPrecompiles()


def words(*numbers: int) -> bytes:
    """Numbers in [0, 2^256) as the EVM has them in memory."""
    return b"".join(number.to_bytes(WORD, "big") for number in numbers)


def g1_words(point: G1Point) -> bytes:
    """A point of G1: x, y."""
    return words(*point)


def g2_words(point: G2Point) -> bytes:
    """A point of G2: the imaginary part of each coordinate comes first."""
    (x0, x1), (y0, y1) = point
    return words(x1, x0, y1, y0)


def has_infinity(proof: Proof) -> bool:
    """A point of the proof is infinity: a point to the precompiles, but not to a verifier."""
    return G1_INFINITY in (proof.a, proof.c) or proof.b == G2_INFINITY


def negated(point: G1Point) -> G1Point:
    """-P as a contract computes it, (q - y) mod q, which takes infinity to itself."""
    x, y = point
    return x, (BASE_MODULUS - y) % BASE_MODULUS


def refusal(precompile: str, found: object) -> ArtifactError:
    """What is raised where a precompile refuses its input."""
    return ArtifactError(f"{precompile} input", found, "must be points of G1 and G2")


def _g1(precompile: str, point: G1Point) -> Any:
    if point == G1_INFINITY:
        return bn128.Z1
    if not is_on_g1(point):
        raise refusal(precompile, point)
    return g1(point)


def _g2(precompile: str, point: G2Point) -> Any:
    if point == G2_INFINITY:
        return bn128.Z2
    if not _is_in_g2(point):
        raise refusal(precompile, point)
    return g2(point)


@lru_cache(maxsize=2048)  # a bisected batch asks about the same points again
def _is_in_g2(point: G2Point) -> bool:
    return is_in_g2(point)


def _affine(point: Any) -> G1Point:
    if bn128.is_inf(point):
        return G1_INFINITY
    x, y = bn128.normalize(point)
    return int(x), int(y)
