// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ProductSum} from "../src/ProductSum.sol";
import {Columns} from "./Columns.sol";

/// @notice Liquity's stability pool in quote units: 10,000 deposited by each of three, a debt is cancelled against
/// the pool, which gets 99.5 % of 1 unit of collateral for every 100 of debt.
contract ProductSumTest is Columns {
    using ProductSum for ProductSum.State;

    address internal constant A = address(1);
    address internal constant B = address(2);
    address internal constant C = address(3);
    uint256 internal constant COLLATERAL = 1e18; // one unit of what is gained

    ProductSum.State internal pool;
    mapping(uint256 id => ProductSum.State) internal pools;

    function test_agrees_with_python_on_every_vector() external {
        openTable("product_sums");
        uint256[][3] memory which = [column("pool"), column("kind"), column("holder")];
        uint256[][3] memory given = [column("amount"), column("loss"), column("gain")];
        uint256[][3] memory stored = [column("total"), column("product"), column("scale")];
        uint256[][2] memory claims = [column("left"), column("gained")];
        for (uint256 i = 0; i < which[0].length; ++i) {
            ProductSum.State storage state = pools[which[0][i]];
            address holder = address(uint160(which[2][i]));
            if (which[1][i] == 0) state.put(holder, state.left(holder), given[0][i]);
            else state.share(given[1][i], given[2][i]);
            vm.assertEq(state.total, stored[0][i]);
            vm.assertEq(state.product == 0 ? ProductSum.UNIT : state.product, stored[1][i]);
            vm.assertEq(state.scale, stored[2][i]);
            address seen = address(uint160(which[2][i] % 5 + 1));
            vm.assertEq(state.left(seen), claims[0][i]);
            vm.assertEq(state.gained(seen), claims[1][i]);
        }
        vm.assertEq(which[0].length, 400);
    }

    function test_V11_one_liquidation() external {
        depositThree();
        offset(10_000e6, 100 * COLLATERAL);
        expectEach(6_666_666_666, 33_166_666_666_666_666_666);
    }

    function test_V11_two_liquidations() external {
        depositThree();
        offset(10_000e6, 100 * COLLATERAL);
        offset(10_000e6, 100 * COLLATERAL);
        expectEach(3_333_333_333, 66_333_333_333_333_333_333);
    }

    function test_V11_three_liquidations_leave_one_token_and_gain_99_49668() external {
        depositThree();
        offset(10_000e6, 100 * COLLATERAL);
        offset(10_000e6, 100 * COLLATERAL);
        // One token must stay, so the third is absorbed but for one token, and the gain with it.
        vm.assertEq(pool.capacity(), 9_999e6);
        offset(9_999e6, 100 * COLLATERAL * 9_999 / 10_000);
        expectEach(333_333, 99_496_683_333_333_333_333);
    }

    function test_V11_five_and_seven_thousand() external {
        depositThree();
        offset(5_000e6, 50 * COLLATERAL);
        offset(7_000e6, 70 * COLLATERAL);
        expectEach(6_000e6, 39_800_000_000_000_000_000);
    }

    function test_V11_five_six_and_seven_thousand() external {
        depositThree();
        offset(5_000e6, 50 * COLLATERAL);
        offset(6_000e6, 60 * COLLATERAL);
        offset(7_000e6, 70 * COLLATERAL);
        expectEach(4_000e6, 59_700_000_000_000_000_000);
    }

    function test_gains_survive_a_change_of_scale() external {
        pool.put(A, 0, 1e18);
        offset(1e18 - 1e6, 0);
        pool.put(B, 0, 1e18 - 1e6);
        offset(1e18 - 1e6, 0);
        vm.assertGt(pool.scale, 0);
        pool.share(0, 1e24);
        vm.assertLe(pool.gained(A) + pool.gained(B), 1e24);
        // A millionth of a token is left of the first, the second has all but that of the gain.
        vm.assertGt(pool.gained(B), 1e24 - 2e12);
    }

    function test_a_loss_that_would_empty_the_pool_is_refused() external {
        depositThree();
        vm.expectRevert(abi.encodeWithSelector(ProductSum.LossTooLarge.selector, 30_000e6, 29_999e6));
        this.share(30_000e6, 0);
    }

    function test_a_gain_without_depositors_is_refused() external {
        vm.expectRevert(ProductSum.NoDeposits.selector);
        this.share(0, 1);
    }

    function testFuzz_claims_never_exceed_what_is_there(uint64[6] memory amounts, uint256[24] memory events)
        external
    {
        uint256 gains;
        uint256 paid;
        for (uint256 i = 0; i < 24; ++i) {
            address holder = address(uint160(1 + events[i] % 6));
            uint256 kind = (events[i] >> 8) % 3;
            if (kind == 0) {
                uint256 before = pool.left(holder);
                paid += pool.gained(holder);
                pool.put(holder, before, before + amounts[events[i] % 6]);
            } else if (kind == 1 && pool.total > 0) {
                uint256 gain = uint64(events[i] >> 16);
                gains += gain;
                pool.share(0, gain);
            } else if (pool.capacity() > 0) {
                pool.share(1 + (events[i] >> 16) % pool.capacity(), 0);
            }
        }
        uint256 left;
        for (uint160 i = 1; i <= 6; ++i) {
            left += pool.left(address(i));
            paid += pool.gained(address(i));
        }
        vm.assertLe(left, pool.total);
        vm.assertLe(paid, gains);
    }

    function share(uint256 loss, uint256 gain) external {
        pool.share(loss, gain);
    }

    function depositThree() internal {
        pool.put(A, 0, 10_000e6);
        pool.put(B, 0, 10_000e6);
        pool.put(C, 0, 10_000e6);
    }

    function offset(uint256 debt, uint256 collateral) internal {
        pool.share(debt, collateral * 995 / 1000);
    }

    function expectEach(uint256 left, uint256 gained) internal view {
        address[3] memory all = [A, B, C];
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertApproxEqAbs(pool.left(all[i]), left, 1);
            vm.assertApproxEqAbs(pool.gained(all[i]), gained, 1);
            vm.assertLe(pool.gained(all[i]), gained);
        }
    }
}
