# SPDX-License-Identifier: Apache-2.0
"""Witness files (.wtns, version 2): the value of every wire of a circuit, private ones included.

    section 1   u32 32, r, u32 wires
    section 2   one field element for each wire

Such a file opens the book of its owner: keep it off shared disks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, overload

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES, MODULUS
from zkmargin.files import write_atomic
from zkmargin.proving.sections import element, element_bytes, join_sections, read_sections

_HEADER: Final = struct.Struct("<I32sI")


class Wires(Sequence[int]):
    """Wires as they are stored, one field element after another, each read when it is asked for.

    data   the program that made them has reduced every element
    """

    def __init__(self, data: bytes | bytearray) -> None:
        self.data = bytes(data)

    def __len__(self) -> int:
        return len(self.data) // ELEMENT_BYTES

    def __iter__(self) -> Iterator[int]:
        return iter(elements(self.data))

    @overload
    def __getitem__(self, wire: int) -> int: ...

    @overload
    def __getitem__(self, wire: slice) -> list[int]: ...

    def __getitem__(self, wire: int | slice) -> int | list[int]:
        wires = range(len(self))[wire]  # a wire that is not there raises IndexError, as in a list
        if isinstance(wires, int):
            return element(self.data, wires * ELEMENT_BYTES)
        return [element(self.data, w * ELEMENT_BYTES) for w in wires]


def read_witness(path: Path) -> list[int]:
    """The wires of a .wtns file, each in [0, r).

    raises   ArtifactError if the file is damaged or is not over the BN254 scalar field
    """
    sections = read_sections(path, b"wtns", 2)
    element_size, prime, wires = _HEADER.unpack(sections.sized(1, _HEADER.size))
    if element_size != ELEMENT_BYTES or element(prime) != MODULUS:
        sections.refuse(f"prime {element(prime)}", "must be the BN254 scalar modulus")
    values = elements(sections.sized(2, wires * ELEMENT_BYTES))
    if any(value >= MODULUS for value in values):
        sections.refuse(f"wire value {max(values)}", "must be below the BN254 scalar modulus")
    return values


def write_witness(path: Path, witness: Sequence[int]) -> None:
    """Writes a .wtns file; raises ArtifactError if a value is outside [0, r)."""
    write_atomic(path, witness_bytes(witness))


def witness_bytes(witness: Sequence[int]) -> bytes:
    """The contents of a .wtns file; raises ArtifactError if a value is outside [0, r)."""
    header = _HEADER.pack(ELEMENT_BYTES, element_bytes(MODULUS), len(witness))
    data = witness.data if isinstance(witness, Wires) else _stored(witness)
    return join_sections(b"wtns", 2, {1: [header], 2: [data]})


def elements(data: bytes | bytearray | memoryview) -> list[int]:
    """Field elements stored one after another, not checked."""
    return [element(data, start) for start in range(0, len(data), ELEMENT_BYTES)]


def _stored(witness: Sequence[int]) -> bytes:
    for wire, value in enumerate(witness):
        if not 0 <= value < MODULUS:
            raise ArtifactError(f"witness[{wire}]", value, "must be in [0, r)")
    return b"".join(map(element_bytes, witness))
