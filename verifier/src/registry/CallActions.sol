// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase, Status} from "../interfaces/IAccounts.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {AccountStore} from "./AccountStore.sol";

/// @title Margin calls, and what follows from silence
/// @notice Silence is not insolvency: it freezes and fines, and makes the opening holder liable. Nothing here
/// transfers a book.
abstract contract CallActions is AccountStore {
    // Actions

    /// @inheritdoc IMarginRegistry
    function call(uint64 id) external nonReentrant {
        _requireNoAlarm();
        _requireOracleBelow(NOTHING_ADVERSE);
        (uint40 now_, uint8 reasons) = _sync();
        require(reasons == 0, ClockStopped(reasons));
        Account storage a = _accounts[id];
        Status status_ = _status(a, now_);
        require(status_ == Status.Stale, StatusWrong(id, status_));
        require(now_ > a.deadline, CallTooSoon(now_, a.deadline));
        uint40 latest = _latest();
        (a.phase, a.callEpoch, a.deadline) = (Phase.Called, latest, now_ + ANSWER_WINDOW);
        (a.episode, a.holderSlashed) = (a.episode + 1, false);
        (a.caller, a.bond) = (msg.sender, CALL_BOND);
        emit CallStarted(id, msg.sender, a.episode, latest, a.deadline);
        _take(CALL_BOND);
    }

    /// @inheritdoc IMarginRegistry
    function expire(uint64 id) external {
        _requireNoAlarm();
        Account storage a = _accounts[id];
        _requirePhase(id, a, a.phase == Phase.Called);
        (uint40 now_,) = _sync();
        require(_expireIfLate(id, a), DeadlineNotPassed(now_, a.deadline));
    }

    /// @inheritdoc IMarginRegistry
    function slashHolder(uint64 id) external {
        _requireNoAlarm();
        // Above this level the holder could not have posted a shortfall.
        _requireOracleBelow(NOTHING_ADVERSE);
        Account storage a = _accounts[id];
        _expireIfLate(id, a);
        (uint40 now_,) = _sync();
        _requirePhase(id, a, a.phase == Phase.Presumed);
        uint40 until = a.deadline + HOLDER_WINDOW;
        require(now_ > until, DeadlineNotPassed(now_, until));
        require(!a.holderSlashed, HolderAlreadySlashed(a.holder, a.episode));
        a.holderSlashed = true;
        uint256 amount = holders.slash(a.holder, msg.sender);
        emit HolderFailed(a.holder, id, a.episode, amount);
    }

    /// @inheritdoc IMarginRegistry
    function fundBounty(uint64 id, uint256 amount) external nonReentrant {
        Account storage a = _accounts[id];
        _requirePhase(id, a, a.phase != Phase.None && a.phase != Phase.Closed);
        _bounties[id] += amount;
        emit BountyFunded(id, msg.sender, amount);
        _take(amount);
    }
}
