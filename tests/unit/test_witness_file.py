# SPDX-License-Identifier: Apache-2.0
"""Wires kept as bytes are the sequence of numbers that they stand for."""

from __future__ import annotations

import pytest

from zkmargin.field import MODULUS
from zkmargin.proving.witness_file import Wires, witness_bytes

VALUES = [1, 0, MODULUS - 1, 2**200 + 7, 9]
WIRES = Wires(b"".join(value.to_bytes(32, "little") for value in VALUES))


def test_wires_are_read_in_order() -> None:
    assert list(WIRES) == VALUES
    assert len(WIRES) == len(VALUES)


@pytest.mark.parametrize("wire", range(-5, 5))
def test_a_wire_is_found_by_its_number(wire: int) -> None:
    assert WIRES[wire] == VALUES[wire]


@pytest.mark.parametrize("part", [slice(1, 3), slice(None), slice(-2, None), slice(4, 0, -2)])
def test_a_part_of_the_wires_is_a_list(part: slice) -> None:
    assert WIRES[part] == VALUES[part]


@pytest.mark.parametrize("wire", [5, -6])
def test_a_wire_that_is_not_there_is_an_index_error(wire: int) -> None:
    with pytest.raises(IndexError):
        WIRES[wire]


def test_the_file_of_wires_is_that_of_their_values() -> None:
    assert witness_bytes(WIRES) == witness_bytes(VALUES)
