# SPDX-License-Identifier: Apache-2.0
"""The contributions that a .zkey says it holds, section 10, and the hashes that chain them.

    64 bytes hash of the circuit, u32 contributions; each of them
    delta1 after it, s1, s1 * d     G1, d is the contributor's secret
    spx                             G2, hash-to-curve(link) * d
    link                            64 bytes: BLAKE2b of the circuit hash, every earlier public key,
                                    s1 and s1 * d
    u32 kind                        0 a person's, 1 a beacon's
    u32 length, parameters          u8 1, u8 length, name; u8 2, u8 iterations;
                                    u8 3, u8 length, beacon value

A public key is everything from delta1 to the link, points uncompressed and big-endian; its BLAKE2b
is the contribution hash. Name and kind are in no hash. Whether the secrets are those of the points
is for `snarkjs zkey verify` to say; here it is only the order that is checked.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES
from zkmargin.proving.bn254 import BASE_MODULUS
from zkmargin.proving.sections import element, read_sections
from zkmargin.proving.zkey import G1_BYTES, G2_BYTES, read_zkey

_CONTRIBUTIONS: Final = 10
_LINK_BYTES: Final = 64
_FIXED: Final = struct.Struct(f"<{G1_BYTES}s{2 * G1_BYTES}s{G2_BYTES}s{_LINK_BYTES}sII")
_NAME, _ITERATIONS, _VALUE = 1, 2, 3
_PERSON, _BEACON = 0, 1
_MONTGOMERY_INVERSE: Final = pow(2, -256, BASE_MODULUS)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contribution as a key holds it.

    hash         contribution hash, 128 hexadecimal digits, as snarkjs prints it
    beacon       the beacon's value in hexadecimal, None if a person contributed
    iterations   log2 of the number of SHA-256 that the value goes through, None without a beacon
    """

    name: str
    hash: str
    beacon: str | None = None
    iterations: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The circuit hash of a key and its contributions, in order."""

    circuit_hash: str
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    """One contribution as it is stored."""

    delta: bytes
    points: bytes  # s1, s1 * d
    spx: bytes
    link: bytes
    kind: int
    parameters: bytes

    @property
    def public_key(self) -> bytes:
        return _uncompressed(self.delta + self.points) + _uncompressed_g2(self.spx) + self.link


def read_history(path: Path) -> History:
    """The contributions in a .zkey.

    raises   ArtifactError, naming the file, if the key is damaged, if a contribution does not
             follow those before it, or if the key's delta1 is not the last contribution's
    """
    zkey = read_zkey(path)
    section = bytes(read_sections(path, b"zkey", 1).get(_CONTRIBUTIONS))
    records = list(_records(path.name, section[_LINK_BYTES + 4 :], zkey.contributions))
    _check_links(path.name, zkey.circuit_hash, records)
    if records and records[-1].delta != zkey.points.delta1:
        raise ArtifactError(path.name, "another delta1", "must be the last contribution's")
    contributions = tuple(_contribution(path.name, record) for record in records)
    return History(zkey.circuit_hash.hex(), contributions)


def _records(name: str, data: bytes, count: int) -> Iterator[_Record]:
    for _ in range(count):
        if len(data) < _FIXED.size:
            raise ArtifactError(name, "fewer contributions", f"must hold {count} of them")
        delta, points, spx, link, kind, length = _FIXED.unpack_from(data)
        end = _FIXED.size + length
        yield _Record(delta, points, spx, link, kind, data[_FIXED.size : end])
        data = data[end:]
    if data:
        raise ArtifactError(name, f"{len(data)} bytes too many", "must end with a contribution")


def _check_links(name: str, circuit_hash: bytes, records: list[_Record]) -> None:
    chain = hashlib.blake2b(circuit_hash)
    for number, record in enumerate(records, 1):
        link = chain.copy()
        link.update(_uncompressed(record.points))
        if link.digest() != record.link:
            rule = "must follow the contributions before it"
            raise ArtifactError(f"{name} contribution {number}", "another link", rule)
        chain.update(record.public_key)


def _contribution(name: str, record: _Record) -> Contribution:
    values = dict(_parameters(name, record.parameters))
    text = values.get(_NAME, b"").decode("utf-8", errors="replace")
    digest = hashlib.blake2b(record.public_key).hexdigest()
    if record.kind == _PERSON:
        return Contribution(text, digest)
    if record.kind != _BEACON:
        raise ArtifactError(name, f"kind {record.kind}", "must be a person's or a beacon's")
    iterations = int.from_bytes(values.get(_ITERATIONS, b""))
    return Contribution(text, digest, values.get(_VALUE, b"").hex(), iterations)


def _parameters(name: str, data: bytes) -> Iterator[tuple[int, bytes]]:
    last = 0
    while data:
        kind, has_length = data[0], data[0] != _ITERATIONS
        size = data[1] if has_length and len(data) > 1 else 1
        start = 1 + has_length
        if not last < kind <= _VALUE or len(data) < start + size:
            raise ArtifactError(name, f"parameter {kind}", "must be a contribution's, in order")
        yield kind, data[start : start + size]
        last, data = kind, data[start + size :]


def coordinates(points: bytes) -> list[int]:
    """The coordinates of points as a key stores them, out of their Montgomery form."""
    starts = range(0, len(points), ELEMENT_BYTES)
    return [element(points, at) * _MONTGOMERY_INVERSE % BASE_MODULUS for at in starts]


def _uncompressed(points: bytes) -> bytes:
    return b"".join(number.to_bytes(ELEMENT_BYTES, "big") for number in coordinates(points))


def _uncompressed_g2(point: bytes) -> bytes:
    """As `_uncompressed`; the coefficient of u comes first."""
    x0, x1, y0, y1 = (_uncompressed(point[at : at + ELEMENT_BYTES]) for at in range(0, 128, 32))
    return x1 + x0 + y1 + y0
