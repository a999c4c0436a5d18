// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarginClock} from "./interfaces/IMarginClock.sol";
import {IMarginRegistry} from "./interfaces/IMarginRegistry.sol";
import {ISequencerFeed} from "./interfaces/ISequencerFeed.sol";
import {Clock, MarginClock} from "./registry/MarginClock.sol";

/// @title The clock, its pauses and the sequencer's feed
/// @notice Deployed by the registry; auctions of its accounts read the same clock.
contract PauseClock is IMarginClock {
    using MarginClock for Clock;

    // Immutables

    /// @notice The registry, whose alarm stops the clock for ever.
    IMarginRegistry public immutable REGISTRY;

    /// @notice Uptime feed of the sequencer; zero on a chain without one.
    ISequencerFeed public immutable SEQUENCER_FEED;

    /// @notice Who may pause; zero if nobody may.
    address public immutable GUARDIAN;

    /// @notice [s] Longest pause, and least time between two.
    uint40 public immutable MAX_PAUSE;

    /// @notice [s] The clock stands so much longer after the sequencer has come back.
    uint40 public immutable RESUME_GRACE;

    // Storage

    Clock private _clock;

    // Init

    constructor(ISequencerFeed feed, address guardian, uint40 maxPause, uint40 resumeGrace) {
        (SEQUENCER_FEED, GUARDIAN, MAX_PAUSE, RESUME_GRACE) = (feed, guardian, maxPause, resumeGrace);
        REGISTRY = IMarginRegistry(msg.sender);
        _clock.seen = uint40(block.timestamp);
    }

    // Actions

    /// @inheritdoc IMarginClock
    function pause() external {
        require(msg.sender == GUARDIAN, SenderNotGuardian(msg.sender));
        Clock memory now_ = _observed();
        uint40 time = uint40(block.timestamp);
        bool running = now_.reasons & MarginClock.GUARDIAN == 0;
        require(running && time >= now_.pauseFrom, PauseRefused(time, now_.pauseFrom));
        now_.stop(MarginClock.GUARDIAN, time);
        now_.pausedAt = time;
        _store(now_);
    }

    /// @inheritdoc IMarginClock
    function unpause() external {
        Clock memory now_ = _observed();
        uint40 time = uint40(block.timestamp);
        uint40 allowedFrom = msg.sender == GUARDIAN ? 0 : now_.pausedAt + MAX_PAUSE;
        bool paused = now_.reasons & MarginClock.GUARDIAN != 0;
        require(paused && time >= allowedFrom, PauseRefused(time, allowedFrom));
        now_.resume(MarginClock.GUARDIAN, time, 0);
        now_.pauseFrom = time + MAX_PAUSE;
        _store(now_);
    }

    /// @inheritdoc IMarginClock
    function raiseAlarm() external {
        require(msg.sender == address(REGISTRY.alarm()), SenderNotAlarm(msg.sender));
        Clock memory now_ = _observed();
        now_.stop(MarginClock.ALARM, uint40(block.timestamp));
        _store(now_);
    }

    /// @inheritdoc IMarginClock
    function sync() external returns (uint40 clock_, uint8 reasons) {
        Clock memory now_ = _observed();
        _store(now_);
        return (now_.at(uint40(block.timestamp)), now_.reasons);
    }

    // Views

    /// @inheritdoc IMarginClock
    function read() external view returns (uint40 clock_, uint8 reasons) {
        Clock memory now_ = _observed();
        return (now_.at(uint40(block.timestamp)), now_.reasons);
    }

    // Internal

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
