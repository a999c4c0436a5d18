// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase, Status} from "../interfaces/IAccounts.sol";
import {EpochSnapshot, IMarketOracle} from "../interfaces/IMarketOracle.sol";
import {IHolderBonds} from "../interfaces/IHolderBonds.sol";
import {IMarginClock} from "../interfaces/IMarginClock.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {AccountStatus, Freshness, Moment} from "./AccountStatus.sol";
import {Credits} from "./Credits.sol";
import {MarginClock} from "./MarginClock.sol";
import {RoleLock} from "./RoleLock.sol";

/// @title Accounts, their bounties, and the status that time gives them
abstract contract AccountStore is RoleLock, Credits {
    uint8 internal constant NO_NEW_RISK = 1; // breaker level
    uint8 internal constant NOTHING_ADVERSE = 2; // breaker level

    // Immutables

    /// @notice Oracle of the feed that all accounts are margined by.
    IMarketOracle public immutable ORACLE;

    /// @inheritdoc IMarginRegistry
    IMarginClock public immutable pauseClock;

    /// @inheritdoc IMarginRegistry
    IHolderBonds public immutable holders;

    // Storage

    mapping(uint64 => Account) internal _accounts;
    mapping(uint64 => uint256) internal _bounties; // [1e-6 quote]

    // Init

    constructor(IMarketOracle oracle, IMarginClock clock_, IHolderBonds holders_) {
        // A proof's epoch must never be evicted while it may still be used.
        require(WINDOW < oracle.history(), ParamOutOfRange("window", WINDOW));
        (ORACLE, pauseClock, holders) = (oracle, clock_, holders_);
    }

    // Views

    /// @inheritdoc IMarginRegistry
    function status(uint64 id) external view returns (Status) {
        return _statusNow(_accounts[id]);
    }

    /// @inheritdoc IMarginRegistry
    function clock() public view returns (uint40 now_, uint8 reasons) {
        return pauseClock.read();
    }

    /// @inheritdoc IMarginRegistry
    function account(uint64 id) external view returns (Account memory) {
        return _accounts[id];
    }

    /// @inheritdoc IMarginRegistry
    function bounty(uint64 id) external view returns (uint256) {
        return _bounties[id];
    }

    // Internal

    function _status(Account storage a, uint40 now_) internal view returns (Status) {
        Moment memory moment = Moment(uint40(block.timestamp), now_, _latest(), 0, 0);
        if (moment.latest != 0 && a.phase == Phase.Open) {
            EpochSnapshot memory snapshot = _snapshot(moment.latest);
            (moment.index, moment.rung) = (snapshot.index, snapshot.paramsRung);
        }
        return AccountStatus.statusOf(a, moment, Freshness(FRESH_EPOCHS, MAX_AGE, STALE_MOVE));
    }

    // One copy of each call to a neighbour, for the size of the code.

    function _sync() internal returns (uint40 now_, uint8 reasons) {
        return pauseClock.sync();
    }

    function _latest() internal view returns (uint40) {
        return ORACLE.latestEpoch();
    }

    function _level() internal view returns (uint8) {
        return ORACLE.level();
    }

    function _snapshot(uint40 epoch) internal view returns (EpochSnapshot memory) {
        return ORACLE.snapshot(epoch);
    }

    function _requirePhase(uint64 id, Account storage a, bool allowed) internal view {
        if (!allowed) revert StatusWrong(id, _statusNow(a));
    }

    function _requireNoAlarm() internal view {
        (, uint8 reasons) = clock();
        require(reasons & MarginClock.ALARM == 0, AlarmRaised());
    }

    /// @dev Status for an action; only a Called account needs the clock, and so the feed.
    function _statusNow(Account storage a) internal view returns (Status) {
        uint40 now_;
        if (a.phase == Phase.Called) (now_,) = clock();
        return _status(a, now_);
    }

    /// @dev Stores what a margin proof of an epoch says about time and market.
    function _recordProof(Account storage a, uint40 epoch) internal returns (uint256 snapshotHash) {
        EpochSnapshot memory snapshot = _snapshot(epoch);
        (a.provenEpoch, a.provenRung) = (epoch, snapshot.paramsRung);
        (a.provenPrice, a.provenTime) = (snapshot.index, snapshot.timestamp);
        return snapshot.hash;
    }

    function _requireOracleBelow(uint8 level) internal view {
        uint8 oracleLevel = _level();
        require(oracleLevel < level, OracleLevelTooHigh(oracleLevel, level - 1));
    }

    /// @dev If the call went unanswered: freezes, pays the fine, returns the bond.
    function _expireIfLate(uint64 id, Account storage a) internal returns (bool late) {
        if (a.phase != Phase.Called) return false;
        (uint40 now_,) = _sync();
        if (!AccountStatus.isLate(a, now_)) return false;
        uint256 paid = _bounties[id] < FINE ? _bounties[id] : FINE;
        _bounties[id] -= paid;
        a.phase = Phase.Presumed;
        // The fine is at most FINE, which is 96 bits.
        emit CallUnanswered(id, a.episode, uint96(paid));
        _returnBond(a, a.caller, paid);
        return true;
    }

    function _returnBond(Account storage a, address to, uint256 extra) internal {
        uint256 amount = a.bond + extra;
        (a.caller, a.bond) = (address(0), 0);
        _credit(to, amount);
    }
}
