# SPDX-License-Identifier: Apache-2.0
"""The domain of a proof: one chain, one contract, one circuit and one key.

domain = keccak(abi.encode(chain id, contract, keccak(circuit), vkDigest)) >> 8
"""

from __future__ import annotations

from eth_hash.auto import keccak

from zkmargin.errors import DeploymentError
from zkmargin.proving.batch import key_hash
from zkmargin.proving.groth16 import VerifyingKey
from zkmargin.proving.precompiles import words

_ADDRESS_BYTES = 20


def proof_domain(chain_id: int, contract: str, circuit: str, key: VerifyingKey) -> int:
    """The domain that a contract demands of the proofs of a circuit, below 2^248.

    contract   address of the contract that verifies, 0x..
    circuit    its name, "margin"
    raises     DeploymentError if the address is none
    """
    head = words(chain_id, int.from_bytes(address_bytes(contract), "big"))
    digest = keccak(head + keccak(circuit.encode()) + key_hash(key))
    return int.from_bytes(digest, "big") >> 8


def address_bytes(address: str) -> bytes:
    """The 20 bytes of an address; raises DeploymentError if it is none."""
    try:
        found = bytes.fromhex(address.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != _ADDRESS_BYTES:
        raise DeploymentError("address", address, "must be 20 bytes in hexadecimal")
    return found
