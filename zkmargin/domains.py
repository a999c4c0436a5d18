# SPDX-License-Identifier: Apache-2.0
"""Hash domains: the first state element of every Poseidon call, so that no two uses can collide.

The snapshot hash keeps domain 0 because the contract computes it with an ordinary Poseidon of five
inputs. circuits/domains.circom holds the same numbers, checked by a test.
"""

from __future__ import annotations

from typing import Final

SNAPSHOT: Final = 0  # 5 inputs, computed by the contract
BOOK: Final = 1  # 11 inputs: head and slot blocks
SLOTS: Final = 2  # 4 inputs: one block of slots
ROW: Final = 3  # 10 inputs: one expiry of a snapshot
REST: Final = 4  # 16 inputs: header and rows
HEADER: Final = 5  # 4 inputs
PARAMS: Final = 6  # 11 inputs: numbers, law, scenarios four by four
LAW: Final = 7  # 3 inputs: vol law and basis law, opaque to the circuit
BLINDING: Final = 8  # 3 inputs: the blinding of a version from that of the version before
