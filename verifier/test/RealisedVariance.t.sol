// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarketOracle, Publication, VarianceConfig} from "../src/interfaces/IMarketOracle.sol";
import {RealisedVariance} from "../src/oracle/RealisedVariance.sol";
import {OracleFixture} from "./OracleFixture.sol";

contract RealisedVarianceTest is OracleFixture {
    using RealisedVariance for VarianceConfig;

    function setUp() public {
        setUpOracle();
    }

    function test_the_log_return_of_a_price_that_stands_still_is_zero() public pure {
        vm.assertEq(RealisedVariance.logReturn(PRICE, PRICE), 0);
    }

    function test_the_log_return_of_ten_percent_is_right_to_nine_digits() public pure {
        uint256 expected = 26_827_430_640_710; // ln(1.1) * 2^48
        vm.assertApproxEqAbs(RealisedVariance.logReturn(1e9, 1.1e9), expected, expected / 1e8);
    }

    function testFuzz_the_log_return_does_not_depend_on_the_direction(uint48 a, uint48 b) public pure {
        (a, b) = (a / 2 + 1, b / 2 + 1);
        vm.assertEq(RealisedVariance.logReturn(a, b), RealisedVariance.logReturn(b, a));
    }

    function testFuzz_no_return_overflows_or_counts_beyond_the_cap(
        uint48 a,
        uint48 b,
        uint40 interval,
        uint64 v
    ) public pure {
        (a, b) = (a / 2 + 1, b / 2 + 1);
        VarianceConfig memory config = varianceRules();
        uint256 move = RealisedVariance.logReturn(a, b);
        uint64 after_ = config.updated(v, move, interval % 1e9 + 1);
        uint256 capped = config.returnCap * ONE / 10_000;
        vm.assertLe(after_, config.updated(v, capped, interval % 1e9 + 1));
    }

    function testFuzz_without_returns_variance_does_not_rise(uint64 v, uint32 interval) public pure {
        vm.assertLe(varianceRules().updated(v, 0, uint40(interval) + 1), v);
    }

    function testFuzz_the_effective_variance_is_at_least_floor_and_variance(uint64 v, uint16 weight)
        public
        pure
    {
        VarianceConfig memory config = varianceRules();
        config.stressWeight = weight % 10_001;
        uint64 effective = config.effective(v);
        vm.assertGe(effective, config.floor);
        vm.assertGe(effective, v);
        vm.assertGe(uint256(effective) * 10_000, uint256(config.stress) * config.stressWeight);
    }

    function test_variance_selects_the_rung_of_the_next_epoch_one_step_at_a_time() public {
        publish(next(PRICE));
        vm.assertEq(oracle.rung() & 0xff, 0);
        uint48 price = PRICE;
        uint40 climbs = 0;
        for (uint256 i = 0; i < 40; ++i) {
            uint24 before = oracle.rung();
            price = i % 2 == 0 ? price * 102 / 100 : price * 100 / 102;
            publishAfter(60, price);
            vm.assertEq(oracle.snapshot(oracle.latestEpoch()).paramsRung, before); // one epoch ahead
            vm.assertLe(oracle.rung() - before, 1);
            climbs += oracle.rung() - before;
        }
        vm.assertEq(climbs, 2);
    }

    function test_a_variance_that_outruns_the_ladder_takes_no_new_risk() public {
        publish(next(PRICE));
        publishAfter(60, PRICE * 118 / 100);
        vm.assertGt(oracle.realisedVariance(), ONE);
        vm.assertEq(oracle.rung() & 0xff, 1); // it wants 2
        vm.assertGe(oracle.level(), 1);
        vm.assertGt(oracle.levelUntil(1), uint40(block.timestamp));
    }

    function test_a_rung_is_given_up_only_after_its_hold() public {
        publish(next(PRICE));
        publishAfter(60, PRICE * 115 / 100);
        uint40 movedAt = uint40(block.timestamp);
        uint24 high = oracle.rung();
        vm.assertEq(high & 0xff, 1);
        uint256 calm;
        while (oracle.rung() >= high) {
            publishAfter(300, PRICE * 115 / 100);
            if (++calm > 2000) break;
        }
        vm.assertEq(oracle.rung() & 0xff, 0);
        vm.assertGe(uint40(block.timestamp) - movedAt, 1 hours);
    }
}
