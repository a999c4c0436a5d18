# SPDX-License-Identifier: Apache-2.0
"""A verifier accepts what is valid and says what the caller holds, and names what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wallet.cases import cases

from zkmargin.errors import ArtifactError, InputError
from zkmargin.field import MODULUS
from zkmargin.margin_proof import MarginProof
from zkmargin.units import BPS
from zkmargin.wallet.prover import MarginProver
from zkmargin.wallet.verifier import MarginVerifier

DOMAIN = 77
HELD = ["account", "version", "level", "commitment", "snapshot_hash"]

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def proof(prover: MarginProver) -> MarginProof:
    book, snapshot = next(cases(6))
    return prover.prove(book, snapshot, domain=DOMAIN)


@pytest.fixture
def verifier(prover: MarginProver) -> MarginVerifier:
    return MarginVerifier(prover.verifying_key, DOMAIN)


def held(proof: MarginProof) -> dict[str, Any]:
    """What a caller holds that expects this very proof."""
    public = proof.statement
    held = {"account": proof.account, "version": proof.version, "level": proof.level}
    return {**held, "commitment": public.commitment, "snapshot_hash": public.snapshot_hash}


def test_a_valid_proof_of_what_the_caller_holds_is_accepted(
    verifier: MarginVerifier, proof: MarginProof
) -> None:
    check = verifier.check(proof, **held(proof))

    assert check
    assert str(check) == "accepted"


@pytest.mark.parametrize("name", HELD)
def test_what_differs_from_the_callers_is_named_alone(
    verifier: MarginVerifier, proof: MarginProof, name: str
) -> None:
    expected = held(proof)
    check = verifier.check(proof, **{**expected, name: expected[name] + 1})

    assert not check
    assert check.valid
    assert [difference.name for difference in check.differing] == [name]
    assert str(check).startswith(f"{name}: the proof says")


def test_a_proof_for_another_domain_is_not_accepted(
    prover: MarginProver, proof: MarginProof
) -> None:
    check = MarginVerifier(prover.verifying_key, DOMAIN + 1).check(proof, **held(proof))

    assert not check
    assert str(check) == "domain: the proof says 77, expected 78"


def test_every_difference_is_named_in_the_order_of_the_public_signals(
    prover: MarginProver, proof: MarginProof
) -> None:
    other = {name: value + 1 for name, value in held(proof).items()}
    check = MarginVerifier(prover.verifying_key, 0).check(proof, **other)

    assert [difference.name for difference in check.differing] == ["domain", *HELD]


@pytest.mark.parametrize("signal", ["domain", "header", "commitment", "snapshot_hash"])
def test_a_changed_public_signal_makes_the_proof_invalid_even_if_the_caller_expects_it(
    prover: MarginProver, proof: MarginProof, signal: str
) -> None:
    changed = replace(proof.statement, **{signal: getattr(proof.statement, signal) + 1})
    forged = replace(proof, statement=changed)
    check = MarginVerifier(prover.verifying_key, changed.domain).check(forged, **held(forged))

    assert not check
    assert not check.valid
    assert check.differing == ()
    assert str(check) == "the proof is not valid under this key"


def test_a_signal_that_is_the_same_modulo_r_is_not_accepted(
    verifier: MarginVerifier, proof: MarginProof
) -> None:
    public = proof.statement
    aliased = replace(proof, statement=replace(public, commitment=public.commitment + MODULUS))
    check = verifier.check(aliased, **held(aliased))

    assert not check.valid


def test_what_a_proof_claims_about_its_key_is_not_believed(
    verifier: MarginVerifier, proof: MarginProof
) -> None:
    claimed = replace(proof, preset="large", status="ceremony", constraints="0", key="0")

    assert verifier.check(claimed, **held(proof))


def test_what_is_no_integer_is_refused_by_name(
    verifier: MarginVerifier, proof: MarginProof
) -> None:
    with pytest.raises(InputError, match="commitment"):
        verifier.check(proof, **{**held(proof), "commitment": "0x1"})


def test_a_development_key_is_refused_unless_it_is_asked_for(prover: MarginProver) -> None:
    with pytest.raises(ArtifactError, match="must come from a ceremony"):
        MarginVerifier.load("tiny", domain=DOMAIN)

    admitted = MarginVerifier.load("tiny", domain=DOMAIN, allow_development=True)
    assert admitted.key == prover.verifying_key


def test_the_key_of_another_circuit_is_refused(prover: MarginProver) -> None:
    key = prover.verifying_key

    with pytest.raises(ArtifactError, match="'3 public signals', a margin circuit has 4"):
        MarginVerifier(replace(key, ic=key.ic[:-1]), DOMAIN)


def test_the_level_is_compared_as_it_stands(verifier: MarginVerifier, proof: MarginProof) -> None:
    check = verifier.check(proof, **{**held(proof), "level": BPS - 1})

    assert str(check) == "level: the proof says 10000, expected 9999"
