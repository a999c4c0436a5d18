# SPDX-License-Identifier: Apache-2.0
"""The curve precompiles of an EVM in this process: revm, by way of pyrevm.

Each call has an EVM of its own: it takes 2 microseconds to make, and one that is kept grows with
every call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyrevm

from zkmargin.proving.bn254 import G1Point
from zkmargin.proving.precompiles import WORD, Pair, g1_words, g2_words, refusal, words

_EC_ADD, _EC_MUL, _EC_PAIRING = (f"0x{address:040x}" for address in (6, 7, 8))
_CALLER: Final = f"0x{1:040x}"
_GAS: Final = 2**63  # never the limit


class EvmPrecompiles:
    """The precompiles of revm."""

    name = "revm"

    def ec_add(self, p: G1Point, q: G1Point) -> G1Point:
        """P + Q."""
        return _point(_call("ecAdd", _EC_ADD, g1_words(p) + g1_words(q)))

    def ec_mul(self, p: G1Point, scalar: int) -> G1Point:
        """`scalar` times P."""
        return _point(_call("ecMul", _EC_MUL, g1_words(p) + words(scalar)))

    def ec_pairing(self, pairs: Sequence[Pair]) -> bool:
        """The product of e(P, Q) over all pairs is one."""
        data = b"".join(g1_words(p) + g2_words(q) for p, q in pairs)
        return int.from_bytes(_call("ecPairing", _EC_PAIRING, data), "big") == 1


def _call(precompile: str, address: str, data: bytes) -> bytes:
    evm = pyrevm.EVM(gas_limit=_GAS)
    try:
        return bytes(evm.message_call(_CALLER, address, calldata=data, is_static=True))
    except RuntimeError as error:  # a halt: the calling contract would revert
        raise refusal(precompile, f"{len(data)} bytes") from error


def _point(data: bytes) -> G1Point:
    return int.from_bytes(data[:WORD], "big"), int.from_bytes(data[WORD:], "big")
