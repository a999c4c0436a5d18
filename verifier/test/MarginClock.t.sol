// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Clock, MarginClock} from "../src/registry/MarginClock.sol";
import {Test} from "./Test.sol";

/// @notice The arithmetic of the clock, for any order of stops, restarts and readings of the feed.
contract MarginClockTest is Test {
    using MarginClock for Clock;

    uint40 internal constant START = 1_800_000_000; // [s]

    function testFuzz_a_clock_that_is_read_never_falls_nor_outruns_time(uint256 seed) public pure {
        Clock memory clock;
        clock.seen = START;
        (uint40 time, uint40 shown) = (START, START);
        for (uint256 i = 0; i < 12; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint40 wait = uint40(seed % 1000);
            time += wait;
            bool stood = clock.reasons != 0;
            if (stood) vm.assertEq(clock.at(time), shown);
            step(clock, time, seed >> 64);
            vm.assertGe(clock.at(time), shown);
            vm.assertLe(clock.at(time), shown + wait);
            shown = clock.at(time);
        }
    }

    function testFuzz_a_stop_delays_by_its_length(uint40 length, uint40 grace) public pure {
        (length, grace) = (length % 1e6, grace % 1e6);
        Clock memory clock;
        clock.stop(MarginClock.GUARDIAN, START);
        clock.resume(MarginClock.GUARDIAN, START + length, grace);
        vm.assertEq(clock.at(START + length + grace), START);
        vm.assertEq(clock.at(START + length + grace + 5), START + 5);
    }

    function test_two_reasons_hold_the_clock_until_both_are_over() public pure {
        Clock memory clock;
        clock.stop(MarginClock.GUARDIAN, START);
        clock.stop(MarginClock.SEQUENCER, START + 10);
        clock.resume(MarginClock.GUARDIAN, START + 20, 0);
        vm.assertEq(clock.at(START + 30), START);
        clock.resume(MarginClock.SEQUENCER, START + 40, 0);
        vm.assertEq(clock.at(START + 41), START + 1);
    }

    /// @dev Every action reads the feed first, so does each of these.
    function step(Clock memory clock, uint40 time, uint256 choice) private pure {
        uint256 since = time - choice % 500;
        bool down = clock.reasons & MarginClock.SEQUENCER != 0;
        if (choice >> 16 & 3 == 0) (down, since) = (!down, time - choice % 50);
        else since = 0;
        clock.observe(down, since, time, 60);
        uint256 action = choice >> 32 & 7;
        if (action == 0) clock.stop(MarginClock.GUARDIAN, time);
        if (action == 1) clock.resume(MarginClock.GUARDIAN, time, 0);
    }
}
