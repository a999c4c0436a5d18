# SPDX-License-Identifier: Apache-2.0
"""The rendered verifier gives the verdicts of docs/verification.md, and knows its key."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from contracts.conftest import compile_source
from contracts.evm import CHAIN_ID, Contract, Evm, Reverted
from contracts.trapdoor_keys import open_key
from eth_abi import decode, encode
from eth_hash.auto import keccak
from open_key import OpenKey
from prove.claims import CLAIMS, KEY, OPEN
from prove.test_four_verifiers import TABLE

from zkmargin.errors import ArtifactError, InputError
from zkmargin.proving.batch import batch_weights
from zkmargin.proving.bn254 import G1_GENERATOR
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.solidity_verifier import (
    batch_domain,
    contract_proof,
    verifier_source,
    vk_digest,
)

pytestmark = pytest.mark.chain

PROOF = "(uint256[2],uint256[2][2],uint256[2])"
Compile = Callable[[str], bytes]


def deployed(compile_verifier: Compile, key: VerifyingKey) -> Contract:
    evm = Evm()
    code = compile_verifier(verifier_source(key, "RenderedVerifier"))
    return Contract(evm, evm.deploy(code), [])


def calldata(function: str, types: list[str], values: list[object]) -> bytes:
    return bytes(keccak(f"{function}({','.join(types)})".encode())[:4]) + encode(types, values)


def verify(contract: Contract, proof: object, signals: object) -> str:
    types = [PROOF, "uint256[]"]
    try:
        contract.call_raw(calldata("verify", types, [contract_proof(proof), signals]))  # type: ignore[arg-type]
    except Reverted:
        return "refused"
    return "valid"


def verify_batch(contract: Contract, proofs: list[object], signals: list[object]) -> str:
    types = [PROOF + "[]", "uint256[][]"]
    values: list[object] = [[contract_proof(p) for p in proofs], signals]  # type: ignore[arg-type]
    try:
        contract.call_raw(calldata("verifyBatch", types, values))
    except Reverted:
        return "refused"
    return "valid"


@pytest.mark.parametrize("name", [name for name in CLAIMS if name != "signal - r"])
def test_the_contract_gives_the_verdict_of_the_page(compile_verifier: Compile, name: str) -> None:
    key, proof, signals = CLAIMS[name]()
    contract = deployed(compile_verifier, key)
    expected = "valid" if TABLE[name][0] == "valid" else "refused"

    assert verify(contract, proof, signals) == expected
    assert verify_batch(contract, [proof], [signals]) == expected


def test_a_bad_claim_spoils_a_batch_of_good_ones(compile_verifier: Compile) -> None:
    contract = deployed(compile_verifier, KEY)
    good = [CLAIMS[name]()[1:] for name in ("made with the key's secrets", "re-randomised")]
    bad = CLAIMS["another signal"]()[1:]

    assert verify_batch(contract, *map(list, zip(*good, strict=True))) == "valid"
    assert verify_batch(contract, *map(list, zip(*good, bad, strict=True))) == "refused"


def test_the_digest_of_the_contract_is_the_digest_of_python(compile_verifier: Compile) -> None:
    contract = deployed(compile_verifier, KEY)

    assert contract.call_raw(calldata("vkDigest", [], [])) == vk_digest(KEY)
    assert int.from_bytes(contract.call_raw(calldata("signalCount", [], [])), "big") == 3


def test_the_batch_domain_of_the_contract_is_that_of_python(compile_verifier: Compile) -> None:
    contract = deployed(compile_verifier, KEY)
    domain = int.from_bytes(contract.call_raw(calldata("batchDomain", [], [])), "big")

    assert domain == batch_domain(CHAIN_ID, contract.address)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_batch_of_random_proofs_is_accepted(compile_verifier: Compile, count: int) -> None:
    source = random.Random(count)
    key = OpenKey.drawn(source, 2)
    proofs, signals = map(list, zip(*key.proofs(source, count), strict=True))

    assert verify_batch(deployed(compile_verifier, key.key()), proofs, signals) == "valid"


WEIGHING = """
contract Weighing is RenderedVerifier {
    function weigh(Proof[] calldata proofs, uint256[][] calldata signals)
        external
        view
        returns (uint256[] memory weights)
    {
        weights = new uint256[](proofs.length);
        for (uint256 i = 0; i < proofs.length; ++i) {
            weights[i] = _weight(_seed(proofs, signals), i);
        }
    }
}
"""
IMPORT = 'import {Proof} from "./interfaces/IGroth16Verifier.sol";'


def test_the_weights_of_the_contract_are_those_of_python() -> None:
    rendered = verifier_source(KEY, "RenderedVerifier")
    evm = Evm()
    contract = Contract(
        evm, evm.deploy(compile_source(f"{rendered}\n{IMPORT}\n{WEIGHING}", "Weighing")), []
    )
    items = OPEN.proofs(random.Random(5), 4)
    values: list[object] = [[contract_proof(p) for p, _ in items], [s for _, s in items]]
    data = calldata("weigh", [PROOF + "[]", "uint256[][]"], values)

    (weights,) = decode(["uint256[]"], contract.call_raw(data))
    assert list(weights) == batch_weights(KEY, items, batch_domain(CHAIN_ID, contract.address))


def test_a_name_that_is_no_identifier_is_refused() -> None:
    with pytest.raises(InputError, match="name"):
        verifier_source(KEY, "verifier; selfdestruct")


def test_v3_no_verifier_is_rendered_from_a_key_that_nobody_contributed_to() -> None:
    for changes in ({"delta2": KEY.gamma2}, {"alpha1": G1_GENERATOR}, {"ic": KEY.ic[:1]}):
        with pytest.raises(ArtifactError):
            verifier_source(replace(KEY, **changes), "RenderedVerifier")


def test_the_test_keys_differ_between_circuits() -> None:
    digests = {vk_digest(open_key(circuit).key()) for circuit in ("margin", "shortfall", "nav")}

    assert len(digests) == 3
