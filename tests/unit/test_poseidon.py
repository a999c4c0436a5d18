# SPDX-License-Identifier: Apache-2.0
"""Our Poseidon gives the published hashes, and refuses what is not a field element."""

from __future__ import annotations

import pytest

from zkmargin.errors import InputError
from zkmargin.field import MODULUS
from zkmargin.poseidon import PARTIAL_ROUNDS, permutation, permute, poseidon

# Published with circomlib, circomlibjs and go-iden3-crypto.
PUBLISHED = [
    ([1], 18586133768512220936620570745912940619677854269274689475585506675881198879027),
    ([1, 2], 0x115CC0F5E7D690413DF64C6B9662E9CF2A3617F2743245519E19607A4417189A),
    ([1, 2, 3, 4], 18821383157269793795438455681495246036402687001665670618754263018637548127333),
    ([1, 2, 0, 0, 0], 1018317224307729531995786483840663576608797660851238720571059489595066344487),
    ([3, 4, 0, 0, 0], 5811595552068139067952687508729883632420015185677766880877743348592482390548),
    (
        [1, 2, 0, 0, 0, 0],
        15336558801450556532856248569924170992202208561737609669134139141992924267169,
    ),
    (
        [3, 4, 0, 0, 0, 0],
        12263118664590987767234828103155242843640892839966517009184493198782366909018,
    ),
    (
        [1, 2, 3, 4, 5, 6],
        20400040500897583745843009878988256314335038853985262692600694741116813247201,
    ),
    (
        list(range(1, 15)),
        8354478399926161176778659061636406690034081872658507739535256090879947077494,
    ),
    (
        list(range(1, 17)),
        9989051620750914585850546081941653841776809718687451684622678807385399211877,
    ),
]


@pytest.mark.parametrize(("inputs", "digest"), PUBLISHED)
def test_published_hashes_are_reproduced(inputs: list[int], digest: int) -> None:
    assert poseidon(inputs) == digest


def test_constants_are_the_published_ones() -> None:
    constants = permutation(3)

    assert constants.rounds[0][0] == (
        0x0EE9A592BA9A9518D05986D656F40C2114C4993C11BB29938D21D47304CD8E6E
    )
    assert constants.matrix[0][0] == (
        0x109B7F411BA0E4C9B2B70CAF5C36A7B194BE7C11AD24378BFEDB68592BA8118B
    )


@pytest.mark.parametrize("inputs", range(1, 17))
def test_every_width_has_its_rounds(inputs: int) -> None:
    constants = permutation(inputs + 1)

    assert constants.width == inputs + 1
    assert constants.partial_rounds == PARTIAL_ROUNDS[inputs - 1]
    assert sum(map(constants.is_full, range(len(constants.rounds)))) == 8


def test_the_hash_is_the_first_element_of_the_permuted_state() -> None:
    assert poseidon([1, 2, 3], domain=9) == permute([9, 1, 2, 3])[0]


def test_the_domain_separates_equal_inputs() -> None:
    digests = {poseidon([1, 2, 3], domain=domain) for domain in (0, 1, 2, MODULUS - 1)}

    assert len(digests) == 4


@pytest.mark.parametrize("count", [0, 17])
def test_only_1_to_16_inputs_are_hashed(count: int) -> None:
    with pytest.raises(InputError, match="must count 1 to 16"):
        poseidon([0] * count)


@pytest.mark.parametrize("element", [-1, MODULUS])
def test_only_field_elements_are_hashed(element: int) -> None:
    with pytest.raises(InputError, match="Poseidon input"):
        poseidon([1, element])
    with pytest.raises(InputError, match="Poseidon input"):
        poseidon([1], domain=element)
