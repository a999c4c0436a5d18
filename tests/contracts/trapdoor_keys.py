# SPDX-License-Identifier: Apache-2.0
"""Test keys whose secrets are known, as contracts: `python -m contracts.trapdoor_keys` in tests/.

A stateful contract test cannot wait for a prover, and a verifier that is not the real one proves
nothing. So each circuit has a key with known secrets: the real verifier is rendered from it, and
`verifier/test/Simulator.sol` makes a proof of any public signals. Secrets are keccak hashes of
their names, so that everything is the same bytes wherever it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from eth_hash.auto import keccak
from open_key import OpenKey, in_g2

from zkmargin.field import MODULUS
from zkmargin.files import write_atomic
from zkmargin.proving.precompiles import g2_words
from zkmargin.proving.solidity_verifier import verifier_source

GENERATED: Final = Path(__file__).parents[2] / "verifier" / "test" / "generated"
CIRCUITS: Final = {"margin": 4, "shortfall": 5, "nav": 5, "liquidate": 14}  # public signals
B_POINTS: Final = 4  # choices of b in B = b G2

_HEAD: Final = """\
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Trapdoor} from "../Trapdoor.sol";

/// @title Secrets of the test keys; written by tests/contracts/trapdoor_keys.py, do not edit
library TestKeys {"""


def open_key(circuit: str) -> OpenKey:
    """The secrets of a circuit's test key."""
    ic = tuple(_secret(circuit, f"ic{i}") for i in range(CIRCUITS[circuit] + 1))
    alpha, beta, delta = (_secret(circuit, name) for name in ("alpha", "beta", "delta"))
    return OpenKey(alpha, beta, delta, ic)


def sources() -> dict[str, str]:
    """File name -> contents of everything under verifier/test/generated."""
    made = {"TestKeys.sol": _keys_source()}
    for circuit in CIRCUITS:
        name = f"{circuit.capitalize()}TestVerifier"
        key = open_key(circuit).key()
        made[f"{name}.sol"] = verifier_source(key, name, "../../src/Groth16Verifier.sol")
    return made


def _keys_source() -> str:
    keys = (_key_function(circuit) for circuit in CIRCUITS)
    return "\n".join([_HEAD, *(line for lines in keys for line in lines), *_b_points(), "}", ""])


def _key_function(circuit: str) -> Iterator[str]:
    key = open_key(circuit)
    yield f"    function {circuit}() internal pure returns (Trapdoor memory key) {{"
    yield f"        key.alphaBeta = {_hex(key.alpha * key.beta % MODULUS)};"
    yield f"        key.deltaInverse = {_hex(pow(key.delta, -1, MODULUS))};"
    yield f"        key.ic = new uint256[]({len(key.ic)});"
    for i, scalar in enumerate(key.ic):
        yield f"        key.ic[{i}] = {_hex(scalar)};"
    yield "    }"
    yield ""


def _b_points() -> Iterator[str]:
    """B = b G2 for a few b, since the EVM cannot multiply in G2."""
    yield "    /// @dev b and b G2, imaginary part first."
    returned = "(uint256 scalar, uint256[4] memory point)"
    yield f"    function b(uint256 choice) internal pure returns {returned} {{"
    for choice in range(B_POINTS):
        scalar = _secret("b", str(choice))
        data = g2_words(in_g2(scalar))
        yield f"        if (choice % {B_POINTS} == {choice}) {{"
        yield f"            scalar = {_hex(scalar)};"
        for i in range(4):
            word = int.from_bytes(data[32 * i : 32 * i + 32], "big")
            yield f"            point[{i}] = {_hex(word)};"
        yield "        }"
    yield "    }"


def _secret(*names: str) -> int:
    digest = keccak(" ".join(("zkmargin test key, of no value:", *names)).encode())
    return int.from_bytes(digest, "big") % MODULUS


def _hex(value: int) -> str:
    return f"0x{value:064x}"


if __name__ == "__main__":
    for file, text in sources().items():
        write_atomic(GENERATED / file, text)
