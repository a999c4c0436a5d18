// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PriceCurve} from "../src/PriceCurve.sol";
import {Columns} from "./Columns.sol";

contract PriceCurveTest is Columns {
    uint96 internal constant MAKER_CUT = 99e25; // 0.99 [1e-27]

    function test_agrees_with_python_on_every_vector() external {
        openTable("price_curve");
        uint256[] memory shape = column("shape");
        uint256[] memory start = column("start");
        uint256[] memory cutoff = column("cutoff");
        uint256[] memory fast = column("fast");
        uint256[] memory duration = column("duration");
        uint256[] memory step = column("step");
        uint256[] memory cut = column("cut");
        uint256[] memory top = column("top");
        uint256[] memory elapsed = column("elapsed");
        uint256[] memory price = column("price");
        for (uint256 i = 0; i < price.length; ++i) {
            PriceCurve.Curve memory curve = PriceCurve.Curve(
                PriceCurve.Shape(shape[i]),
                uint32(start[i]),
                uint32(cutoff[i]),
                uint32(fast[i]),
                uint32(duration[i]),
                uint32(step[i]),
                uint96(cut[i])
            );
            PriceCurve.validate(curve);
            vm.assertEq(PriceCurve.price(curve, top[i], elapsed[i]), price[i]);
        }
        vm.assertEq(price.length, 400);
    }

    function test_payouts_agree_with_python_on_every_vector() external {
        openTable("payouts");
        uint256[] memory low = column("low");
        uint256[] memory high = column("high");
        uint256[] memory elapsed = column("elapsed");
        uint256[] memory length = column("length");
        uint256[] memory payout = column("payout");
        for (uint256 i = 0; i < payout.length; ++i) {
            vm.assertEq(PriceCurve.payout(low[i], high[i], elapsed[i], length[i]), payout[i]);
        }
        vm.assertEq(payout.length, 400);
    }

    function test_V7_derives_two_phases_match() external pure {
        PriceCurve.Curve memory curve = derive();
        uint16[6] memory times = [0, 300, 600, 960, 7800, 7801];
        uint24[6] memory factors = [1_000_000, 900_000, 800_000, 760_000, 0, 0];
        for (uint256 i = 0; i < 6; ++i) {
            vm.assertEq(PriceCurve.price(curve, 1e6, times[i]), factors[i]);
        }
    }

    function test_V7_derives_prices_of_bids_match() external pure {
        // A full price of 6000 at 600 s is 4800, of which a 30 % bid pays 1440; a tenth of 300 at 300 s pays 27.
        vm.assertEq(PriceCurve.price(derive(), 6000e6, 600), 4800e6);
        vm.assertEq(PriceCurve.price(derive(), 6000e6 * 3 / 10, 600), 1440e6);
        vm.assertEq(PriceCurve.price(derive(), 300e6 / 10, 300), 27e6);
    }

    function test_V7_derives_insolvent_payouts_match() external pure {
        vm.assertEq(PriceCurve.payout(100e6, 300e6, 0, 600), 100e6);
        vm.assertEq(PriceCurve.payout(100e6, 300e6, 12, 600) / 2, 52e6);
        vm.assertEq(PriceCurve.payout(100e6, 300e6, 300, 600), 200e6);
    }

    function test_V12_makers_linear_falls_by_a_tenth_every_six_minutes() external pure {
        PriceCurve.Curve memory curve =
            PriceCurve.Curve(PriceCurve.Shape.TwoPhaseLinear, 1e6, 0, 3600, 3600, 0, 0);
        for (uint256 i = 0; i <= 10; ++i) {
            vm.assertEq(PriceCurve.price(curve, 1000, 360 * i), 1000 - 100 * i);
        }
    }

    function test_V12_makers_stair_matches_at_cusp_tail_and_after() external pure {
        PriceCurve.Curve memory curve =
            PriceCurve.Curve(PriceCurve.Shape.StairStep, 1e6, 0, 0, 8400, 90, MAKER_CUT);
        vm.assertGt(PriceCurve.price(curve, 1e6, 8279), 400_000);
        vm.assertLt(PriceCurve.price(curve, 1e6, 8280), 400_000);
        vm.assertEq(PriceCurve.price(curve, 1e6, 8400), 392_711);
        vm.assertEq(PriceCurve.price(curve, 1e6, 8401), 0);
    }

    function testFuzz_a_price_never_rises(uint256 seed, uint256 top, uint256 earlier, uint256 more)
        external
        pure
    {
        PriceCurve.Curve memory curve = random(seed);
        PriceCurve.validate(curve);
        (top, earlier) = (top % 2 ** 128, earlier % 120_000);
        uint256 first = PriceCurve.price(curve, top, earlier);
        vm.assertLe(first, top);
        vm.assertLe(PriceCurve.price(curve, top, earlier + more % 5000), first);
    }

    function testFuzz_a_price_does_not_depend_on_what_was_asked_before(uint256 seed, uint256[8] memory times)
        external
        pure
    {
        PriceCurve.Curve memory curve = random(seed);
        uint256 expected = PriceCurve.price(curve, 1e18, times[7] % 120_000);
        for (uint256 i = 0; i < 7; ++i) {
            PriceCurve.price(curve, 1e18, times[i] % 120_000);
        }
        vm.assertEq(PriceCurve.price(curve, 1e18, times[7] % 120_000), expected);
    }

    function test_a_curve_that_could_rise_or_stand_is_refused() external {
        PriceCurve.Curve[7] memory bad;
        for (uint256 i = 0; i < 7; ++i) {
            bad[i] = derive();
        }
        bad[0].start = 0;
        bad[1].start = 1_000_001;
        bad[2].duration = 0;
        bad[3].cutoff = bad[3].start + 1;
        bad[4].fast = 0;
        bad[5].shape = PriceCurve.Shape.Exponential;
        (bad[6].shape, bad[6].cut) = (PriceCurve.Shape.StairStep, MAKER_CUT);
        for (uint256 i = 0; i < 7; ++i) {
            vm.expectRevert(PriceCurve.InvalidCurve.selector);
            this.validate(bad[i]);
        }
    }

    function test_a_top_that_cannot_be_multiplied_is_refused() external {
        vm.expectRevert(abi.encodeWithSelector(PriceCurve.TopTooLarge.selector, 2 ** 128));
        this.priceOf(2 ** 128);
    }

    function validate(PriceCurve.Curve calldata curve) external pure {
        PriceCurve.validate(curve);
    }

    function priceOf(uint256 top) external pure returns (uint256) {
        return PriceCurve.price(derive(), top, 1);
    }

    function derive() internal pure returns (PriceCurve.Curve memory) {
        return PriceCurve.Curve(PriceCurve.Shape.TwoPhaseLinear, 1e6, 800_000, 600, 7800, 0, 0);
    }

    function random(uint256 seed) internal pure returns (PriceCurve.Curve memory c) {
        c.shape = PriceCurve.Shape(seed % 3);
        c.start = uint32(1 + uint32(seed >> 8) % 1e6);
        c.duration = uint32(1 + uint32(seed >> 40) % 100_000);
        if (c.shape == PriceCurve.Shape.TwoPhaseLinear) {
            c.cutoff = uint32(seed >> 72) % (c.start + 1);
            c.fast = 1 + uint32(seed >> 104) % c.duration;
        } else {
            c.cut = uint96(PriceCurve.CUT_MAX - (seed >> 136) % PriceCurve.CUT_MAX);
            c.step = c.shape == PriceCurve.Shape.StairStep ? 1 + uint32(seed >> 72) % 600 : 0;
        }
    }
}
