# SPDX-License-Identifier: Apache-2.0
"""Groth16 verification by the EVM's own precompiles: what a verifier contract finds.

ecMul and ecAdd combine the IC points, one ecPairing with four pairs decides. Before that the
contract must refuse what the precompiles would take: a signal >= r, a point at infinity.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkmargin.errors import ArtifactError
from zkmargin.proving.evm_precompiles import EvmPrecompiles
from zkmargin.proving.groth16 import Proof, VerifyingKey, is_canonical
from zkmargin.proving.precompiles import Precompiles, has_infinity, negated


def verify_evm(key: VerifyingKey, proof: Proof, public_signals: Sequence[int]) -> bool:
    """True if the proof is valid for these public signals; the EVM's verdict.

    raises   ArtifactError if the number of signals is not the key's
    """
    if not is_canonical(key, proof, public_signals) or has_infinity(proof):
        return False
    try:
        return equation_holds(EvmPrecompiles(), key, proof, public_signals)
    except ArtifactError:  # a precompile refused a point
        return False


def equation_holds(
    evm: Precompiles, key: VerifyingKey, proof: Proof, public_signals: Sequence[int]
) -> bool:
    """e(-A, B) e(alpha1, beta2) e(IC(s), gamma2) e(C, delta2) = 1, with no check of its own.

    raises   ArtifactError if a precompile refuses a point
    """
    combined = key.ic[0]
    for signal, point in zip(public_signals, key.ic[1:], strict=False):
        combined = evm.ec_add(combined, evm.ec_mul(point, signal))
    return evm.ec_pairing(
        [
            (negated(proof.a), proof.b),
            (key.alpha1, key.beta2),
            (combined, key.gamma2),
            (proof.c, key.delta2),
        ]
    )
