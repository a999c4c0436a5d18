# SPDX-License-Identifier: Apache-2.0
"""The constraint system of a compiled circuit, as circom writes it to a .r1cs file (version 1).

Constraint i holds when (A_i . w) * (B_i . w) = (C_i . w) modulo r; w is the witness and w[0] = 1.
Wires come in the order: one, public outputs, public inputs, private inputs, everything else.

    section 1   u32 32, r, u32 wires, u32 outputs, u32 public inputs, u32 private inputs,
                u64 labels, u32 constraints
    section 2   for each constraint its combinations A, B, C: u32 terms, then (u32 wire, element)
    section 3   u64 label of each wire
    section 4, 5   custom gates, which Groth16 does not have
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES, MODULUS
from zkmargin.proving.sections import Sections, element, read_sections

_HEADER: Final = struct.Struct("<I32sIIIIQI")
_TERM_WORDS: Final = 1 + ELEMENT_BYTES // 4  # u32 wire and one coefficient
A, B, C = range(3)

Term = tuple[int, int]  # wire, coefficient in [0, r)


@dataclass(frozen=True, slots=True, eq=False)
class R1cs:
    """A constraint system; its terms lie in one row, combination after combination.

    bounds        shape [3 * constraints + 1]; combination 3 i + m (m = A, B, C of constraint i) has
                  the terms bounds[3 i + m] up to bounds[3 i + m + 1]
    term_wires    shape [terms]
    term_values   shape [terms], the coefficient of each term as an index into `values`
    values        the distinct coefficients, in [0, r)
    """

    wires: int
    outputs: int
    public_inputs: int
    private_inputs: int
    bounds: NDArray[np.int64]
    term_wires: NDArray[np.int64]
    term_values: NDArray[np.int64]
    values: tuple[int, ...]

    @property
    def constraints(self) -> int:
        """Number of constraints."""
        return (len(self.bounds) - 1) // 3

    @property
    def public_signals(self) -> int:
        """Number of public signals: outputs, then public inputs."""
        return self.outputs + self.public_inputs

    def combination(self, constraint: int, matrix: int) -> list[Term]:
        """The terms of one combination, matrix = A, B or C."""
        start, end = self.bounds[3 * constraint + matrix : 3 * constraint + matrix + 2]
        wires, values = self.term_wires[start:end].tolist(), self.term_values[start:end].tolist()
        return [(wire, self.values[value]) for wire, value in zip(wires, values, strict=True)]


def read_r1cs(path: Path) -> R1cs:
    """The constraint system in a .r1cs file.

    raises   ArtifactError if the file is damaged, is not over the BN254 scalars or has custom gates
    """
    sections = read_sections(path, b"r1cs", 1)
    wires, outputs, public_inputs, private_inputs, labels, constraints = _header(sections)
    # The header also counts private inputs that --O2 has eliminated, so they do not enter here.
    if 1 + outputs + public_inputs > wires or labels < wires:
        sections.refuse(f"{wires} wires, {labels} labels", "must hold 1 and every input and output")
    sections.sized(3, 8 * wires)
    bounds, term_wires, coefficients = _terms(sections, 3 * constraints)
    if term_wires.size and term_wires.max() >= wires:
        sections.refuse(f"wire {term_wires.max()}", f"must be below {wires}")
    values, term_values = _distinct(sections, coefficients)
    return R1cs(
        wires, outputs, public_inputs, private_inputs, bounds, term_wires, term_values, values
    )


def broken_constraint(r1cs: R1cs, witness: Sequence[int]) -> int | None:
    """Index of the first constraint that the witness breaks, None if it satisfies all of them.

    witness   shape [wires], reduced modulo r here
    raises    ArtifactError if the witness has another length or does not begin with 1
    """
    if len(witness) != r1cs.wires:
        raise ArtifactError("witness", f"{len(witness)} wires", f"must be {r1cs.wires}")
    if witness[0] != 1:
        raise ArtifactError("witness[0]", witness[0], "must be the constant 1")
    products = _objects(r1cs.values)[r1cs.term_values] * _objects(witness)[r1cs.term_wires]
    sums = np.concatenate([_objects([0]), np.cumsum(products)])
    combinations = sums[r1cs.bounds[1:]] - sums[r1cs.bounds[:-1]]
    a, b, c = combinations.reshape(-1, 3).T
    broken = np.flatnonzero((a * b - c) % MODULUS)
    return int(broken[0]) if broken.size else None


def _header(sections: Sections) -> tuple[int, int, int, int, int, int]:
    header = sections.sized(1, _HEADER.size)
    element_size, prime, *counts = _HEADER.unpack(header)
    if element_size != ELEMENT_BYTES or element(prime) != MODULUS:
        sections.refuse(f"prime {element(prime)}", "must be the BN254 scalar modulus")
    for kind in (4, 5):
        if any(sections.contents.get(kind, b"")):
            sections.refuse(f"section {kind}", "custom gates are not part of Groth16")
    wires, outputs, public_inputs, private_inputs, labels, constraints = counts
    return wires, outputs, public_inputs, private_inputs, labels, constraints


def _terms(
    sections: Sections, combinations: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
    """Bounds, wires, and coefficients of shape [terms, 8]: little-endian words."""
    section = sections.get(2)
    if len(section) % 4:
        sections.refuse(f"section 2 of {len(section)} bytes", "must be a multiple of 4 bytes")
    words = np.frombuffer(section, dtype="<u4")
    counts = _term_counts(sections, words, combinations)
    bounds = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    headers = bounds[:-1] * _TERM_WORDS + np.arange(combinations)
    terms = np.delete(words, headers).reshape(-1, _TERM_WORDS)
    return bounds, terms[:, 0].astype(np.int64), np.ascontiguousarray(terms[:, 1:])


def _term_counts(sections: Sections, words: NDArray[np.uint32], combinations: int) -> list[int]:
    # One count leads to the next, so this is the only walk that numpy cannot do.
    counts, position, end = [], 0, len(words)
    view = words.data
    for _ in range(combinations):
        if position >= end:
            break
        count = view[position]
        counts.append(count)
        position += 1 + count * _TERM_WORDS
    if position != end or len(counts) != combinations:
        sections.refuse(f"section 2 of {4 * end} bytes", f"must hold {combinations} combinations")
    return counts


def _distinct(
    sections: Sections, coefficients: NDArray[np.uint32]
) -> tuple[tuple[int, ...], NDArray[np.int64]]:
    """The distinct coefficients, and for each term the index of its own."""
    keys = coefficients.view(f"V{ELEMENT_BYTES}").ravel()
    indices: dict[bytes, int] = {}
    term_values = np.fromiter(
        (indices.setdefault(key, len(indices)) for key in keys.tolist()), np.int64, len(keys)
    )
    values = tuple(element(key) for key in indices)
    if any(value >= MODULUS for value in values):
        sections.refuse(f"coefficient {max(values)}", "must be below the BN254 scalar modulus")
    return values, term_values


def _objects(values: Sequence[int]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
