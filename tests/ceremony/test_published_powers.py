# SPDX-License-Identifier: Apache-2.0
"""The list of published powers of tau against the lists that it was copied from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zkmargin.ceremony.published_powers import (
    HERMEZ,
    PERPETUAL,
    PUBLISHED,
    PublishedFile,
    PublishedPowers,
    are_published,
    published_file,
    published_names,
)
from zkmargin.proving.bn254 import is_in_g2, is_on_g1

SNARKJS_README = Path(__file__).parents[2] / "node_modules" / "snarkjs" / "README.md"
FILES = [file for powers in PUBLISHED for file in powers.files]
ZERO = "0" * 64


@pytest.mark.needs("snarkjs")
def test_the_digests_of_hermez_are_those_in_the_readme_of_snarkjs() -> None:
    row = re.compile(r"\[(powersOfTau28_hez_final_\d+\.ptau)\]\S+\s*\|\s*([0-9a-f]{128})")
    listed = dict(row.findall(SNARKJS_README.read_text()))

    assert {file.name: file.blake2b for file in HERMEZ.files}.items() <= listed.items()


@pytest.mark.parametrize("powers", PUBLISHED, ids=["perpetual", "hermez"])
def test_the_points_of_a_phase_1_are_on_their_curves(powers: PublishedPowers) -> None:
    assert is_on_g1(powers.alpha1)
    assert is_in_g2(powers.beta2)


def test_no_digest_is_listed_twice() -> None:
    digests = [d for file in FILES for d in (file.sha256, file.blake2b) if d is not None]

    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_has_a_digest_of_the_right_length(file: PublishedFile) -> None:
    assert {len(digest) for digest in (file.sha256,) if digest} <= {64}
    assert {len(digest) for digest in (file.blake2b,) if digest} <= {128}
    assert file.sha256 or file.blake2b


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_found_by_its_digests(file: PublishedFile) -> None:
    assert published_file(file.sha256 or ZERO, file.blake2b or ZERO) == file


def test_both_digests_must_agree_where_both_are_published() -> None:
    file = next(file for file in PERPETUAL.files if file.sha256 and file.blake2b)

    assert published_file(file.sha256 or "", ZERO) is None
    assert published_file(ZERO, file.blake2b or "") is None


def test_a_file_without_digests_is_no_file() -> None:
    assert not PublishedFile("empty.ptau", 9, None, None).has(ZERO, ZERO)


def test_each_power_of_the_presets_has_a_file_of_both_ceremonies() -> None:
    assert published_names(15) == ["ppot_0080_15.ptau", "powersOfTau28_hez_final_15.ptau"]
    assert all(len(published_names(power)) == 2 for power in range(10, 21))


def test_alpha_of_one_phase_1_does_not_go_with_beta_of_another() -> None:
    assert are_published(HERMEZ.alpha1, HERMEZ.beta2)
    assert not are_published(HERMEZ.alpha1, PERPETUAL.beta2)
