# SPDX-License-Identifier: Apache-2.0
"""Powers of tau: which file it is, whether it is whole, whether it fits."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from zkmargin.ceremony.powers import PowersOfTau, check_power, check_published, needed_power
from zkmargin.ceremony.powers import read_powers as read
from zkmargin.errors import ArtifactError
from zkmargin.proving.bn254 import BASE_MODULUS
from zkmargin.proving.r1cs import R1cs
from zkmargin.proving.sections import element_bytes, join_sections
from zkmargin.proving.toolchain import snarkjs

POWERS = PowersOfTau(Path("pot.ptau"), 15, "0" * 64, "0" * 128)


def system(constraints: int, public: int) -> R1cs:
    none = np.zeros(0, dtype=np.int64)
    bounds = np.zeros(3 * constraints + 1, dtype=np.int64)
    return R1cs(1 + public, 0, public, 0, bounds, none, none, ())


def ptau(modulus: int = BASE_MODULUS, kinds: tuple[int, ...] = (1, 12, 13, 14, 15)) -> bytes:
    header = struct.pack("<I", 32) + element_bytes(modulus) + struct.pack("<II", 9, 28)
    return join_sections(b"ptau", 1, {kind: [header if kind == 1 else b"xy"] for kind in kinds})


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes) -> Path:
        (tmp_path / "pot.ptau").write_bytes(data)
        return tmp_path / "pot.ptau"

    return write


def test_a_file_is_known_by_its_power_and_both_digests(file: Callable[[bytes], Path]) -> None:
    path, data = file(ptau()), ptau()

    assert read(path).power == 9
    assert read(path).sha256 == hashlib.sha256(data).hexdigest()
    assert read(path).blake2b == hashlib.blake2b(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "the file is truncated"),
        (ptau()[:-1], "the file is truncated"),
        (ptau()[:30], "the file is truncated"),
        (b"zkey" + ptau()[4:], r"must be a \.ptau file"),
        (ptau()[:4] + b"\2" + ptau()[5:], r"must be a \.ptau file"),
        (ptau(modulus=BASE_MODULUS - 2), "must be over BN254"),
        (ptau(kinds=(12, 13, 14, 15)), "the file is incomplete"),
        (ptau(kinds=(1, 2, 3)), "snarkjs powersoftau prepare phase2"),
        (ptau(kinds=(1, 12, 13, 15)), "no section 14"),
    ],
)
def test_a_file_that_is_no_prepared_powers_of_tau_is_refused_by_name(
    file: Callable[[bytes], Path], data: bytes, rule: str
) -> None:
    with pytest.raises(ArtifactError, match=rule) as caught:
        read(file(data))
    assert caught.value.field == "pot.ptau"


@pytest.mark.parametrize(
    ("constraints", "public", "power"),
    [(1, 1, 2), (2, 1, 2), (3, 1, 3), (35, 3, 6), (60, 3, 6), (61, 3, 7), (32169, 4, 15)],
)
def test_the_power_must_exceed_constraints_and_public_signals(
    constraints: int, public: int, power: int
) -> None:
    assert needed_power(system(constraints, public)) == power
    assert 2 ** (power - 1) <= constraints + public < 2**power


@pytest.mark.parametrize("power", [1, 14, 16, 28])
def test_a_file_of_another_power_is_refused_with_the_name_of_the_right_one(power: int) -> None:
    rule = r"32,169 constraints need power 15: ppot_0080_15\.ptau or powersOfTau28_hez_final_15"
    with pytest.raises(ArtifactError, match=f"got 'power {power}', {rule}"):
        check_power(replace(POWERS, power=power), system(32169, 4))
    check_power(POWERS, system(32169, 4))


def test_an_unpublished_file_is_refused_with_the_names_of_published_ones() -> None:
    with pytest.raises(ArtifactError, match=r"ppot_0080_15\.ptau or .*: --development-ptau"):
        check_published(POWERS)


@pytest.mark.prove
def test_the_needed_power_is_the_one_that_snarkjs_uses(kept: Path, powers: Path) -> None:
    said = snarkjs(["r1cs", "info", str(kept / "begun" / "0000" / "bytes.r1cs")])

    assert "# of Constraints: 35" in said
    assert needed_power(system(35, 3)) == read(powers).power == 6
