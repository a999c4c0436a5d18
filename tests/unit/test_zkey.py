# SPDX-License-Identifier: Apache-2.0
"""Development keys against snarkjs: what it reads out of them, and what it thinks of them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from zkmargin.errors import ArtifactError, ToolError
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.setup import development_setup
from zkmargin.proving.toolchain import compile_circuit, snarkjs
from zkmargin.proving.zkey import read_zkey

pytestmark = pytest.mark.prove

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"


@pytest.fixture(scope="module")
def r1cs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_circuit(FIXTURES / "product.circom", tmp_path_factory.mktemp("product")).r1cs


@pytest.fixture(scope="module")
def zkey(r1cs: Path) -> Path:
    path = r1cs.with_suffix(".zkey")
    development_setup(r1cs, path)
    return path


@pytest.fixture(scope="module")
def powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("powers")
    new, contributed, final = (directory / f"{name}.ptau" for name in ("new", "one", "final"))
    snarkjs(["powersoftau", "new", "bn128", "3", str(new)])
    snarkjs(["powersoftau", "contribute", str(new), str(contributed), "-e=a drop of entropy"])
    snarkjs(["powersoftau", "prepare", "phase2", str(contributed), str(final)])
    return final


@pytest.fixture(scope="module")
def fresh(r1cs: Path, powers: Path) -> Path:
    path = r1cs.with_name("fresh.zkey")
    snarkjs(["zkey", "new", str(r1cs), str(powers), str(path)])
    return path


def test_a_development_key_says_so_and_has_the_circuits_size(zkey: Path) -> None:
    key = read_zkey(zkey)

    assert key.is_development()
    assert (key.wires, key.public_signals, key.domain_size) == (4, 1, 4)


def test_two_development_keys_of_one_circuit_differ(r1cs: Path, zkey: Path, tmp_path: Path) -> None:
    development_setup(r1cs, tmp_path / "other.zkey")

    assert read_zkey(tmp_path / "other.zkey").verifying_key() != read_zkey(zkey).verifying_key()


def test_snarkjs_exports_the_same_verifying_key(zkey: Path, tmp_path: Path) -> None:
    snarkjs(["zkey", "export", "verificationkey", str(zkey), str(tmp_path / "key.json")])

    exported = VerifyingKey.from_json(json.loads((tmp_path / "key.json").read_text()))
    assert read_zkey(zkey).verifying_key() == exported


def test_snarkjs_does_not_verify_a_development_key(r1cs: Path, zkey: Path, powers: Path) -> None:
    with pytest.raises(ToolError, match="INVALID"):
        snarkjs(["zkey", "verify", str(r1cs), str(powers), str(zkey)])


def test_a_development_key_stays_one_after_a_contribution(zkey: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.zkey"
    snarkjs(["zkey", "contribute", str(zkey), str(later), "-e=a drop of entropy"])

    key = read_zkey(later)
    assert key.contributions == 1
    assert key.is_development()


def test_a_ceremony_key_without_a_contribution_is_refused(fresh: Path) -> None:
    key = read_zkey(fresh)

    assert key.is_development()
    with pytest.raises(ArtifactError, match="delta"):
        key.verifying_key()


def test_a_ceremony_key_with_a_contribution_is_no_development_key(
    fresh: Path, tmp_path: Path
) -> None:
    final = tmp_path / "final.zkey"
    snarkjs(["zkey", "contribute", str(fresh), str(final), "-e=a drop of entropy"])

    key = read_zkey(final)
    assert not key.is_development()
    assert key.verifying_key().public_signals == 1


def with_u32(data: bytes, position: int, value: int) -> bytes:
    return data[:position] + struct.pack("<I", value) + data[position + 4 :]


# Offsets: 12 file header, 12 section header, 4 protocol, 12 section header, then section 2.
@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda data: b"", "truncated"),
        (lambda data: data[:-1], "must end within"),
        (lambda data: data + b"\0", "nothing may follow"),
        (lambda data: b"zkeY" + data[4:], "must begin with b'zkey'"),
        (lambda data: with_u32(data, 24, 2), "must be a Groth16 key"),
        (lambda data: with_u32(data, 40 + 4, 1), "must be those of BN254"),
        (lambda data: with_u32(data, 40 + 72, 5), "must be 320 bytes"),
        (lambda data: with_u32(data, 40 + 72, 1), "must exceed its 1 public signals"),
        (lambda data: with_u32(data, 40 + 76, 2), "must be 192 bytes"),
        (lambda data: with_u32(data, 40 + 80, 8), "must be 512 bytes"),
        (lambda data: with_u32(data, 8, 9)[: -12 - 68], "no section 10"),
    ],
)
def test_a_damaged_proving_key_is_refused_by_name(
    zkey: Path, tmp_path: Path, edit: Callable[[bytes], bytes], rule: str
) -> None:
    damaged = tmp_path / "damaged.zkey"
    damaged.write_bytes(edit(zkey.read_bytes()))

    with pytest.raises(ArtifactError, match=rule) as caught:
        read_zkey(damaged)
    assert "damaged.zkey" in caught.value.field


def test_a_circuit_that_cannot_be_read_leaves_no_key(r1cs: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.r1cs"
    damaged.write_bytes(r1cs.read_bytes()[:-1])

    with pytest.raises(ArtifactError, match=r"damaged\.r1cs"):
        development_setup(damaged, tmp_path / "key.zkey")
    assert [path.name for path in tmp_path.iterdir()] == ["damaged.r1cs"]
