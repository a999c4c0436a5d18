# SPDX-License-Identifier: Apache-2.0
"""A constraint system whose wires have names, and what a witness may change without breaking it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zkmargin.field import MODULUS, decode
from zkmargin.proving.r1cs import A, B, C, R1cs, Term, broken_constraint, read_r1cs

PLACE = re.compile(r"_\d+_\d+(?=[.\[])")  # an anonymous component bears its place in the file
_SHOWN_TERMS = 6


@dataclass(frozen=True)
class ConstraintSystem:
    """Constraints and the wire of every signal that still has one; names lose their `main.`."""

    r1cs: R1cs
    wires: dict[str, int]

    @classmethod
    def read(cls, r1cs: Path, sym: Path) -> ConstraintSystem:
        """Reads the two files that circom writes for one circuit."""
        rows = (line.split(",") for line in sym.read_text("ascii").splitlines())
        wires = {name.removeprefix("main."): int(wire) for _, wire, _, name in rows}
        kept = {name: wire for name, wire in wires.items() if wire >= 0}
        return cls(read_r1cs(r1cs), kept)

    @cached_property
    def names(self) -> list[str]:
        """The first name of every wire; circom lists main's own signals first, outputs foremost."""
        names = ["1", *["?"] * (self.r1cs.wires - 1)]
        for name, wire in reversed(self.wires.items()):
            names[wire] = name
        return names

    def broken(self, witness: Sequence[int]) -> str | None:
        """The first constraint that the witness breaks, in words; None if it satisfies all."""
        index = broken_constraint(self.r1cs, witness)
        return None if index is None else self.describe(index)

    def describe(self, constraint: int) -> str:
        """A constraint as text: (A) * (B) = C, or 0 = C."""
        a, b, c = (self._text(self.r1cs.combination(constraint, matrix)) for matrix in (A, B, C))
        return f"0 = {c}" if "0" in (a, b) else f"({a}) * ({b}) = {c}"

    def outputs(self, witness: Sequence[int]) -> dict[str, int | list[int]]:
        """The values of main's outputs; an array of any shape becomes a flat list."""
        found: dict[str, int | list[int]] = {}
        for wire in range(1, 1 + self.r1cs.outputs):
            name, index, _ = self.names[wire].partition("[")
            if index:
                values = found.setdefault(name, [])
                assert isinstance(values, list)
                values.append(witness[wire])
            else:
                found[name] = witness[wire]
        return found

    def free_wires(self, witness: Sequence[int], seed: int = 0) -> dict[str, int]:
        """Wires that can change alone, with a value that no constraint refuses.

        Each wire but the public inputs takes x + 1, x - 1, -x, 0, 1, r - 1 and a random value.
        """
        source = random.Random(seed)
        values = [self._combinations(witness, constraint) for constraint in range(self._count)]
        free, first = {}, 1 + self.r1cs.outputs
        for wire in (*range(1, first), *range(first + self.r1cs.public_inputs, self.r1cs.wires)):
            for value in _alternatives(witness[wire], source):
                if self._survives(wire, value - witness[wire], values):
                    free[self.names[wire]] = value
                    break
        return free

    @property
    def _count(self) -> int:
        return self.r1cs.constraints

    def _survives(self, wire: int, change: int, values: list[list[int]]) -> bool:
        for constraint, (da, db, dc) in self._columns[wire].items():
            a, b, c = values[constraint]
            if ((a + da * change) * (b + db * change) - c - dc * change) % MODULUS:
                return False
        return True

    @cached_property
    def _columns(self) -> list[dict[int, list[int]]]:
        """For each wire the constraints it is in, with its coefficients in A, B and C."""
        columns: list[dict[int, list[int]]] = [{} for _ in range(self.r1cs.wires)]
        for constraint in range(self._count):
            for matrix in (A, B, C):
                for wire, value in self.r1cs.combination(constraint, matrix):
                    columns[wire].setdefault(constraint, [0, 0, 0])[matrix] = value
        return columns

    def _combinations(self, witness: Sequence[int], constraint: int) -> list[int]:
        terms = (self.r1cs.combination(constraint, matrix) for matrix in (A, B, C))
        return [sum(value * witness[wire] for wire, value in row) % MODULUS for row in terms]

    def _text(self, terms: Sequence[Term]) -> str:
        shown = [self._term(*term) for term in terms[:_SHOWN_TERMS]]
        more = [f"{len(terms) - _SHOWN_TERMS} more terms"] * (len(terms) > _SHOWN_TERMS)
        return " + ".join(shown + more) or "0"

    def _term(self, wire: int, value: int) -> str:
        coefficient = decode(value)
        if wire == 0:
            return str(coefficient)
        name = PLACE.sub("", self.names[wire])
        return name if coefficient == 1 else f"{coefficient} {name}"


def _alternatives(value: int, source: random.Random) -> Iterator[int]:
    tried = (value + 1, value - 1, -value, 0, 1, -1, source.randrange(MODULUS))
    return (other % MODULUS for other in tried if (other - value) % MODULUS)
