# SPDX-License-Identifier: Apache-2.0
"""Constraint systems and witness files, built by hand byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from zkmargin.errors import ArtifactError
from zkmargin.field import MODULUS
from zkmargin.proving.r1cs import A, B, C, Term, broken_constraint, read_r1cs
from zkmargin.proving.witness_file import read_witness, witness_bytes, write_witness

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"

# Wires: 1, c (output), a, b (private inputs), t.
#   0:  a * b = t        1:  (t - 3 a) * (2) = c       2:  0 * 0 = 0
CONSTRAINTS: Sequence[Sequence[Sequence[Term]]] = [
    [[(2, 1)], [(3, 1)], [(4, 1)]],
    [[(4, 1), (2, MODULUS - 3)], [(0, 2)], [(1, 1)]],
    [[], [], []],
]
WITNESS = [1, 2 * (5 * 7 - 3 * 5), 5, 7, 5 * 7]


def element(value: int) -> bytes:
    return value.to_bytes(32, "little")


def header(wires: int = 5, prime: int = MODULUS, constraints: int = 3) -> bytes:
    return struct.pack("<I32sIIIIQI", 32, element(prime), wires, 1, 0, 2, 5, constraints)


def terms(constraints: Sequence[Sequence[Sequence[Term]]] = CONSTRAINTS) -> bytes:
    data = b""
    for combination in (c for constraint in constraints for c in constraint):
        data += struct.pack("<I", len(combination))
        data += b"".join(struct.pack("<I", wire) + element(value) for wire, value in combination)
    return data


def container(magic: bytes, version: int, *sections: tuple[int, bytes]) -> bytes:
    data = struct.pack("<4sII", magic, version, len(sections))
    return data + b"".join(struct.pack("<IQ", kind, len(body)) + body for kind, body in sections)


def r1cs_bytes(head: bytes | None = None, body: bytes | None = None) -> bytes:
    sections = (2, terms() if body is None else body), (1, header() if head is None else head)
    return container(b"r1cs", 1, *sections, (3, bytes(8 * 5)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "circuit.r1cs"


def test_the_parts_of_a_constraint_system_are_read(path: Path) -> None:
    path.write_bytes(r1cs_bytes())

    system = read_r1cs(path)
    assert (system.wires, system.constraints, system.public_signals) == (5, 3, 1)
    assert system.private_inputs == 2
    read = [[system.combination(i, m) for m in (A, B, C)] for i in range(3)]
    assert read == CONSTRAINTS


def test_a_system_may_have_no_constraints(path: Path) -> None:
    path.write_bytes(r1cs_bytes(header(constraints=0), b""))

    assert broken_constraint(read_r1cs(path), WITNESS) is None


def test_an_honest_witness_breaks_no_constraint(path: Path) -> None:
    path.write_bytes(r1cs_bytes())

    assert broken_constraint(read_r1cs(path), WITNESS) is None
    assert broken_constraint(read_r1cs(path), [1, *(x + MODULUS for x in WITNESS[1:])]) is None


@pytest.mark.parametrize(("wire", "broken"), [(1, 1), (2, 0), (3, 0), (4, 0)])
def test_the_first_broken_constraint_is_named(path: Path, wire: int, broken: int) -> None:
    path.write_bytes(r1cs_bytes())
    witness = list(WITNESS)
    witness[wire] += 1

    assert broken_constraint(read_r1cs(path), witness) == broken


def test_a_witness_has_the_length_of_the_system_and_begins_with_one(path: Path) -> None:
    path.write_bytes(r1cs_bytes())
    system = read_r1cs(path)

    with pytest.raises(ArtifactError, match="must be 5"):
        broken_constraint(system, WITNESS[:-1])
    with pytest.raises(ArtifactError, match="must be the constant 1"):
        broken_constraint(system, [2, *WITNESS[1:]])


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "truncated"),
        (r1cs_bytes()[:7], "truncated"),
        (r1cs_bytes()[:14], "truncated"),
        (r1cs_bytes()[:-1], "must end within"),
        (r1cs_bytes() + b"\0", "nothing may follow"),
        (b"R1cs" + r1cs_bytes()[4:], "must begin with b'r1cs'"),
        (b"r1cs\2" + r1cs_bytes()[5:], "must be version 1"),
        (container(b"r1cs", 1, (1, header())), "incomplete"),
        (container(b"r1cs", 1, (1, header()), (1, header())), "may appear once"),
        (struct.pack("<4sIIIQ", b"r1cs", 1, 1, 1, 2**63), "must end within"),
        (r1cs_bytes(header()[:-1]), "must be 64 bytes"),
        (r1cs_bytes(header(prime=MODULUS + 2)), "must be the BN254 scalar modulus"),
        (r1cs_bytes(header(wires=1)), "must hold 1 and every input and output"),
        (r1cs_bytes(header(wires=6)), "must hold 1 and every input and output"),
        (r1cs_bytes(header(constraints=4)), "must hold 12 combinations"),
        (r1cs_bytes(header(constraints=2)), "must hold 6 combinations"),
        (r1cs_bytes(header(constraints=2**32 - 1)), "combinations"),
        (r1cs_bytes(body=terms()[:-4]), "must hold 9 combinations"),
        (r1cs_bytes(body=terms()[:-1]), "multiple of 4"),
        (r1cs_bytes(body=struct.pack("<I", 2**32 - 1) + terms()[4:]), "must hold 9 combinations"),
        (r1cs_bytes(body=terms([[[(5, 1)], [], []]] * 3)), "must be below 5"),
        (r1cs_bytes(body=terms([[[(4, MODULUS)], [], []]] * 3)), "below the BN254 scalar modulus"),
        (
            container(b"r1cs", 1, (1, header()), (2, terms()), (3, bytes(40)), (4, b"\1\0\0\0")),
            "custom gates",
        ),
        (container(b"r1cs", 1, (1, header()), (2, terms()), (3, bytes(39))), "must be 40 bytes"),
    ],
)
def test_a_damaged_constraint_system_is_refused_by_name(
    path: Path, content: bytes, rule: str
) -> None:
    path.write_bytes(content)

    with pytest.raises(ArtifactError, match=rule) as caught:
        read_r1cs(path)
    assert "circuit.r1cs" in caught.value.field


def test_a_missing_file_is_refused_by_name(path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"circuit\.r1cs.*must be a readable file"):
        read_r1cs(path)


def test_a_witness_survives_the_round_trip_through_a_file(tmp_path: Path) -> None:
    witness = [1, 0, MODULUS - 1, 2**253]
    write_witness(tmp_path / "witness.wtns", witness)

    assert read_witness(tmp_path / "witness.wtns") == witness


@pytest.mark.parametrize("value", [-1, MODULUS])
def test_a_wire_outside_the_field_is_not_written(value: int) -> None:
    with pytest.raises(ArtifactError, match=r"witness\[1\]"):
        witness_bytes([1, value])


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda data: data[:-1], "must end within"),
        (lambda data: b"wtnS" + data[4:], "must begin with b'wtns'"),
        (lambda data: data[:4] + b"\1" + data[5:], "must be version 2"),
        (lambda data: data[:28] + b"\0" + data[29:], "must be the BN254 scalar modulus"),
        (lambda data: data[:-32] + element(MODULUS), "must be below the BN254 scalar modulus"),
        (
            lambda data: data.replace(struct.pack("<I", 5), struct.pack("<I", 6)),
            "must be 192 bytes",
        ),
    ],
)
def test_a_damaged_witness_file_is_refused_by_name(
    tmp_path: Path, edit: Callable[[bytes], bytes], rule: str
) -> None:
    path = tmp_path / "witness.wtns"
    path.write_bytes(edit(witness_bytes([1, 2, 3, 4, 9])))

    with pytest.raises(ArtifactError, match=rule) as caught:
        read_witness(path)
    assert "witness.wtns" in caught.value.field
