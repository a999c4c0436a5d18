# SPDX-License-Identifier: Apache-2.0
"""Why the registry refuses an action: the contracts' custom errors, by signature."""

from __future__ import annotations

from enum import Enum

from zkmargin.errors import ZkMarginError


class Refusal(Enum):
    """A custom error; the value is its signature in Solidity."""

    STATUS_WRONG = "StatusWrong(uint64,uint8)"
    RISK_REFUSED = "RiskRefused(uint64,uint8,uint8)"
    KIND_REFUSED = "KindRefused(uint8,uint8)"
    EPISODE_WRONG = "EpisodeWrong(uint64,uint48,uint48)"
    SENDER_NOT_OWNER = "SenderNotOwner(uint64,address)"
    EPOCH_IN_FUTURE = "EpochInFuture(uint40,uint40)"
    EPOCH_TOO_OLD = "EpochTooOld(uint40,uint40)"
    EPOCH_NOT_NEWER = "EpochNotNewer(uint40,uint40)"
    EPOCH_BEFORE_COMMITMENT = "EpochBeforeCommitment(uint40,uint40)"
    EPOCH_BEFORE_CALL = "EpochBeforeCall(uint40,uint40)"
    EPOCH_TOO_FRESH = "EpochTooFresh(uint40,uint40)"
    SNAPSHOT_SUSPECT = "SnapshotSuspect(uint40)"
    ORACLE_LEVEL_TOO_HIGH = "OracleLevelTooHigh(uint8,uint8)"
    CLOCK_STOPPED = "ClockStopped(uint8)"
    CALL_TOO_SOON = "CallTooSoon(uint40,uint40)"
    DEADLINE_NOT_PASSED = "DeadlineNotPassed(uint40,uint40)"
    PAUSE_REFUSED = "PauseRefused(uint40,uint40)"
    ALARM_RAISED = "AlarmRaised()"
    HOLDER_ALREADY_SLASHED = "HolderAlreadySlashed(address,uint48)"
    HOLDER_BOND_TOO_SMALL = "HolderBondTooSmall(address,uint256,uint256)"
    NOTHING_OWED = "NothingOwed(address)"
    PROOF_INVALID = "ProofInvalid()"


class RefusedError(ZkMarginError):
    """The registry would revert; keeps the error. The state is as before."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value.partition("(")[0])


def require(condition: bool, refusal: Refusal) -> None:
    """Raises `RefusedError` unless the condition holds."""
    if not condition:
        raise RefusedError(refusal)
