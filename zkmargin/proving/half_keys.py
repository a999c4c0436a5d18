# SPDX-License-Identifier: Apache-2.0
"""A proving key in two halves whose proofs, made at the same time, add up to one under the whole.

With w the wires, h the quotient polynomial, and r and s the prover's random numbers, a proof is

    A = alpha + sum w A + r delta
    B = beta + sum w B + s delta
    C = sum w L + s A + r B1 - r s delta + sum h H

Only the last sum needs h, which takes the Fourier transforms, and the points H. So

    blinded    all but H:       its proof is A, B and C less the last sum
    quotient   nothing but H:   its proof is infinity, infinity and the last sum, whatever r and s
                                its prover draws, since they multiply infinity

and C is the sum of both. The whole is what one prover with the first half's r and s would have
made: as sound, and as hiding, as that. Each half takes half of the time.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from zkmargin.field import MODULUS
from zkmargin.proving.sections import element_bytes
from zkmargin.proving.zkey import G1_BYTES, G2_BYTES, ProvingKeyData, read_proving_key, zkey_bytes

_ONE: Final = element_bytes(pow(2, 512, MODULUS))  # 1, as a coefficient is stored


class HalfKeys(NamedTuple):
    """The contents of two .zkey files."""

    blinded: bytes
    quotient: bytes


def half_keys(zkey: Path) -> HalfKeys:
    """The halves of a proving key.

    raises   ArtifactError if the file is damaged, not Groth16 or not over BN254
    """
    key = read_proving_key(zkey)
    return HalfKeys(zkey_bytes(_blinded(key)), zkey_bytes(_quotient(key)))


def _blinded(key: ProvingKeyData) -> ProvingKeyData:
    """The key with H at infinity and the shortest constraints that groth16py takes.

    It counts constraints by the highest row, and takes one row for each public signal and the
    constant as given; fewer rows than those it does not read.
    """
    rows = range(key.public_signals + 1)
    shortest = b"".join(struct.pack("<III", 0, row, 0) + _ONE for row in rows)
    return replace(key, coefficients=shortest, h=bytes(len(key.h)))


def _quotient(key: ProvingKeyData) -> ProvingKeyData:
    """The key with every point but H at infinity, listed for the public wires only.

    gamma2 and IC, which no prover uses, stay.
    """
    g1, g2 = bytes(G1_BYTES), bytes(G2_BYTES)
    wires = key.public_signals + 1
    nowhere = replace(key.points, alpha1=g1, beta1=g1, beta2=g2, delta1=g1, delta2=g2)
    a = b1 = g1 * wires
    return replace(key, wires=wires, points=nowhere, a=a, b1=b1, b2=g2 * wires, c=b"")
