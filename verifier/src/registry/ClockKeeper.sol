// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {ISequencerFeed} from "../interfaces/ISequencerFeed.sol";
import {Role} from "../interfaces/IAccounts.sol";
import {Clock, MarginClock} from "./MarginClock.sol";
import {RoleLock} from "./RoleLock.sol";

/// @title The registry's clock, its pauses and the sequencer's feed
abstract contract ClockKeeper is RoleLock {
    using MarginClock for Clock;

    // Immutables

    /// @notice Uptime feed of the sequencer; zero on a chain without one.
    ISequencerFeed public immutable SEQUENCER_FEED;

    // Storage

    Clock private _clock;

    // Init

    constructor(ISequencerFeed feed) {
        SEQUENCER_FEED = feed;
        _clock.seen = uint40(block.timestamp);
    }

    // Actions

    /// @inheritdoc IMarginRegistry
    function syncClock() external {
        _sync();
    }

    /// @inheritdoc IMarginRegistry
    function pause() external {
        _requireRole(Role.Guardian);
        Clock memory now_ = _observed();
        uint40 time = uint40(block.timestamp);
        bool running = now_.reasons & MarginClock.GUARDIAN == 0;
        require(running && time >= now_.pauseFrom, PauseRefused(time, now_.pauseFrom));
        now_.stop(MarginClock.GUARDIAN, time);
        now_.pausedAt = time;
        _store(now_);
    }

    /// @inheritdoc IMarginRegistry
    function unpause() external {
        Clock memory now_ = _observed();
        uint40 time = uint40(block.timestamp);
        uint40 allowedFrom = msg.sender == _roleHolder(Role.Guardian) ? 0 : now_.pausedAt + MAX_PAUSE;
        bool paused = now_.reasons & MarginClock.GUARDIAN != 0;
        require(paused && time >= allowedFrom, PauseRefused(time, allowedFrom));
        now_.resume(MarginClock.GUARDIAN, time, 0);
        now_.pauseFrom = time + MAX_PAUSE;
        _store(now_);
    }

    // Views

    /// @inheritdoc IMarginRegistry
    function clock() public view returns (uint40 now_, uint8 reasons) {
        Clock memory observed = _observed();
        return (observed.at(uint40(block.timestamp)), observed.reasons);
    }

    // Internal

    /// @dev Reads the feed into the stored clock; what every action that uses a deadline begins with.
    function _sync() internal returns (uint40 now_, uint8 reasons) {
        Clock memory observed = _observed();
        _store(observed);
        return (observed.at(uint40(block.timestamp)), observed.reasons);
    }

    function _stopForEver() internal {
        Clock memory now_ = _observed();
        now_.stop(MarginClock.CONTRADICTION, uint40(block.timestamp));
        _store(now_);
    }

    function _requireNoAlarm() internal view {
        require(_clock.reasons & MarginClock.CONTRADICTION == 0, SoundnessAlarm());
    }

    function _store(Clock memory next) private {
        if (next.reasons != _clock.reasons) {
            emit ClockChanged(next.reasons, next.at(uint40(block.timestamp)));
        }
        _clock = next;
    }

    function _observed() private view returns (Clock memory now_) {
        now_ = _clock;
        if (address(SEQUENCER_FEED) == address(0)) return now_;
        // slither-disable-next-line unused-return
        (, int256 answer, uint256 since,,) = SEQUENCER_FEED.latestRoundData();
        now_.observe(answer != 0, since, uint40(block.timestamp), RESUME_GRACE);
    }
}
