# SPDX-License-Identifier: Apache-2.0
"""The four libraries without our checks in front of them: what they say of what they are given.

Infinity is given to each in its own way, since that is what an attacker would do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import groth16py
from py_ecc import optimized_bn128 as bn128

from zkmargin.proving.bn254 import pairing_product_is_one
from zkmargin.proving.evm_precompiles import EvmPrecompiles
from zkmargin.proving.evm_verifier import equation_holds
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.precompiles import G1_INFINITY, G2_INFINITY, g1_words, g2_words
from zkmargin.proving.toolchain import node, node_tools, run

Claim = tuple[VerifyingKey, Proof, Sequence[int]]

VALID, INVALID, ERROR = "valid", "invalid", "error"


def py_ecc(claims: Sequence[Claim]) -> list[str]:
    """The textbook: points as given, no test of curve or group."""
    return [_attempt(_textbook, claim) for claim in claims]


def groth16py_itself(claims: Sequence[Claim]) -> list[str]:
    """groth16py on the 256 bytes of a proof."""
    return [_attempt(_groth16py, claim) for claim in claims]


def snarkjs(claims: Sequence[Claim]) -> list[str]:
    """snarkjs' groth16.verify on JSON."""
    documents = [
        {"key": key.to_json(), "signals": list(map(str, signals)), "proof": _with_infinity(proof)}
        for key, proof, signals in claims
    ]
    script = Path(__file__).with_name("raw_snarkjs.mjs")
    output = run([node(), str(script), str(node_tools())], stdin=json.dumps(documents).encode())
    verdicts: list[str] = json.loads(output)
    return verdicts


def evm(claims: Sequence[Claim]) -> list[str]:
    """A contract that forwards everything to the precompiles; an error is a revert."""
    return [_attempt(_forward, claim) for claim in claims]


def _attempt(check: Any, claim: Claim) -> str:
    try:
        return VALID if check(*claim) else INVALID
    except Exception:
        return ERROR


def _textbook(key: VerifyingKey, proof: Proof, signals: Sequence[int]) -> bool:
    combined = _point(key.ic[0])
    for signal, point in zip(signals, key.ic[1:], strict=False):
        combined = bn128.add(combined, bn128.multiply(_point(point), signal))
    return pairing_product_is_one(
        [
            (bn128.neg(_point(proof.a)), _twist_point(proof.b)),
            (_point(key.alpha1), _twist_point(key.beta2)),
            (combined, _twist_point(key.gamma2)),
            (_point(proof.c), _twist_point(key.delta2)),
        ]
    )


def _groth16py(key: VerifyingKey, proof: Proof, signals: Sequence[int]) -> bool:
    data = g1_words(proof.a) + g2_words(proof.b) + g1_words(proof.c)
    verifier = groth16py.Verifier(groth16py.VerifyingKey.from_snarkjs(json.dumps(key.to_json())))
    return bool(verifier.verify(data, list(signals)))


def _forward(key: VerifyingKey, proof: Proof, signals: Sequence[int]) -> bool:
    return equation_holds(EvmPrecompiles(), key, proof, signals)


def _with_infinity(proof: Proof) -> dict[str, Any]:
    document = proof.to_json()
    for name, point in (("pi_a", proof.a), ("pi_c", proof.c)):
        if point == G1_INFINITY:
            document[name] = ["0", "1", "0"]
    if proof.b == G2_INFINITY:
        document["pi_b"] = [["0", "0"], ["1", "0"], ["0", "0"]]
    return document


def _point(point: Any) -> Any:
    x, y = point
    return bn128.Z1 if point == G1_INFINITY else (bn128.FQ(x), bn128.FQ(y), bn128.FQ.one())


def _twist_point(point: Any) -> Any:
    x, y = point
    return bn128.Z2 if point == G2_INFINITY else (bn128.FQ2(x), bn128.FQ2(y), bn128.FQ2.one())
