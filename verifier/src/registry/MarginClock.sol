// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The clock that deadlines are kept by: the chain's time less every second in which it stood.
/// @param floor [clock, s] What it shows at least, and all that it shows while it stands.
/// @param offset [s] Time less clock while it runs, the grace after a stop included.
/// @param seen [unix, s] When the sequencer's feed was last read.
/// @param pausedAt [unix, s] Start of the guardian's present or last pause.
/// @param pauseFrom [unix, s] Earliest start of the next pause.
/// @param reasons Bits of what holds the clock; 0 = it runs.
struct Clock {
    uint40 floor;
    uint40 offset;
    uint40 seen;
    uint40 pausedAt;
    uint40 pauseFrom;
    uint8 reasons;
}

/// @title Arithmetic of the clock
/// @notice Pure, and the same in `zkmargin/registry/margin_clock.py`. A stop can only add to the time that an
/// owner has: no function here makes a deadline come nearer.
library MarginClock {
    uint8 internal constant GUARDIAN = 1;
    uint8 internal constant SEQUENCER = 2;
    uint8 internal constant ALARM = 4;

    /// @notice [clock, s] What the clock shows at a time.
    function at(Clock memory clock, uint40 time) internal pure returns (uint40) {
        if (clock.reasons != 0 || time <= clock.floor + clock.offset) return clock.floor;
        return time - clock.offset;
    }

    /// @notice Stops the clock for a reason from a time on; while it stands already the floor stays.
    function stop(Clock memory clock, uint8 reason, uint40 time) internal pure {
        if (clock.reasons == 0) clock.floor = at(clock, time);
        clock.reasons |= reason;
    }

    /// @notice Ends one reason; the clock goes on `grace` seconds after the last one ended.
    function resume(Clock memory clock, uint8 reason, uint40 time, uint40 grace) internal pure {
        if (clock.reasons & reason == 0) return;
        clock.reasons &= ~reason;
        uint40 from = time + grace;
        if (clock.reasons == 0 && from > clock.floor + clock.offset) clock.offset = from - clock.floor;
    }

    /// @notice Takes in what the sequencer's feed says now.
    /// @dev A restart that nobody saw going down: the clock stood since the feed was last read, which is at
    /// least as long as the sequencer was down.
    /// @param down Whether the sequencer is down.
    /// @param since [unix, s] Since when; taken into [seen, time].
    /// @param time [unix, s] Now.
    /// @param grace [s] Standing time after a restart.
    function observe(Clock memory clock, bool down, uint256 since, uint40 time, uint40 grace) internal pure {
        // forge-lint: disable-next-line(unsafe-typecast) since < time fits
        uint40 from = since >= time ? time : uint40(since);
        bool restarted = from > clock.seen;
        if (!restarted) from = clock.seen;
        if (down) {
            stop(clock, SEQUENCER, from);
        } else if (clock.reasons & SEQUENCER != 0) {
            resume(clock, SEQUENCER, from, grace);
        } else if (restarted) {
            stop(clock, SEQUENCER, clock.seen);
            resume(clock, SEQUENCER, from, grace);
        }
        clock.seen = time;
    }
}
