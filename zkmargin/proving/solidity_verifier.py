# SPDX-License-Identifier: Apache-2.0
"""The Solidity verifier of a circuit: a key's constants for `verifier/src/Groth16Verifier.sol`.

All logic is in that contract, reviewed once; what is rendered holds numbers and says where they go.
"""

from __future__ import annotations

import re
from importlib.resources import files
from string import Template
from typing import Final

from zkmargin.errors import InputError
from zkmargin.proving.batch import key_hash
from zkmargin.proving.bn254 import G1Point, G2Point
from zkmargin.proving.groth16 import Proof, VerifyingKey

_TEMPLATE: Final = files("zkmargin") / "data" / "CircuitVerifier.sol"
_IDENTIFIER: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_PAIR, _WORD = 192, 32  # [bytes]
_G2_KEYS: Final = ("BETA", "GAMMA", "DELTA")

Pair = tuple[int, int]
ContractProof = tuple[Pair, tuple[Pair, Pair], Pair]


def verifier_source(key: VerifyingKey, name: str, base: str = "./Groth16Verifier.sol") -> str:
    """The source of a verifier contract; the same key gives the same bytes.

    name     the contract's, a capital letter and then letters and digits
    base     import path of Groth16Verifier.sol
    raises   InputError if the name is no such identifier
    """
    if not _IDENTIFIER.fullmatch(name):
        raise InputError("name", name, "must be a capital letter, then letters and digits")
    return Template(_TEMPLATE.read_text()).substitute(
        base=base,
        name=name,
        count=key.public_signals,
        digest=f"0x{vk_digest(key).hex()}",
        alpha1=_g1_constants("ALPHA", key.alpha1),
        beta2=_g2_constants("BETA", key.beta2),
        gamma2=_g2_constants("GAMMA", key.gamma2),
        delta2=_g2_constants("DELTA", key.delta2),
        ic="".join(_g1_constants(f"IC{i}", point) for i, point in enumerate(key.ic)),
        writes="\n".join(_writes()),
        terms="\n".join(_terms(len(key.ic))),
    )


def vk_digest(key: VerifyingKey) -> bytes:
    """Keccak of a key's points as the contract's `vkDigest` has it."""
    return key_hash(key)


def contract_proof(proof: Proof) -> ContractProof:
    """A proof as the contracts take it: imaginary parts first."""
    (x0, x1), (y0, y1) = proof.b
    return proof.a, ((x1, x0), (y1, y0)), proof.c


def batch_domain(chain_id: int, verifier: str) -> int:
    """The contract's `batchDomain`, with which `batch_weights` gives the contract's weights.

    verifier   the contract's address, 0x and 40 hexadecimal digits
    """
    return (chain_id << 160) | int(verifier, 16)


def _g1_constants(name: str, point: G1Point) -> str:
    x, y = point
    return _constant(f"{name}_X", x) + _constant(f"{name}_Y", y)


def _g2_constants(name: str, point: G2Point) -> str:
    (x0, x1), (y0, y1) = point
    words = {"X1": x1, "X0": x0, "Y1": y1, "Y0": y0}
    return "".join(_constant(f"{name}_{part}", word) for part, word in words.items()).rstrip("\n")


def _constant(name: str, value: int) -> str:
    return f"    uint256 private constant {name} = 0x{value:064x};\n"


def _writes() -> list[str]:
    """The second halves of the three pairs, one store each."""
    lines = []
    for pair, name in enumerate(_G2_KEYS):
        for i, part in enumerate(("X1", "X0", "Y1", "Y0")):
            offset = pair * _PAIR + 2 * _WORD + i * _WORD
            lines.append(f"            mstore(add(at, 0x{offset:03x}), {name}_{part})")
    return lines


def _terms(points: int) -> list[str]:
    """One line for each point of IC; the first one begins the sum."""
    first = "        _setTerm(at, IC0_X, IC0_Y, scalars[0]);"
    rest = (f"        _addTerm(at, IC{i}_X, IC{i}_Y, scalars[{i}]);" for i in range(1, points))
    return [first, *rest]
