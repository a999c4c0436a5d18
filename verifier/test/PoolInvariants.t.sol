// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PoolVault} from "../src/PoolVault.sol";
import {PoolHandler} from "./PoolHandler.sol";
import {Test} from "./Test.sol";
import {TestQuote} from "./TestQuote.sol";

/// @notice What holds after every step of `PoolHandler`.
contract PoolInvariantsTest is Test {
    PoolHandler internal handler;
    PoolVault internal pool;
    TestQuote internal quote;

    function setUp() public {
        handler = new PoolHandler();
        (pool, quote) = handler.parts();
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 64
    function invariant_queued_cash_is_there_and_every_share_has_a_holder() public view {
        vm.assertEq(pool.queuedCash(), handler.requested());
        vm.assertLe(pool.queuedCash(), quote.balanceOf(address(pool)));
        uint256 shares = pool.balanceOf(address(pool));
        for (uint256 i = 0; i < 3; ++i) {
            shares += pool.balanceOf(handler.who(i));
        }
        vm.assertEq(shares, pool.totalSupply());
    }

    function test_a_random_life_reaches_pricings_and_slices() public {
        for (uint256 i = 0; i < 300; ++i) {
            uint256 dice = uint256(keccak256(abi.encode("pool", i)));
            uint256 kind = dice % 6;
            if (kind == 0) handler.come(dice >> 8, dice >> 16);
            else if (kind == 1) handler.leave(dice >> 8, dice >> 16);
            else if (kind == 2) handler.priceNow(dice >> 8);
            else if (kind == 3) handler.takeSlice(uint64(dice >> 8), uint64(dice >> 80), dice % 5 == 0);
            else handler.serve(dice >> 8);
        }
        vm.assertGt(handler.pricings(), 20);
        vm.assertGt(handler.slices(), 4);
        invariant_queued_cash_is_there_and_every_share_has_a_holder();
    }
}
