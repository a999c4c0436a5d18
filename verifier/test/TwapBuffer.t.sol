// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TwapBuffer} from "../src/oracle/TwapBuffer.sol";
import {Test} from "./Test.sol";

contract TwapBufferTest is Test {
    using TwapBuffer for TwapBuffer.Buffer;

    TwapBuffer.Buffer internal buffer;
    uint40[] internal times;
    uint48[] internal prices;

    function test_without_observations_there_is_no_average() public {
        vm.assertEq(buffer.average(1000, 60), 0);
    }

    function test_a_price_counts_from_its_observation_to_the_next() public {
        buffer.record(1000, 10e6);
        buffer.record(1030, 40e6);
        vm.assertEq(buffer.average(1060, 60), 25e6);
        vm.assertEq(buffer.average(1090, 60), 40e6);
    }

    function test_the_window_may_start_between_two_observations() public {
        buffer.record(1000, 10e6);
        buffer.record(1100, 20e6);
        vm.assertEq(buffer.average(1110, 60), uint48((50 * 10e6 + 10 * 20e6) / uint256(60)));
    }

    function test_a_history_shorter_than_the_window_is_averaged_as_far_as_it_goes() public {
        buffer.record(1000, 10e6);
        buffer.record(1010, 30e6);
        vm.assertEq(buffer.average(1020, 3600), 20e6);
        vm.assertEq(buffer.average(1000 + 20, 1), 30e6);
    }

    function test_prices_of_the_whole_range_do_not_overflow() public {
        buffer.record(1, type(uint48).max);
        buffer.record(type(uint40).max - 1, type(uint48).max);
        vm.assertEq(buffer.average(type(uint40).max, type(uint32).max), type(uint48).max);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_the_average_is_that_of_all_observations(uint256 seed, uint16 window) public {
        uint40 time = 1000;
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += uint40(seed % 90 + 1);
            (uint48 expected, uint48 found) = (naive(time, window), buffer.average(time, window));
            vm.assertEq(found, expected);
            times.push(time);
            prices.push(uint48(seed >> 200) + 1);
            buffer.record(time, prices[i]);
        }
    }

    function test_only_the_last_256_observations_are_kept() public {
        for (uint40 i = 0; i < 300; ++i) {
            buffer.record(1000 + i, i < 44 ? 1e12 : 7);
        }
        vm.assertEq(buffer.average(1300, 10_000), 7);
    }

    /// @dev Over all observations.
    function naive(uint40 end, uint16 window) private view returns (uint48) {
        if (times.length == 0) return 0;
        uint40 start = end > window && end - window > times[0] ? end - window : times[0];
        if (start == end) return prices[prices.length - 1];
        uint256 area;
        for (uint256 i = 0; i < times.length; ++i) {
            uint40 from = times[i] > start ? times[i] : start;
            uint40 to = i + 1 < times.length ? times[i + 1] : end;
            if (to > from) area += uint256(prices[i]) * (to - from);
        }
        return uint48(area / (end - start));
    }
}
