# SPDX-License-Identifier: Apache-2.0
"""Poseidon over BN254, the hash of books, snapshots and params.

The permutation of Grassi, Khovratovich, Rechberger, Roy and Schofnegger ("Poseidon: a new hash
function for zero-knowledge proof systems", USENIX Security 2021): x^5, 8 full rounds around the
partial ones, round constants and Cauchy matrix drawn from the paper's Grain LFSR. With domain 0
it is the hash that circomlib and iden3 compute. Twin: circuits/poseidon.circom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from typing import Final

from zkmargin.errors import InputError
from zkmargin.field import MODULUS, check_element

FULL_ROUNDS: Final = 8
PARTIAL_ROUNDS: Final = (56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68)
MAX_INPUTS: Final = len(PARTIAL_ROUNDS)  # PARTIAL_ROUNDS[n - 1] is for n inputs, width n + 1
FIELD_BITS: Final = 254

Vector = tuple[int, ...]
Matrix = tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class Permutation:
    """Constants of one width: every round adds its row, raises to x^5, multiplies by the matrix."""

    rounds: Matrix  # shape [FULL_ROUNDS + partial][width]
    matrix: Matrix  # shape [width][width]

    @property
    def width(self) -> int:
        """State size: the inputs and one capacity element."""
        return len(self.matrix)

    @property
    def partial_rounds(self) -> int:
        """Rounds in which only the first state element is raised to x^5."""
        return len(self.rounds) - FULL_ROUNDS

    def is_full(self, index: int) -> bool:
        """Whether round `index` raises every element; four full rounds stand at either end."""
        return not 0 <= index - FULL_ROUNDS // 2 < self.partial_rounds


def poseidon(inputs: Sequence[int], *, domain: int = 0) -> int:
    """First state element after permuting [domain, inputs...].

    inputs   1 to 16 field elements
    domain   the initial capacity element; it separates uses of the hash from each other
    raises   InputError for a wrong count or for a number outside [0, r)
    """
    if not 1 <= len(inputs) <= MAX_INPUTS:
        raise InputError("Poseidon inputs", len(inputs), f"must count 1 to {MAX_INPUTS}")
    state = [domain, *inputs]
    for element in state:
        check_element("Poseidon input", element)
    return permute(state)[0]


def permute(state: Sequence[int]) -> list[int]:
    """The Poseidon permutation of a state of 2 to 17 field elements."""
    constants = permutation(len(state))
    current = list(state)
    for index, row in enumerate(constants.rounds):
        current = [x + c for x, c in zip(current, row, strict=True)]
        raised = len(current) if constants.is_full(index) else 1
        current[:raised] = [_fifth_power(x) for x in current[:raised]]
        current = [sum(map(mul, line, current)) % MODULUS for line in constants.matrix]
    return current


@cache
def permutation(width: int) -> Permutation:
    """The constants of one width, 2 to 17, drawn from Grain on first use (about 0.1 s at 17)."""
    partial = PARTIAL_ROUNDS[width - 2]
    stream = _grain(width, partial)
    rounds = tuple(_draw_row(stream, width) for _ in range(FULL_ROUNDS + partial))
    return Permutation(rounds, _cauchy(stream, width))


def _fifth_power(x: int) -> int:
    square = x * x % MODULUS
    return square * square % MODULUS * x % MODULUS


def _draw_row(stream: Iterator[int], width: int) -> Vector:
    below = (number for number in stream if number < MODULUS)  # rejection keeps them uniform
    return tuple(next(below) for _ in range(width))


def _cauchy(stream: Iterator[int], width: int) -> Matrix:
    """M[i][j] = 1 / (x_i + y_j); the paper reduces these draws instead of rejecting them."""
    drawn = [next(stream) % MODULUS for _ in range(2 * width)]
    xs, ys = drawn[:width], drawn[width:]
    return tuple(tuple(pow(x + y, -1, MODULUS) for y in ys) for x in xs)


def _grain(width: int, partial: int) -> Iterator[int]:
    """254-bit numbers, most significant bit first, from the paper's self-shrinking Grain LFSR.

    The seed states the instance: prime field, x^5, bits, width, full and partial rounds, ones.
    The taps b[0, 13, 23, 38, 51, 62] of the 80-bit state allow 16 bits in one step.
    """
    seed = f"{1:02b}{0:04b}{FIELD_BITS:012b}{width:012b}{FULL_ROUNDS:010b}{partial:010b}"
    state = int((seed + "1" * 30)[::-1], 2)  # bit 0 is the oldest
    bits, warm_up = "", 10
    while True:
        word = state ^ state >> 13 ^ state >> 23 ^ state >> 38 ^ state >> 51 ^ state >> 62
        state = state >> 16 | (word & 0xFFFF) << 64
        if warm_up:  # the first 160 bits are thrown away
            warm_up -= 1
            continue
        bits += _KEPT[word & 0xFF] + _KEPT[word >> 8 & 0xFF]
        if len(bits) >= FIELD_BITS:
            yield int(bits[:FIELD_BITS], 2)
            bits = bits[FIELD_BITS:]


def _kept(byte: int) -> str:
    """Self-shrinking: of each pair of bits, the second is kept if the first is 1."""
    pairs = ((byte >> i & 1, byte >> i + 1 & 1) for i in range(0, 8, 2))
    return "".join(str(second) for first, second in pairs if first)


_KEPT: Final = tuple(_kept(byte) for byte in range(256))
