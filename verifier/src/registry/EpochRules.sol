// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase} from "../interfaces/IAccounts.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";

/// @title Which epochs a proof may be of
/// @notice Reads the account only, and is the same in `zkmargin/registry/epoch_rules.py`. Proof bytes identify nothing (they can be
/// re-randomised), so all protection against replay is here and in the header.
library EpochRules {
    /// @notice Reverts unless a margin proof of the epoch counts for the account.
    /// @param latest Latest epoch.
    /// @param window [epochs] How far behind the latest it may be.
    function requireMargin(Account storage account, uint40 epoch, uint40 latest, uint40 window)
        internal
        view
    {
        requireRecent(epoch, latest, window);
        requireOrder(account, epoch);
    }

    /// @notice Reverts unless a shortfall proof of the epoch counts against the account.
    /// @dev One epoch of delay: a single wrong publication can be answered before it hurts.
    function requireShortfall(Account storage account, uint40 epoch, uint40 latest, uint40 window)
        internal
        view
    {
        requireRecent(epoch, latest, window);
        if (epoch == latest) revert IMarginRegistry.EpochTooFresh(epoch, latest);
        requireOrder(account, epoch);
    }

    /// @notice Reverts unless latest - window <= epoch <= latest.
    function requireRecent(uint40 epoch, uint40 latest, uint40 window) internal pure {
        require(epoch <= latest, IMarginRegistry.EpochInFuture(epoch, latest));
        // The arguments of an error in `require` are computed even if it holds, and this one could underflow.
        if (epoch + window < latest) revert IMarginRegistry.EpochTooOld(epoch, latest - window);
    }

    /// @notice Reverts unless the epoch is after the proven one, not before the commitment, nor before the call.
    function requireOrder(Account storage account, uint40 epoch) internal view {
        (uint40 proven, uint40 committed) = (account.provenEpoch, account.commitEpoch);
        require(epoch > proven, IMarginRegistry.EpochNotNewer(epoch, proven));
        require(epoch >= committed, IMarginRegistry.EpochBeforeCommitment(epoch, committed));
        if (account.phase == Phase.Open) return;
        uint40 called = account.callEpoch;
        require(epoch >= called, IMarginRegistry.EpochBeforeCall(epoch, called));
    }

    /// @notice Whether `requireMargin` passes; for a batch, which skips instead of reverting.
    function countsForMargin(Account storage account, uint40 epoch, uint40 latest, uint40 window)
        internal
        view
        returns (bool)
    {
        return epoch <= latest && epoch + window >= latest && epoch > account.provenEpoch
            && epoch >= account.commitEpoch && (account.phase == Phase.Open || epoch >= account.callEpoch);
    }
}
