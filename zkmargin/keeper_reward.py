# SPDX-License-Identifier: Apache-2.0
"""What a keeper gets for showing that an account is in shortfall.

    reward = min(max(cost (1 + margin) + share penalty, minimum), maximum, penalty - 1, bounty)

Strictly below the penalty: reporting oneself never pays. The integers of
verifier/src/KeeperReward.sol.
"""

from __future__ import annotations

from dataclasses import dataclass

from zkmargin.errors import InputError
from zkmargin.units import BPS


@dataclass(frozen=True)
class RewardTerms:
    """Terms of the reward; raises InputError if they cannot be met."""

    margin: int  # on top of the keeper's cost                    [bps]
    share: int  # of the penalty                                  [bps]
    minimum: int  # a reward is at least this, if it can be paid  [1e-6 quote]
    maximum: int  # and never above this                          [1e-6 quote]

    def __post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise InputError("minimum", self.minimum, f"must be at most maximum {self.maximum}")
        if not 0 <= self.share <= BPS:
            raise InputError("share", self.share, f"must lie in 0 to {BPS}")


def keeper_reward(terms: RewardTerms, *, cost: int, penalty: int, bounty: int) -> int:
    """The reward, rounded down; 0 without a penalty [1e-6 quote]."""
    if penalty == 0:
        return 0
    wanted = (cost * (BPS + terms.margin) + penalty * terms.share) // BPS
    clamped = min(max(wanted, terms.minimum), terms.maximum)
    return min(clamped, penalty - 1, bounty)
