# SPDX-License-Identifier: Apache-2.0
"""The EVM's curve precompiles: py_ecc's and revm's are the same functions."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from open_key import OUTSIDE_G2

from zkmargin.errors import ArtifactError, InputError, ToolError
from zkmargin.field import MODULUS
from zkmargin.proving.bn254 import BASE_MODULUS, G1_GENERATOR, G2_GENERATOR
from zkmargin.proving.evm_precompiles import EvmPrecompiles
from zkmargin.proving.precompiles import (
    G1_INFINITY,
    G2_INFINITY,
    Precompiles,
    ReferencePrecompiles,
    choose_precompiles,
    g2_words,
    negated,
    words,
)

TWICE_G1 = (
    0x030644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD3,
    0x15ED738C0E0A7C92E7845F96B2AE9C0A68A6A449E3538FC7FF3EBF7A5A18A2C4,
)  # EIP-196's test vectors
G1, G2, MINUS_G1 = G1_GENERATOR, G2_GENERATOR, negated(G1_GENERATOR)

both = pytest.mark.parametrize("evm", [ReferencePrecompiles(), EvmPrecompiles()])


@both
def test_a_point_and_itself_are_twice_the_point(evm: Precompiles) -> None:
    assert evm.ec_add(G1, G1) == evm.ec_mul(G1, 2) == TWICE_G1


@both
def test_infinity_is_zero_and_comes_of_opposites_and_of_the_order(evm: Precompiles) -> None:
    assert evm.ec_add(G1, MINUS_G1) == G1_INFINITY
    assert evm.ec_add(G1, G1_INFINITY) == G1
    assert evm.ec_mul(G1, MODULUS) == evm.ec_mul(G1_INFINITY, 5) == G1_INFINITY
    assert negated(G1_INFINITY) == G1_INFINITY


@both
def test_a_scalar_beyond_r_is_taken_as_it_is(evm: Precompiles) -> None:
    assert evm.ec_mul(G1, MODULUS + 2) == TWICE_G1


@both
def test_the_pairing_is_bilinear_and_not_trivial(evm: Precompiles) -> None:
    assert evm.ec_pairing([(TWICE_G1, G2), (MINUS_G1, G2), (MINUS_G1, G2)])
    assert not evm.ec_pairing([(G1, G2)])


@both
def test_infinity_and_nothing_pair_to_one(evm: Precompiles) -> None:
    assert evm.ec_pairing([(G1_INFINITY, G2), (G1, G2_INFINITY)])
    assert evm.ec_pairing([])


@both
@pytest.mark.parametrize(
    "call",
    [
        lambda evm: evm.ec_add((1, 3), G1),
        lambda evm: evm.ec_mul((1, 3), 1),
        lambda evm: evm.ec_mul((1, 2 + BASE_MODULUS), 1),
        lambda evm: evm.ec_pairing([((1, 3), G2)]),
        lambda evm: evm.ec_pairing([(G1, (G2[0], G2[1][::-1]))]),
        lambda evm: evm.ec_pairing([(G1, OUTSIDE_G2)]),
        lambda evm: evm.ec_pairing([(G1_INFINITY, OUTSIDE_G2)]),
    ],
)
def test_what_is_no_point_is_refused(
    evm: Precompiles, call: Callable[[Precompiles], object]
) -> None:
    with pytest.raises(ArtifactError, match=r"ec\w+ input: got .*must be points of G1 and G2"):
        call(evm)


def test_the_imaginary_part_of_a_coordinate_comes_first() -> None:
    assert g2_words(((1, 2), (3, 4))) == words(2, 1, 4, 3)


def test_revm_is_the_automatic_choice_and_py_ecc_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert choose_precompiles().name == choose_precompiles("revm").name == "revm"
    assert choose_precompiles("py_ecc").name == "py_ecc"
    monkeypatch.setitem(sys.modules, "pyrevm", None)
    monkeypatch.delitem(sys.modules, "zkmargin.proving.evm_precompiles")

    assert choose_precompiles().name == "py_ecc"
    with pytest.raises(ToolError, match="not installed: pip install"):
        choose_precompiles("revm")


def test_another_library_is_refused() -> None:
    with pytest.raises(InputError, match="must be one of auto, revm, py_ecc"):
        choose_precompiles("blst")
