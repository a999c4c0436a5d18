# SPDX-License-Identifier: Apache-2.0
"""Proving keys in the .zkey format of snarkjs (version 1, Groth16), which every prover here reads.

    section 1    u32 1: Groth16
    section 2    u32 32, q, u32 32, r, u32 wires, u32 public signals, u32 domain size,
                 alpha1, beta1, beta2, gamma2, delta1, delta2
    section 3    IC           [public signals + 1] G1
    section 4    coefficients  u32 count, then (u32 matrix, u32 row, u32 wire, value * 2^512 mod r)
    section 5    A            [wires] G1
    section 6    B1           [wires] G1
    section 7    B2           [wires] G2
    section 8    C            [wires - public signals - 1] G1, the private wires
    section 9    H            [domain size] G1
    section 10   64 bytes: hash of the circuit; u32 number of contributions, then those

A development key bears a text where the hash belongs. A later contribution keeps those 64 bytes, so
such a key stays a development key for ever, and `snarkjs zkey verify` refuses it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from zkmargin.errors import ArtifactError
from zkmargin.field import ELEMENT_BYTES, MODULUS
from zkmargin.files import write_atomic
from zkmargin.proving.bn254 import BASE_MODULUS, G1_GENERATOR, Fq2, G1Point, G2Point
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.sections import Sections, element, element_bytes, join_sections, read_sections

G1_BYTES: Final = 2 * ELEMENT_BYTES
G2_BYTES: Final = 4 * ELEMENT_BYTES
COEFFICIENT_BYTES: Final = 12 + ELEMENT_BYTES
DEVELOPMENT_MARKER: Final = b"DEVELOPMENT KEY"

_MAGIC, _VERSION = b"zkey", 1
_PROTOCOL, _HEADER, _IC, _COEFFICIENTS, _A, _B1, _B2, _C, _H, _CONTRIBUTIONS = range(1, 11)
_HASH_BYTES: Final = 64
_COUNTS: Final = struct.Struct("<I32sI32sIII")
_POINTS_BYTES: Final = 3 * G1_BYTES + 3 * G2_BYTES
_MONTGOMERY_INVERSE: Final = pow(2, -256, BASE_MODULUS)


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """The single points of a proving key, as they are stored and in that order."""

    alpha1: bytes
    beta1: bytes
    beta2: bytes
    gamma2: bytes
    delta1: bytes
    delta2: bytes


@dataclass(frozen=True, slots=True)
class ProvingKeyData:
    """What proving takes, points as they are stored."""

    wires: int
    public_signals: int
    domain_size: int
    points: KeyPoints
    ic: bytes
    coefficients: bytes | memoryview  # records only; their count is derived
    a: bytes | memoryview
    b1: bytes | memoryview
    b2: bytes | memoryview
    c: bytes | memoryview
    h: bytes | memoryview


@dataclass(frozen=True, slots=True)
class Zkey:
    """What a .zkey says about its circuit and its origin; the proving points stay in the file."""

    name: str
    wires: int
    public_signals: int
    domain_size: int
    points: KeyPoints
    ic: bytes
    circuit_hash: bytes
    contributions: int

    def is_development(self) -> bool:
        """One machine knew the secrets of this key, or nobody contributed to it."""
        marked = self.circuit_hash.startswith(DEVELOPMENT_MARKER)
        return marked or self.contributions == 0

    def verifying_key(self) -> VerifyingKey:
        """The verifying key; raises ArtifactError if it cannot be trusted."""
        for field, point in (("beta1", self.points.beta1), ("delta1", self.points.delta1)):
            if _g1(point) == G1_GENERATOR:
                raise ArtifactError(f"{self.name} {field}", "the generator", "nobody contributed")
        return VerifyingKey(
            _g1(self.points.alpha1),
            _g2(self.points.beta2),
            _g2(self.points.gamma2),
            _g2(self.points.delta2),
            tuple(_g1(point) for point in _split(self.ic, G1_BYTES)),
        )


def read_zkey(path: Path) -> Zkey:
    """Reads what a .zkey says about itself.

    raises   ArtifactError if it is damaged, not Groth16 or not over BN254
    """
    sections = read_sections(path, _MAGIC, _VERSION)
    if sections.sized(_PROTOCOL, 4) != struct.pack("<I", 1):
        sections.refuse("another protocol", "must be a Groth16 key")
    wires, public_signals, domain_size, points = _header(sections)
    _check_lengths(sections, wires, public_signals, domain_size)
    contributions = sections.get(_CONTRIBUTIONS)
    if len(contributions) < _HASH_BYTES + 4:
        sections.refuse(f"section 10 of {len(contributions)} bytes", "must be at least 68 bytes")
    (count,) = struct.unpack_from("<I", contributions, _HASH_BYTES)
    ic, circuit_hash = bytes(sections.get(_IC)), bytes(contributions[:_HASH_BYTES])
    return Zkey(sections.name, wires, public_signals, domain_size, points, ic, circuit_hash, count)


def read_proving_key(path: Path) -> ProvingKeyData:
    """Everything in a .zkey that proving takes.

    raises   ArtifactError as read_zkey
    """
    zkey, sections = read_zkey(path), read_sections(path, _MAGIC, _VERSION)
    return ProvingKeyData(
        zkey.wires,
        zkey.public_signals,
        zkey.domain_size,
        zkey.points,
        zkey.ic,
        sections.get(_COEFFICIENTS)[4:],
        *(sections.get(kind) for kind in (_A, _B1, _B2, _C, _H)),
    )


def write_development_zkey(path: Path, key: ProvingKeyData) -> None:
    """Writes a proving key with the development marker and no contributions."""
    write_atomic(path, zkey_bytes(key))


def zkey_bytes(key: ProvingKeyData) -> bytes:
    """The contents of a .zkey with the development marker and no contributions."""
    one = struct.pack("<I", 1)
    fields = (ELEMENT_BYTES, element_bytes(BASE_MODULUS), ELEMENT_BYTES, element_bytes(MODULUS))
    counts = _COUNTS.pack(*fields, key.wires, key.public_signals, key.domain_size)
    records = struct.pack("<I", len(key.coefficients) // COEFFICIENT_BYTES)
    sections: dict[int, Iterable[bytes | memoryview]] = {
        _PROTOCOL: [one],
        _HEADER: [counts, *astuple(key.points)],
        _IC: [key.ic],
        _COEFFICIENTS: [records, key.coefficients],
        _A: [key.a],
        _B1: [key.b1],
        _B2: [key.b2],
        _C: [key.c],
        _H: [key.h],
        _CONTRIBUTIONS: [DEVELOPMENT_MARKER.ljust(_HASH_BYTES), struct.pack("<I", 0)],
    }
    return join_sections(_MAGIC, _VERSION, sections)


def _header(sections: Sections) -> tuple[int, int, int, KeyPoints]:
    header = sections.sized(_HEADER, _COUNTS.size + _POINTS_BYTES)
    q_size, q, r_size, r, wires, public_signals, domain_size = _COUNTS.unpack_from(header)
    fields = (q_size, element(q), r_size, element(r))
    if fields != (ELEMENT_BYTES, BASE_MODULUS, ELEMENT_BYTES, MODULUS):
        sections.refuse("other field moduli", "must be those of BN254")
    singles, start = [], _COUNTS.size
    for size in (G1_BYTES, G1_BYTES, G2_BYTES, G2_BYTES, G1_BYTES, G2_BYTES):
        singles.append(bytes(header[start : start + size]))
        start += size
    return wires, public_signals, domain_size, KeyPoints(*singles)


def _check_lengths(sections: Sections, wires: int, public_signals: int, domain_size: int) -> None:
    if wires <= public_signals:
        sections.refuse(f"{wires} wires", f"must exceed its {public_signals} public signals")
    lengths = {
        _IC: (public_signals + 1) * G1_BYTES,
        _A: wires * G1_BYTES,
        _B1: wires * G1_BYTES,
        _B2: wires * G2_BYTES,
        _C: (wires - public_signals - 1) * G1_BYTES,
        _H: domain_size * G1_BYTES,
    }
    for kind, length in lengths.items():
        sections.sized(kind, length)
    coefficients = sections.get(_COEFFICIENTS)
    count = int.from_bytes(coefficients[:4], "little")
    sections.sized(_COEFFICIENTS, 4 + count * COEFFICIENT_BYTES)


def _split(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _g1(point: bytes) -> G1Point:
    x, y = map(_coordinate, _split(point, ELEMENT_BYTES))
    return x, y


def _g2(point: bytes) -> G2Point:
    x, y = map(_fq2, _split(point, 2 * ELEMENT_BYTES))
    return x, y


def _fq2(data: bytes) -> Fq2:
    c0, c1 = map(_coordinate, _split(data, ELEMENT_BYTES))
    return c0, c1


def _coordinate(data: bytes) -> int:
    return element(data) * _MONTGOMERY_INVERSE % BASE_MODULUS
