# SPDX-License-Identifier: Apache-2.0
"""Witness files (.wtns, version 2): the value of every wire of a circuit, private ones included.

    section 1   u32 32, r, u32 wires
    section 2   one field element for each wire

Such a file opens the book of its owner: keep it off shared disks.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES, MODULUS
from zkmargin.files import write_atomic
from zkmargin.proving.sections import element, element_bytes, join_sections, read_sections

_HEADER: Final = struct.Struct("<I32sI")


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
    for wire, value in enumerate(witness):
        if not 0 <= value < MODULUS:
            raise ArtifactError(f"witness[{wire}]", value, "must be in [0, r)")
    header = _HEADER.pack(ELEMENT_BYTES, element_bytes(MODULUS), len(witness))
    return join_sections(b"wtns", 2, {1: [header], 2: map(element_bytes, witness)})


def elements(data: bytes | memoryview) -> list[int]:
    """Field elements stored one after another, not checked."""
    return [element(data, start) for start in range(0, len(data), ELEMENT_BYTES)]
