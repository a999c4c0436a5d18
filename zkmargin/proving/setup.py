# SPDX-License-Identifier: Apache-2.0
"""Development setup: a Groth16 proving key straight from a constraint system, without a ceremony.

    NEVER DEPLOY A KEY MADE HERE. One process draws tau, alpha, beta and delta, and whoever keeps
    them can prove anything under the key. The key says so itself, for ever (`zkey`).

The domain is the N-th roots of unity, L_c its Lagrange basis at tau; A_s, B_s and C_s are the sums
over the constraints c of (coefficient of wire s in c) * L_c. The key holds these multiples of the
generators:

    A, B1, B2    A_s, B_s, B_s                         every wire s
    IC           K_s = beta A_s + alpha B_s + C_s      the wire one and the public wires; gamma is 1
    C            K_s / delta                           the private wires
    H            M_(2 i + 1) / delta                   M: Lagrange basis at tau of the 2 N-th roots

H is in the basis of snarkjs: provers hand over the values of A B - C on the odd 2 N-th roots,
not divided by the vanishing polynomial; on the even ones, the domain itself, A B - C is zero.
The wire one and each public wire get a row of A of their own, which makes their A_s independent.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES, MODULUS
from zkmargin.progress import Progress, Stages
from zkmargin.proving.r1cs import A, B, C, R1cs, read_r1cs
from zkmargin.proving.sections import element_bytes
from zkmargin.proving.toolchain import run_script
from zkmargin.proving.zkey import (
    G1_BYTES,
    G2_BYTES,
    KeyPoints,
    ProvingKeyData,
    write_development_zkey,
)

_TWO_ADICITY: Final = 28  # 2^28 divides r - 1
_NON_RESIDUE: Final = 5  # provers take their roots of unity from it
_MONTGOMERY_SQUARED: Final = pow(2, 512, MODULUS)  # times a wire's value, gives a Montgomery form

Scalars = list[int]


@dataclass(frozen=True, slots=True)
class Trapdoor:
    """The secrets of a key, each in [1, r): whoever knows them can prove anything under it."""

    tau: int
    alpha: int
    beta: int
    delta: int


@dataclass(frozen=True, slots=True)
class _KeyScalars:
    """The key before its generators are multiplied; names as in the module's table."""

    a: Scalars
    b: Scalars
    ic: Scalars
    c: Scalars
    h: Scalars


def development_setup(r1cs: Path, zkey: Path, progress: Progress | None = None) -> None:
    """Writes a development proving key for a circuit, its secrets fresh from the operating system.

    raises   ArtifactError if the .r1cs is damaged or too big; ToolError if node is missing or fails
    """
    stages = Stages(progress)
    with stages.stage("read constraints"):
        system = read_r1cs(r1cs)
    with stages.stage("evaluate polynomials"):
        trapdoor = Trapdoor(*(1 + secrets.randbelow(MODULUS - 1) for _ in range(4)))
        scalars = _key_scalars(system, trapdoor)
    with stages.stage("multiply generators"):
        key = _multiply(system, trapdoor, scalars)
    with stages.stage("write proving key"):
        write_development_zkey(zkey, key)


def domain_size(system: R1cs) -> int:
    """The smallest power of two >= 2 with a row for each constraint, each public wire and the one.

    raises   ArtifactError if the field has no root of unity of twice that order
    """
    rows = system.constraints + system.public_signals + 1
    size = max(2, 1 << (rows - 1).bit_length())
    if 2 * size > 1 << _TWO_ADICITY:
        raise ArtifactError("constraints", system.constraints, "must fit 2^27 rows")
    return size


