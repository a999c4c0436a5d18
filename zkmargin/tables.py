# SPDX-License-Identifier: Apache-2.0
"""The two integer tables, normal distribution and logarithm, exactly as the circuits evaluate them.

An offset is the integer argument of a table.  Its top bits choose a segment, the next ones are the
cell V inside the segment and the low ones the distance D from the centre of that cell, both signed:

    table(offset) = P_segment(V) + Q_segment(V) * D

P is the function at the centre of the cell and Q its slope there, both with integer coefficients:
the result is an exact integer, and no rounding happens anywhere in this file.  Integers only.
The coefficients come from data/tables.json, which zkmargin/generators/tablegen.py writes; their
errors are bounded by zkmargin/generators/tablecertificate.py.
Twins: circuits/tables/cdf_table.circom and circuits/tables/ln_table.circom.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from zkmargin.errors import InputError

Polynomials = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class PiecewiseTable:
    """A function as polynomials in V, one pair (P, Q) for each segment.

    segment_bits  number of top bits of an offset, which choose the segment
    value_bits    number of bits of V, which is in [-2^(value_bits-1), 2^(value_bits-1))
    slope_bits    number of low bits, D, which is in [-2^(slope_bits-1), 2^(slope_bits-1))
    scale_bits    the result is in units of 2^-scale_bits
    values        shape [2^segment_bits][degree + 1], coefficients of P, low order first
    slopes        shape [2^segment_bits][degree + 1], coefficients of Q, low order first
    """

    name: str
    segment_bits: int
    value_bits: int
    slope_bits: int
    scale_bits: int
    values: Polynomials
    slopes: Polynomials

    @property
    def offset_bits(self) -> int:
        """Number of bits of an offset."""
        return self.segment_bits + self.value_bits + self.slope_bits

    def cell(self, offset: int) -> tuple[int, int, int]:
        """Segment, V and D of an offset; raises InputError outside [0, 2^offset_bits)."""
        if not 0 <= offset < 1 << self.offset_bits:
            raise InputError(f"{self.name} offset", offset, f"must be in [0, 2^{self.offset_bits})")
        position, low = divmod(offset, 1 << self.slope_bits)
        segment, high = divmod(position, 1 << self.value_bits)
        return segment, high - (1 << self.value_bits - 1), low - (1 << self.slope_bits - 1)

    def evaluate(self, offset: int) -> int:
        """P(V) + Q(V) * D in units of 2^-scale_bits, exact."""
        segment, v, d = self.cell(offset)
        return horner(self.values[segment], v) + horner(self.slopes[segment], v) * d

    def slope(self, offset: int) -> int:
        """Q(V): growth of the value, in units of 2^-scale_bits, when the offset grows by 1."""
        segment, v, _ = self.cell(offset)
        return horner(self.slopes[segment], v)


def horner(coefficients: Sequence[int], v: int) -> int:
    """The polynomial with these coefficients, low order first, at v."""
    value = 0
    for coefficient in reversed(coefficients):
        value = value * v + coefficient
    return value


def _load(name: str) -> PiecewiseTable:
    text = files("zkmargin").joinpath("data", "tables.json").read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text)[name]
    return PiecewiseTable(
        name=name,
        segment_bits=record["segment_bits"],
        value_bits=record["value_bits"],
        slope_bits=record["slope_bits"],
        scale_bits=record["scale_bits"],
        values=_polynomials(record["values"]),
        slopes=_polynomials(record["slopes"]),
    )


def _polynomials(rows: Sequence[Sequence[str]]) -> Polynomials:
    return tuple(tuple(int(text) for text in row) for row in rows)


CDF = _load("cdf")
"""N((offset + 1/2) * 2^-24) in units of 2^-120, offset < 2^27; the slope is the density, 2^-96."""

LN = _load("ln")
"""ln(1 + offset * 2^-47) in units of 2^-104, offset < 2^47; the slope is 1/(1 + u), 2^-57."""
