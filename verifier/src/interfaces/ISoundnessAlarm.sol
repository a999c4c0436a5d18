// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Proof} from "./IGroth16Verifier.sol";

/// @title Alarm for the case that proofs cannot be trusted
/// @notice At one snapshot exactly one of margin and shortfall is true of a book. Whoever shows valid proofs of
/// both stops, for ever, the registry's clock and every action against its accounts.
interface ISoundnessAlarm {
    /// @notice Margin and shortfall were both proven for one commitment and snapshot.
    event ContradictionProven(uint64 indexed account, uint64 version, uint40 epoch);

    /// @notice Raises the alarm, and the oracle's breaker if the oracle takes reports from here.
    /// @dev Errors: the oracle's EpochUnknown, those of the verifiers.
    /// @param id Account whose commitment both proofs are of.
    /// @param epoch Epoch of the snapshot.
    /// @param margin Proof for `marginSignals(id, epoch)`.
    /// @param shortfall Proof for `shortfallSignals(id, epoch, beneficiary)`.
    /// @param beneficiary Whom the shortfall proof names.
    function report(
        uint64 id,
        uint40 epoch,
        Proof calldata margin,
        Proof calldata shortfall,
        address beneficiary
    ) external;
}
