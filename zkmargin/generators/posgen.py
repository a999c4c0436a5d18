# SPDX-License-Identifier: Apache-2.0
"""Writes circuits/tables/poseidon_constants.circom: `python -m zkmargin.generators.posgen`.

The circuit takes Poseidon's partial rounds in a sparse form. With matrix M = [[m, v], [w, H]] the
basis change diag(1, H^k), k partial rounds before the last, commutes with the S-box on lane 0 and
turns every partial matrix into [[m, v'], [w', I]]; the constants of the other lanes move through
the linear layers into the next full round. The hash is unchanged, integer for integer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from typing import Final

from zkmargin.field import MODULUS
from zkmargin.files import write_atomic
from zkmargin.poseidon import FULL_ROUNDS, Matrix, Permutation, Vector, permutation

CIRCUIT_INPUTS: Final = (3, 4, 5, 10, 11, 16)  # the widths that the circuits use
TARGET: Final = Path(__file__).parents[2] / "circuits" / "tables" / "poseidon_constants.circom"
HALF_FULL: Final = FULL_ROUNDS // 2


@dataclass(frozen=True, slots=True)
class Schedule:
    """One width in sparse form; t the width, p the partial rounds.

    A partial round with constant c maps (a, b) to (m f + v . b, b + w f), f = (a + c)^5.
    """

    full: Matrix  # [8][t] constants of the full rounds
    partial: Vector  # [p] constants of lane 0
    mix: Matrix  # [t][t] linear layer of full rounds
    unmix: Matrix  # its inverse
    enter: Matrix  # [t][t] linear layer of the full round before the partial ones
    leave: Matrix  # its inverse
    rows: Matrix  # [p][t - 1] v of each partial round
    columns: Matrix  # [p][t - 1] w
    pivots: Vector  # [p] 1 / (m - v . w), which inverts the round


def schedule(constants: Permutation) -> Schedule:
    """The sparse form of one width's constants."""
    full, partial = _moved_constants(constants)
    rows, columns, entry = _sparse_layers(constants)
    enter = multiply(entry, constants.matrix)
    corner = constants.matrix[0][0]
    pairs = zip(rows, columns, strict=True)
    return Schedule(
        full=full,
        partial=partial,
        mix=constants.matrix,
        unmix=inverse(constants.matrix),
        enter=enter,
        leave=inverse(enter),
        rows=rows,
        columns=columns,
        pivots=tuple(pow(corner - _dot(v, w), -1, MODULUS) for v, w in pairs),
    )


def _moved_constants(constants: Permutation) -> tuple[Matrix, Vector]:
    """Lanes 1.. of a partial round skip the S-box, so their constants pass on through M."""
    split = HALF_FULL + constants.partial_rounds
    last = list(constants.rounds[split:])
    partial, carry = [], [0] * constants.width
    for row in constants.rounds[HALF_FULL:split]:
        lanes = [(c + moved) % MODULUS for c, moved in zip(row, carry, strict=True)]
        partial.append(lanes[0])
        carry = list(apply(constants.matrix, [0, *lanes[1:]]))
    last[0] = tuple((c + moved) % MODULUS for c, moved in zip(last[0], carry, strict=True))
    return constants.rounds[:HALF_FULL] + tuple(last), tuple(partial)


def _sparse_layers(constants: Permutation) -> tuple[Matrix, Matrix, Matrix]:
    """v and w of every partial round, and the basis change diag(1, H^p) that enters them."""
    matrix, size = constants.matrix, constants.width - 1
    v, w = matrix[0][1:], tuple(line[0] for line in matrix[1:])
    block = tuple(line[1:] for line in matrix[1:])
    back = tuple(zip(*inverse(block), strict=True))  # v H^-k = (H^-k)^T v
    rows, columns = [], []
    for _ in range(constants.partial_rounds):  # from the last partial round to the first
        columns.append(w)
        v, w = apply(back, v), apply(block, w)
        rows.append(v)
    power = identity(size)
    for _ in range(constants.partial_rounds):
        power = multiply(power, block)
    corner = (1, *[0] * size)
    entry = (corner, *((0, *line) for line in power))
    return tuple(rows[::-1]), tuple(columns[::-1]), entry


def identity(size: int) -> Matrix:
    """The identity matrix."""
    return tuple(tuple(int(i == j) for j in range(size)) for i in range(size))


def apply(matrix: Matrix, vector: Sequence[int]) -> Vector:
    """Matrix times vector in the field."""
    return tuple(_dot(line, vector) for line in matrix)


def multiply(left: Matrix, right: Matrix) -> Matrix:
    """Matrix product in the field."""
    columns = tuple(zip(*right, strict=True))
    return tuple(tuple(_dot(line, column) for column in columns) for line in left)


def inverse(matrix: Matrix) -> Matrix:
    """Inverse in the field by Gauss-Jordan elimination; Poseidon's matrices have one."""
    size = len(matrix)
    work = [[*line, *unit] for line, unit in zip(matrix, identity(size), strict=True)]
    for column in range(size):
        pivot = next(i for i in range(column, size) if work[i][column])
        work[column], work[pivot] = work[pivot], work[column]
        scale = pow(work[column][column], -1, MODULUS)
        work[column] = [x * scale % MODULUS for x in work[column]]
        for i in range(size):
            if i != column and (factor := work[i][column]):
                pairs = zip(work[i], work[column], strict=True)
                work[i] = [(x - factor * y) % MODULUS for x, y in pairs]
    return tuple(tuple(line[size:]) for line in work)


def _dot(left: Sequence[int], right: Sequence[int]) -> int:
    total: int = sum(map(mul, left, right))
    return total % MODULUS


def circom_source() -> str:
    """The text of circuits/tables/poseidon_constants.circom."""
    schedules = {n: schedule(permutation(n + 1)) for n in CIRCUIT_INPUTS}
    rounds = {n: permutation(n + 1).partial_rounds for n in CIRCUIT_INPUTS}
    parts = [_HEADER, _function("poseidonPartialRounds", rounds)]
    for name in ("full", "partial", "mix", "unmix", "enter", "leave", "rows", "columns", "pivots"):
        branches = {n: getattr(entry, name) for n, entry in schedules.items()}
        parts.append(_function(f"poseidon{name.capitalize()}", branches))
    return "\n".join(parts)


def write(target: Path = TARGET) -> None:
    """Writes the constants file."""
    write_atomic(target, circom_source())


def _function(name: str, branches: Mapping[int, Matrix | Vector | int]) -> str:
    lines = [f"function {name}(INPUTS) {{"]
    *others, last = branches
    lines += [f"    if (INPUTS == {n}) {{ return {_literal(branches[n])}; }}" for n in others]
    lines += [f"    assert(INPUTS == {last});", f"    return {_literal(branches[last])};", "}\n"]
    return "\n".join(lines)


def _literal(value: Matrix | Vector | int) -> str:
    if isinstance(value, int):
        return str(value) if value < 100 else hex(value)
    return "[" + ",".join(_literal(item) for item in value) + "]"


_HEADER: Final = """\
// SPDX-License-Identifier: Apache-2.0
// Poseidon constants in the sparse form of zkmargin/generators/posgen.py, which explains them.
// GENERATED: python -m zkmargin.generators.posgen
pragma circom 2.2.0;
"""

if __name__ == "__main__":
    write()
