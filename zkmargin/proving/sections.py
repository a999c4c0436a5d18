# SPDX-License-Identifier: Apache-2.0
"""The container that .r1cs, .wtns and .zkey files share.

    magic       4 bytes
    version     u32
    count       u32
    section     u32 type, u64 length, then `length` bytes; `count` of them, in any order

Every integer is little-endian, every field element fills 32 bytes. Points have affine coordinates
in Montgomery form; the point at infinity is all zero.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES
from zkmargin.files import read_file

_FILE_HEADER = struct.Struct("<4sII")
_SECTION_HEADER = struct.Struct("<IQ")


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of one file, by type."""

    name: str
    contents: Mapping[int, memoryview]

    def get(self, kind: int) -> memoryview:
        """Contents of one section; raises ArtifactError if the file does not have it."""
        if kind not in self.contents:
            raise ArtifactError(self.name, f"no section {kind}", "the file is incomplete")
        return self.contents[kind]

    def sized(self, kind: int, length: int) -> memoryview:
        """Contents of a section whose length follows from the file's header."""
        section = self.get(kind)
        if len(section) != length:
            self.refuse(f"section {kind} of {len(section)} bytes", f"must be {length} bytes")
        return section

    def refuse(self, found: object, rule: str) -> NoReturn:
        """Raises ArtifactError in the name of this file."""
        raise ArtifactError(self.name, found, rule)


def read_sections(path: Path, magic: bytes, version: int) -> Sections:
    """The sections of the file at `path`.

    raises   ArtifactError if the file cannot be read, is not of this kind and version, repeats a
             section, ends inside one or goes on after the last
    """
    data, name = read_file(path), path.name
    if len(data) < _FILE_HEADER.size:
        raise ArtifactError(name, f"{len(data)} bytes", "the file is truncated")
    found_magic, found_version, count = _FILE_HEADER.unpack_from(data)
    if found_magic != magic:
        raise ArtifactError(name, f"magic {found_magic!r}", f"must begin with {magic!r}")
    if found_version != version:
        raise ArtifactError(name, f"version {found_version}", f"must be version {version}")
    return Sections(name, dict(_walk(name, memoryview(data), count)))


def _walk(name: str, data: memoryview, count: int) -> Iterator[tuple[int, memoryview]]:
    position, seen = _FILE_HEADER.size, set[int]()
    for _ in range(count):
        start = position + _SECTION_HEADER.size
        if start > len(data):
            raise ArtifactError(name, f"{len(data)} bytes", "the file is truncated")
        kind, length = _SECTION_HEADER.unpack_from(data, position)
        position = start + length
        if position > len(data):
            rule = f"section {kind} must end within the {len(data)} bytes of the file"
            raise ArtifactError(name, f"end at {position}", rule)
        if kind in seen:
            raise ArtifactError(name, f"section {kind} twice", "a section may appear once")
        seen.add(kind)
        yield kind, data[start:position]
    if position != len(data):
        rule = "nothing may follow the last section"
        raise ArtifactError(name, f"{len(data) - position} bytes too many", rule)


def join_sections(
    magic: bytes, version: int, sections: Mapping[int, Iterable[bytes | memoryview]]
) -> bytes:
    """A whole file; each section is given as the pieces it is made of."""
    pieces = [_FILE_HEADER.pack(magic, version, len(sections))]
    for kind, parts in sections.items():
        content = b"".join(parts)
        pieces += [_SECTION_HEADER.pack(kind, len(content)), content]
    return b"".join(pieces)


def element_bytes(value: int) -> bytes:
    """A field element as it is stored."""
    return value.to_bytes(ELEMENT_BYTES, "little")


def element(data: bytes | bytearray | memoryview, position: int = 0) -> int:
    """The field element stored at a position, not reduced and not checked."""
    return int.from_bytes(data[position : position + ELEMENT_BYTES], "little")
