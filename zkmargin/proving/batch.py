# SPDX-License-Identifier: Apache-2.0
"""Batch verification: n proofs of one key by a single product of n + 3 pairings.

Each proof's equation is raised to a weight r_i of 128 bits, and all are multiplied:

    prod_i e(r_i A_i, B_i) = e(R alpha1, beta2) e(L, gamma2) e(sum_i r_i C_i, delta2)

with R = sum_i r_i, L = sum_i r_i IC(s_i) and IC(s) = IC_0 + s_1 IC_1 + .. + s_l IC_l. If a proof
is invalid, at most one value of its weight lets the product hold, and the weights follow from all
that they multiply:

    seed = keccak(keccak(key) | domain | n | every signal | every A, B, C)
    r_i  = the low 128 bits of keccak(seed | i); were they zero, of the keccak of that, and so on

so a batch with an invalid proof passes with probability 2^-128. Weights that a prover can foresee
would guarantee nothing: two wrong proofs can be made to cancel. Words are those of `precompiles`;
a key is alpha1, beta2, gamma2, delta2, IC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eth_hash.auto import keccak

from zkmargin.errors import ArtifactError, InputError
from zkmargin.field import MODULUS
from zkmargin.proving.bn254 import G1Point, is_on_g1
from zkmargin.proving.groth16 import Proof, VerifyingKey, is_canonical
from zkmargin.proving.precompiles import (
    G1_INFINITY,
    G2_INFINITY,
    WORD,
    Pair,
    Precompiles,
    choose_precompiles,
    g1_words,
    g2_words,
    negated,
    words,
)

_WEIGHT_BYTES: Final = 16
_DOMAIN_BOUND: Final = 1 << 256

Item = tuple[Proof, Sequence[int]]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Which proofs of a batch are invalid.

    bad       their places in the batch, increasing
    pairings  pairs that were paired: n + 3 if all are valid, more if bad ones had to be found
    library   what did the arithmetic
    """

    bad: tuple[int, ...]
    pairings: int
    library: str

    @property
    def valid(self) -> bool:
        """Every proof of the batch is valid."""
        return not self.bad


def verify_batch(
    key: VerifyingKey, items: Sequence[Item], *, domain: int = 0, library: str = "auto"
) -> BatchResult:
    """Verifies proofs of one key together; halving finds the bad ones, which hide no others.

    items     proof and public signals of each, shape [n >= 1]
    domain    whom the batch is for, in [0, 2^256); it enters the weights and nothing else
    library   "revm", "py_ecc", or "auto", as `choose_precompiles` has it
    raises    InputError for no items, another domain or library; ArtifactError if an item's number
              of signals is not the key's; ToolError if the library is not installed
    """
    if not items:
        raise InputError("items", "none", "must be at least one")
    if not 0 <= domain < _DOMAIN_BOUND:
        raise InputError("domain", domain, "must be at least 0 and below 2^256")
    admitted = [place for place, item in enumerate(items) if _is_admitted(key, place, item)]
    weighted = _WeightedProofs(
        key, [items[place] for place in admitted], domain, choose_precompiles(library)
    )
    sound = set(admitted).difference(admitted[i] for i in weighted.bad())
    bad = tuple(place for place in range(len(items)) if place not in sound)
    return BatchResult(bad, weighted.pairings, weighted.library)


def batch_weights(key: VerifyingKey, items: Sequence[Item], domain: int = 0) -> list[int]:
    """The weights r_i, in [1, 2^128): what a contract must compute, bit for bit."""
    signals = (signal for _, public_signals in items for signal in public_signals)
    proofs = (g1_words(p.a) + g2_words(p.b) + g1_words(p.c) for p, _ in items)
    head = key_hash(key) + words(domain, len(items), *signals)
    seed = keccak(head + b"".join(proofs))
    return [weight_from(keccak(seed + words(i))) for i in range(len(items))]


def key_hash(key: VerifyingKey) -> bytes:
    """Keccak of a verifying key's points."""
    g2_points = (key.beta2, key.gamma2, key.delta2)
    points = [g1_words(key.alpha1), *map(g2_words, g2_points), *map(g1_words, key.ic)]
    return bytes(keccak(b"".join(points)))


def weight_from(word: bytes) -> int:
    """The low 128 bits of the first of word, keccak(word), .. in which they are not zero."""
    while not (weight := int.from_bytes(word[WORD - _WEIGHT_BYTES :], "big")):
        word = keccak(word)
    return weight


class _WeightedProofs:
    """Proofs raised to their weights: any part of them can be tested by one product of pairings."""

    def __init__(
        self, key: VerifyingKey, items: Sequence[Item], domain: int, evm: Precompiles
    ) -> None:
        self.pairings = 0
        self.library = evm.name
        self._key, self._items, self._evm = key, items, evm
        self._weights = batch_weights(key, items, domain)
        weighted = list(zip(self._weights, items, strict=True))
        self._a = [evm.ec_mul(proof.a, weight) for weight, (proof, _) in weighted]
        self._c = [evm.ec_mul(proof.c, weight) for weight, (proof, _) in weighted]

    def bad(self) -> list[int]:
        """The invalid proofs, increasing."""
        everything = range(len(self._items))
        return [] if self._hold(everything) else self._bad_among(everything)

    def _bad_among(self, part: range) -> list[int]:
        """The invalid ones of a part whose product is known not to hold."""
        if len(part) == 1:
            return list(part)
        left, right = part[: len(part) // 2], part[len(part) // 2 :]
        if self._hold(left):  # then it is the right half whose product does not hold
            return self._bad_among(right)
        return self._bad_among(left) + ([] if self._hold(right) else self._bad_among(right))

    def _hold(self, part: range) -> bool:
        if not part:
            return True
        pairs = [(self._a[i], self._items[i][0].b) for i in part]
        pairs += self._right_side(part)
        self.pairings += len(pairs)
        try:
            return self._evm.ec_pairing(pairs)
        except ArtifactError:  # a B outside G2, which no weight could make up for
            return False

    def _right_side(self, part: range) -> list[Pair]:
        """The three pairs of the key, negated."""
        key, weights = self._key, [self._weights[i] for i in part]
        columns = zip(*(self._items[i][1] for i in part), strict=True)
        scalars = [sum(weights)]
        scalars += [sum(w * s for w, s in zip(weights, c, strict=True)) for c in columns]
        ic = [self._evm.ec_mul(p, k % MODULUS) for p, k in zip(key.ic, scalars, strict=True)]
        alpha1 = self._evm.ec_mul(key.alpha1, scalars[0])
        return [
            (negated(alpha1), key.beta2),
            (negated(self._sum(ic)), key.gamma2),
            (negated(self._sum([self._c[i] for i in part])), key.delta2),
        ]

    def _sum(self, points: Sequence[G1Point]) -> G1Point:
        total = G1_INFINITY
        for point in points:
            total = self._evm.ec_add(total, point)
        return total


def _is_admitted(key: VerifyingKey, place: int, item: Item) -> bool:
    """Canonical, on G1 and without infinity; whether B is in G2 is for the pairing to say.

    raises   ArtifactError, naming the item, if the number of signals is not the key's
    """
    proof, signals = item
    if len(signals) != key.public_signals:
        rule = f"the key has {key.public_signals} public signals"
        raise ArtifactError(f"public signals of item {place}", f"{len(signals)} of them", rule)
    on_g1 = is_on_g1(proof.a) and is_on_g1(proof.c)
    return is_canonical(key, proof, signals) and on_g1 and proof.b != G2_INFINITY
