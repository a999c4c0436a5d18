# SPDX-License-Identifier: Apache-2.0
"""Powers of tau in the .ptau format of snarkjs: which file it is, and which one a circuit needs.

    section 1         u32 32, q, u32 power, u32 power of the ceremony
    sections 12-15    the points in Lagrange form, without which no key can be made

A file holds up to 2^28 points, so only its headers are read, and its digests in one pass.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from zkmargin.ceremony.published_powers import PublishedFile, published_file, published_names
from zkmargin.errors import ArtifactError
from zkmargin.proving.bn254 import BASE_MODULUS
from zkmargin.proving.r1cs import R1cs
from zkmargin.proving.sections import element
from zkmargin.proving.setup import domain_size

_MAGIC, _VERSION = b"ptau", 1
_FILE_HEADER: Final = struct.Struct("<4sII")
_SECTION_HEADER: Final = struct.Struct("<IQ")
_HEADER: Final = struct.Struct("<I32sII")
_HEADER_SECTION: Final = 1
_LAGRANGE_SECTIONS: Final = {12, 13, 14, 15}
_CHUNK: Final = 1 << 20  # [bytes]


@dataclass(frozen=True, slots=True)
class PowersOfTau:
    """One .ptau file that is prepared for phase 2."""

    path: Path
    power: int
    sha256: str
    blake2b: str  # of 512 bits

    @property
    def published(self) -> PublishedFile | None:
        """The published file that this one is, None if it is none."""
        return published_file(self.sha256, self.blake2b)


def read_powers(path: Path) -> PowersOfTau:
    """What a .ptau file is.

    raises   ArtifactError, naming the file, if it is damaged, not over BN254 or not prepared
    """
    with path.open("rb") as file:
        sections = dict(_sections(file, path.name))
        power = _power(file, path.name, sections)
        if missing := _LAGRANGE_SECTIONS - sections.keys():
            rule = "must be prepared: snarkjs powersoftau prepare phase2"
            raise ArtifactError(path.name, f"no section {min(missing)}", rule)
        return PowersOfTau(path, power, *_digests(file))


def needed_power(system: R1cs) -> int:
    """The smallest power of tau that fits a circuit: 2^power > constraints + public signals."""
    return domain_size(system).bit_length() - 1


def check_power(powers: PowersOfTau, system: R1cs) -> None:
    """Raises ArtifactError, naming the files that would do, unless the power is the needed one.

    A larger file would give the same key, but everyone who verifies would have to download it.
    """
    needed = needed_power(system)
    if powers.power != needed:
        files = " or ".join(published_names(needed)) or "no published file has it"
        size = f"{system.constraints:,} constraints need power {needed}: {files}"
        raise ArtifactError(powers.path.name, f"power {powers.power}", size)


def check_published(powers: PowersOfTau) -> None:
    """Raises ArtifactError unless the file is one that was published."""
    if powers.published is None:
        names = " or ".join(published_names(powers.power))
        rule = f"is no published file{f', such as {names}' if names else ''}: --development-ptau"
        raise ArtifactError(powers.path.name, f"BLAKE2b {powers.blake2b[:32]}..", rule)


def _sections(file: BinaryIO, name: str) -> Iterator[tuple[int, int]]:
    """The type of each section and where its contents begin."""
    magic, version, count = _unpack(file, name, _FILE_HEADER)
    if (magic, version) != (_MAGIC, _VERSION):
        _refuse(name, f"magic {magic!r}, version {version}", "must be a .ptau file, version 1")
    end = os.fstat(file.fileno()).st_size
    for _ in range(count):
        kind, length = _unpack(file, name, _SECTION_HEADER)
        start = file.tell()
        if start + length > end:
            _refuse(name, f"{end} bytes", "the file is truncated")
        yield kind, start
        file.seek(start + length)


def _power(file: BinaryIO, name: str, sections: dict[int, int]) -> int:
    if _HEADER_SECTION not in sections:
        _refuse(name, "no section 1", "the file is incomplete")
    file.seek(sections[_HEADER_SECTION])
    _, modulus, power, _ = _unpack(file, name, _HEADER)
    if element(modulus) != BASE_MODULUS:
        _refuse(name, "another modulus", "must be over BN254")
    return int(power)


def _unpack(file: BinaryIO, name: str, layout: struct.Struct) -> tuple[Any, ...]:
    data = file.read(layout.size)
    if len(data) < layout.size:
        _refuse(name, f"{file.tell()} bytes", "the file is truncated")
    return layout.unpack(data)


def _digests(file: BinaryIO) -> tuple[str, str]:
    sha256, blake2b = hashlib.sha256(), hashlib.blake2b()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        sha256.update(chunk)
        blake2b.update(chunk)
    return sha256.hexdigest(), blake2b.hexdigest()


def _refuse(name: str, found: str, rule: str) -> NoReturn:
    raise ArtifactError(name, found, rule)
