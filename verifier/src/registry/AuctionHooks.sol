// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase, Role} from "../interfaces/IAccounts.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {Proof} from "../interfaces/IGroth16Verifier.sol";
import {AccountActions} from "./AccountActions.sol";
import {EpochRules} from "./EpochRules.sol";

/// @title What the auction may do to accounts
/// @notice Only to those that a shortfall proof made Liquidatable, and only in the episode it locked.
abstract contract AuctionHooks is AccountActions {
    // Actions

    /// @inheritdoc IMarginRegistry
    function lock(uint64 id) external returns (uint48 episode) {
        _requireRole(Role.Auction);
        _requireNoAlarm();
        _requireOracleBelow(NOTHING_ADVERSE);
        Account storage a = _accounts[id];
        _requirePhase(id, a, a.phase == Phase.Liquidatable);
        (a.phase, episode) = (Phase.InAuction, a.episode);
        emit Locked(id, episode);
    }

    /// @inheritdoc IMarginRegistry
    function award(uint64 id, uint48 episode) external {
        Account storage a = _locked(id, episode);
        _requirePhase(id, a, a.phase == Phase.InAuction);
        a.phase = Phase.Awarded;
        emit AwardRecorded(id, episode);
    }

    /// @inheritdoc IMarginRegistry
    function reopen(uint64 id, uint48 episode) external {
        Account storage a = _locked(id, episode);
        _requirePhase(id, a, a.phase == Phase.Awarded);
        a.phase = Phase.InAuction;
        emit Reopened(id, episode);
    }

    /// @inheritdoc IMarginRegistry
    function release(uint64 id, uint48 episode) external {
        _locked(id, episode).phase = Phase.Liquidatable;
        emit Released(id, episode);
    }

    /// @inheritdoc IMarginRegistry
    function settle(uint64 id, uint48 episode, uint256 commitment, uint40 epoch, bool healthy) external {
        _requireNoAlarm();
        Account storage a = _locked(id, episode);
        _requireCanonical(commitment);
        _replace(a, commitment, _latest());
        if (healthy) {
            (a.provenEpoch, a.phase, a.caller) = (epoch, Phase.Open, address(0));
        } else {
            a.phase = Phase.InAuction;
        }
        emit Settled(id, episode, a.version, commitment, epoch);
    }

    /// @inheritdoc IMarginRegistry
    function openLot(
        uint64 id,
        uint256 commitment,
        address owner,
        address holder,
        uint40 epoch,
        Proof calldata proof
    ) external {
        _requireRole(Role.Auction);
        _requireNoAlarm();
        EpochRules.requireRecent(epoch, _latest(), WINDOW);
        // The lot did not exist before, so its commitment is as old as the proof that came with it.
        _begin(id, _accounts[id], commitment, owner, holder, epoch);
        _verifyMargin(id, epoch, INITIAL_LEVEL, proof);
    }

    /// @inheritdoc IMarginRegistry
    function payBounty(uint64 id, address to, uint256 amount) external returns (uint256 paid) {
        _requireRole(Role.Auction);
        uint256 left = _bounties[id];
        paid = amount < left ? amount : left;
        _bounties[id] = left - paid;
        emit BountyPaid(id, to, paid);
        _credit(to, paid);
    }

    // Internal

    function _locked(uint64 id, uint48 episode) private view returns (Account storage a) {
        _requireRole(Role.Auction);
        a = _accounts[id];
        _requirePhase(id, a, a.phase == Phase.InAuction || a.phase == Phase.Awarded);
        require(a.episode == episode, EpisodeWrong(id, episode, a.episode));
    }
}
