# SPDX-License-Identifier: Apache-2.0
"""A proof that the prover made of a real book passes the contract rendered from its key."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from contracts.evm import Contract
from contracts.test_solidity_verifier import calldata, deployed, verify
from random_market import random_case

from zkmargin.margin import healthy, margin
from zkmargin.margin_proof import MarginProof, margin_artifacts, prove_margin
from zkmargin.presets import PRESETS
from zkmargin.proving.artifacts import build
from zkmargin.proving.solidity_verifier import vk_digest

pytestmark = [pytest.mark.chain, pytest.mark.prove]

TINY = PRESETS["tiny"]
LEVEL = 10_000  # [bps]


@pytest.fixture(scope="module")
def proof() -> MarginProof:
    build("tiny")
    rng = random.Random(4)
    while True:
        book, snapshot = random_case(rng, TINY)
        if healthy(margin(book, snapshot), LEVEL):
            return prove_margin(book, snapshot, LEVEL, domain=77, preset=TINY)


@pytest.fixture(scope="module")
def contract(proof: MarginProof, compile_verifier: Callable[[str], bytes]) -> Contract:
    assert proof.preset == "tiny"
    return deployed(compile_verifier, margin_artifacts(TINY).verifying_key)


def test_a_real_margin_proof_is_accepted_on_chain(proof: MarginProof, contract: Contract) -> None:
    assert verify(contract, proof.proof, proof.statement.signals) == "valid"


@pytest.mark.parametrize("place", range(4))
def test_a_real_proof_holds_for_no_other_statement(
    proof: MarginProof, contract: Contract, place: int
) -> None:
    signals = list(proof.statement.signals)
    signals[place] += 1

    assert verify(contract, proof.proof, signals) == "refused"


def test_the_contract_knows_the_circuits_key(contract: Contract) -> None:
    key = margin_artifacts(TINY).verifying_key

    assert contract.call_raw(calldata("vkDigest", [], [])) == vk_digest(key)
