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
        // A proof's epoch must never be evicted while it may be used, or while the proof is fresh.
        require(WINDOW < oracle.history(), ParamOutOfRange("window", WINDOW));
        require(FRESH_EPOCHS < oracle.history(), ParamOutOfRange("freshEpochs", FRESH_EPOCHS));
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
        Moment memory m;
        (m.time, m.clock) = (uint40(block.timestamp), now_);
        uint40 proven = a.provenEpoch;
        if (a.phase == Phase.Open && proven != 0) {
            m.latest = _latest();
            // What is older than that is Stale by epochs, and may be evicted.
            if (m.latest <= proven + FRESH_EPOCHS) {
                (EpochSnapshot memory then_, EpochSnapshot memory last) =
                    (_snapshot(proven), _snapshot(m.latest));
                (m.index, m.rung) = (last.index, last.paramsRung);
                (m.provenTime, m.provenIndex) = (then_.timestamp, then_.index);
                m.provenRung = then_.paramsRung;
            }
        }
        return AccountStatus.statusOf(a, m, Freshness(FRESH_EPOCHS, MAX_AGE, STALE_MOVE));
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

    /// @dev Reverts with the oracle's error if the epoch is not kept: 0 is no hash.
    function _snapshotHash(uint40 epoch) internal view returns (uint256 hash) {
        hash = ORACLE.snapshotHash(epoch);
        require(hash != 0, IMarketOracle.EpochUnknown(epoch));
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
