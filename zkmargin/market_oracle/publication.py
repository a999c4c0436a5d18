# SPDX-License-Identifier: Apache-2.0
"""What the signers of an epoch vouch for, as the contract reads it."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from zkmargin.domains import SNAPSHOT
from zkmargin.params import pack
from zkmargin.poseidon import poseidon


@dataclass(frozen=True, slots=True)
class Publication:
    """One epoch's message, in the order of its EIP-712 type.

    epoch, timestamp                     number and unix time of the snapshot [s]
    index_time, perp_time, surface_time  when each part was observed [s]
    index, perp_mark                     prices [1e-6 quote]
    rest, params_hash                    the other inputs of the snapshot's hash
    data_hash                            keccak of the snapshot's bytes
    """

    epoch: int
    timestamp: int
    index_time: int
    perp_time: int
    surface_time: int
    index: int
    perp_mark: int
    rest: int
    params_hash: int
    data_hash: bytes = bytes(32)

    @property
    def values(self) -> tuple[int | bytes, ...]:
        """The struct, as a contract call takes it."""
        return astuple(self)

    @property
    def hash(self) -> int:
        """The snapshot's hash, the same as `Snapshot.hash`."""
        clock = pack(((self.timestamp, 64), (self.epoch, 64)))
        inputs = [self.rest, self.params_hash, clock, self.index, self.perp_mark]
        return poseidon(inputs, domain=SNAPSHOT)