def _key_scalars(system: R1cs, trapdoor: Trapdoor) -> _KeyScalars:
    size, delta_inverse = domain_size(system), pow(trapdoor.delta, -1, MODULUS)
    odd_root = pow(_NON_RESIDUE, (MODULUS - 1) // (2 * size), MODULUS)  # of order 2 N
    root = odd_root * odd_root % MODULUS
    basis = _lagrange(1, root, size, size, trapdoor.tau)
    h = _lagrange(odd_root, root, size, 2 * size, trapdoor.tau)
    a, b, c = _wire_polynomials(system, basis)
    k = [
        (trapdoor.beta * x + trapdoor.alpha * y + z) % MODULUS
        for x, y, z in zip(a, b, c, strict=True)
    ]
    public = system.public_signals + 1
    return _KeyScalars(
        a, b, k[:public], _scaled(k[public:], delta_inverse), _scaled(h, delta_inverse)
    )


def _lagrange(first: int, step: int, count: int, order: int, tau: int) -> Scalars:
    """The Lagrange basis at tau of the roots of unity of `order`, for first, first * step, ..

    L_x = (tau^order - 1) / order * x / (tau - x)
    """
    points = list(accumulate(range(count - 1), lambda x, _: x * step % MODULUS, initial=first))
    scale = (pow(tau, order, MODULUS) - 1) * pow(order, -1, MODULUS) % MODULUS
    inverses = _inverses([(tau - x) % MODULUS for x in points])
    return [x * y % MODULUS * scale % MODULUS for x, y in zip(points, inverses, strict=True)]


def _inverses(values: Scalars) -> Scalars:
    """1 / x for every x, none zero, at the price of one inversion."""
    prefix = list(accumulate(values, lambda x, y: x * y % MODULUS, initial=1))
    inverse = pow(prefix.pop(), -1, MODULUS)
    out = []
    for value, before in zip(reversed(values), reversed(prefix), strict=True):
        out.append(before * inverse % MODULUS)
        inverse = inverse * value % MODULUS
    return out[::-1]


def _wire_polynomials(system: R1cs, basis: Scalars) -> tuple[Scalars, Scalars, Scalars]:
    """A_s, B_s, C_s for every wire s, the rows of their own of the public wires included."""
    sums = [[0] * system.wires for _ in (A, B, C)]
    combinations = np.repeat(np.arange(3 * system.constraints), np.diff(system.bounds)).tolist()
    wires, values = system.term_wires.tolist(), system.term_values.tolist()
    for combination, wire, value in zip(combinations, wires, values, strict=True):
        row, matrix = divmod(combination, 3)
        sums[matrix][wire] += system.values[value] * basis[row]
    for wire in range(system.public_signals + 1):
        sums[A][wire] += basis[system.constraints + wire]
    a, b, c = ([x % MODULUS for x in row] for row in sums)
    return a, b, c


def _coefficients(system: R1cs) -> bytes:
    """The records of A and B that a prover needs; of C it takes A * B instead."""
    record = [("matrix", "<u4"), ("row", "<u4"), ("wire", "<u4"), ("value", f"V{ELEMENT_BYTES}")]
    combinations = np.repeat(np.arange(3 * system.constraints), np.diff(system.bounds))
    kept = combinations % 3 != C
    stored = [element_bytes(value * _MONTGOMERY_SQUARED % MODULUS) for value in system.values]
    terms = np.empty(int(kept.sum()), dtype=record)
    terms["row"], terms["matrix"] = np.divmod(combinations[kept], 3)
    terms["wire"] = system.term_wires[kept]
    terms["value"] = np.array(stored, dtype=f"V{ELEMENT_BYTES}")[system.term_values[kept]]
    one = element_bytes(_MONTGOMERY_SQUARED)
    own = [
        struct.pack("<III", A, system.constraints + wire, wire) + one
        for wire in range(system.public_signals + 1)
    ]
    return terms.tobytes() + b"".join(own)


def _multiply(system: R1cs, trapdoor: Trapdoor, key: _KeyScalars) -> ProvingKeyData:
    """The key itself: every scalar times its generator."""
    singles = [trapdoor.alpha, trapdoor.beta, trapdoor.delta]
    in_g1 = [singles, key.ic, key.a, key.b, key.c, key.h]
    in_g2 = [[trapdoor.beta, 1, trapdoor.delta], key.b]  # gamma is 1
    g1_points, g2_points = _generator_multiples(in_g1, in_g2)
    (alpha1, beta1, delta1), ic, a, b1, c, h = _in_thirds(g1_points[0]), *g1_points[1:]
    (beta2, gamma2, delta2), b2 = _in_thirds(g2_points[0]), g2_points[1]
    return ProvingKeyData(
        wires=system.wires,
        public_signals=system.public_signals,
        domain_size=domain_size(system),
        points=KeyPoints(alpha1, beta1, beta2, gamma2, delta1, delta2),
        ic=ic,
        coefficients=_coefficients(system),
        a=a,
        b1=b1,
        b2=b2,
        c=c,
        h=h,
    )


def _generator_multiples(
    in_g1: list[Scalars], in_g2: list[Scalars]
) -> tuple[list[bytes], list[bytes]]:
    """Scalars times the generators, list by list, as points are stored."""
    counts = [str(sum(map(len, lists))) for lists in (in_g1, in_g2)]
    scalars = b"".join(element_bytes(x) for lists in (in_g1, in_g2) for row in lists for x in row)
    output = run_script("fixed_base.mjs", counts, scalars)
    sizes = [len(row) * G1_BYTES for row in in_g1] + [len(row) * G2_BYTES for row in in_g2]
    ends = list(accumulate(sizes))
    points = [output[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return points[: len(in_g1)], points[len(in_g1) :]


def _in_thirds(points: bytes) -> tuple[bytes, bytes, bytes]:
    size = len(points) // 3
    return points[:size], points[size : 2 * size], points[2 * size :]


def _scaled(values: Scalars, factor: int) -> Scalars:
    return [value * factor % MODULUS for value in values]
