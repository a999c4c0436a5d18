# SPDX-License-Identifier: Apache-2.0
"""What a registry says of an account: its status and its stored words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from zkmargin.registry.status import Status

MEANING: Final[Mapping[Status, str]] = {
    Status.NONE: "never opened",
    Status.HEALTHY: "a margin proof is fresh",
    Status.STALE: "no fresh proof: anyone may call",
    Status.CALLED: "called: a proof must come before the deadline",
    Status.PRESUMED: "a call went unanswered: frozen and fined; a margin proof cures",
    Status.LIQUIDATABLE: "a shortfall was proven; a margin proof of a later epoch cures",
    Status.IN_AUCTION: "in auction; a margin proof cures until the award",
    Status.AWARDED: "an auction has a winner",
    Status.CLOSED: "closed",
}


class AdvanceKind(IntEnum):
    """What an account is asked to become; the numbers are the contract's."""

    OPEN = 0
    TRADE = 1
    DEPOSIT = 2
    REDUCE = 3
    CLOSE = 4


@dataclass(frozen=True, slots=True)
class AccountState:
    """The public state of an account.

    commit_epoch, call_epoch   proofs of older epochs are refused
    deadline                   of the last call [registry clock, s]
    bounty                     [1e-6 quote]
    """

    id: int
    status: Status
    commitment: int
    version: int
    proven_epoch: int
    commit_epoch: int
    call_epoch: int
    deadline: int
    owner: str
    episode: int
    nonce: int
    holder: str
    bounty: int

    @property
    def answers_from(self) -> int:
        """First epoch whose margin proof the registry accepts."""
        called = Status.CALLED <= self.status <= Status.IN_AUCTION
        after = self.call_epoch if called else 0
        return max(self.proven_epoch + 1, self.commit_epoch, after)


def account_state(id_: int, status: int, stored: Mapping[str, Any], bounty: int) -> AccountState:
    """The state in what the registry's views answered; `stored` is the struct by field name."""
    return AccountState(
        id=id_,
        status=Status(status),
        commitment=stored["commitment"],
        version=stored["version"],
        proven_epoch=stored["provenEpoch"],
        commit_epoch=stored["commitEpoch"],
        call_epoch=stored["callEpoch"],
        deadline=stored["deadline"],
        owner=stored["owner"],
        episode=stored["episode"],
        nonce=stored["nonce"],
        holder=stored["holder"],
        bounty=bounty,
    )
