// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Status} from "../src/interfaces/IAccounts.sol";
import {IGroth16Verifier, Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Award, Settlement, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {IPoolVault} from "../src/interfaces/IPoolVault.sol";
import {PoolVault} from "../src/PoolVault.sol";
import {AuctionFixture} from "./AuctionFixture.sol";
import {Simulator} from "./Simulator.sol";
import {NavTestVerifier} from "./generated/NavTestVerifier.sol";
import {TestKeys} from "./generated/TestKeys.sol";

contract PoolVaultTest is AuctionFixture {
    uint256 internal constant ZERO = 1 << 96; // nav signal of NAV 0

    function setUp() public {
        setUpAuction();
    }

    function test_a_deposit_is_priced_in_a_later_epoch() public {
        request(SAVER, 1000e6);
        priceNow(new uint256[](0));
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.NotPriced.selector, latest()));
        pool.serveDeposit(SAVER);
        publishAfter(60, PRICE);
        priceNow(new uint256[](0));
        pool.serveDeposit(SAVER);
        vm.assertEq(pool.balanceOf(SAVER), 1000e12);
        vm.assertEq(pool.freeCash(), 1000e6);
    }

    function test_the_pool_takes_a_slice_first_and_its_shares_follow_the_proven_value() public {
        enter(SAVER, 10_000e6);
        uint64 lot = takeSlice();
        vm.assertEq(pool.freeCash(), 10_000e6 - 800e6 - 100e6 - 40e6);
        vm.assertEq(pool.accounts()[0], lot);
        // The lot is worth 1300: the pool has gained 360 less its fee.
        publishAfter(60, PRICE);
        request(RIVAL, 1036e6);
        publishAfter(60, PRICE);
        priceNow(one(ZERO + 1300e6));
        vm.assertEq(pool.pricing(1).value, 9060e6 + 1300e6);
        pool.serveDeposit(RIVAL);
        vm.assertApproxEqAbs(pool.balanceOf(RIVAL), 1000e12, 1e6);
        // Who leaves at the price that it came at has not gained.
        vm.assertLe(pool.balanceOf(RIVAL) * 10_360e6 / (10_000e12 + 1e6), 1036e6);
    }

    function test_a_redemption_is_paid_at_the_floor_and_leaves_nothing_locked() public {
        enter(SAVER, 10_000e6);
        enter(RIVAL, 333);
        redeem(SAVER, pool.balanceOf(SAVER));
        redeem(RIVAL, pool.balanceOf(RIVAL));
        publishAfter(60, PRICE);
        priceNow(new uint256[](0));
        vm.assertLe(pool.serveRedemption(SAVER), 10_000e6);
        vm.assertLe(pool.serveRedemption(RIVAL), 333);
        vm.assertEq(pool.owedCash(), 0);
        vm.assertEq(pool.totalSupply(), 0);
        vm.assertLe(pool.freeCash(), 2);
    }

    function test_a_loss_in_the_book_lowers_the_price_of_those_who_leave() public {
        enter(SAVER, 10_000e6);
        takeSlice();
        redeem(SAVER, 5000e12);
        publishAfter(60, PRICE);
        priceNow(one(ZERO - 2000e6));
        uint256 paid = pool.serveRedemption(SAVER);
        vm.assertApproxEqAbs(paid, (9060e6 - 2000e6) / 2, 1);
    }

    function test_when_nothing_is_left_deposits_and_shares_go_back() public {
        enter(SAVER, 10_000e6);
        takeSlice();
        redeem(SAVER, 5000e12);
        request(RIVAL, 70e6);
        publishAfter(60, PRICE);
        priceNow(one(ZERO - 20_000e6));
        uint256 before = quote.balanceOf(RIVAL);
        pool.serveDeposit(RIVAL);
        vm.assertEq(quote.balanceOf(RIVAL) - before, 70e6);
        pool.serveRedemption(SAVER);
        vm.assertEq(pool.balanceOf(SAVER), 10_000e12);
        vm.assertEq(pool.owedCash(), 0);
    }

    function test_a_pool_that_is_ruined_again_and_again_can_still_be_priced() public {
        enter(SAVER, 10_000e6);
        takeSlice();
        for (uint256 ruin = 0; ruin < 6; ++ruin) {
            uint256 cash = pool.freeCash();
            request(RIVAL, 10_000e6);
            publishAfter(60, PRICE);
            priceNow(one(ZERO + 1 - cash)); // one unit is left
            uint256 supply = pool.totalSupply();
            uint256 before = quote.balanceOf(RIVAL);
            pool.serveDeposit(RIVAL);
            uint256 refund = quote.balanceOf(RIVAL) - before;
            vm.assertEq(refund, ruin == 0 ? 0 : 10_000e6);
            vm.assertLe(supply, type(uint128).max);
        }
    }

    function test_a_refund_is_there_though_the_pool_owes_more_than_it_has() public {
        enter(SAVER, 10_000e6);
        uint64 lot = takeSlice();
        redeem(SAVER, 9000e12);
        publishAfter(60, PRICE);
        priceNow(one(ZERO + 5000e6)); // of 14,060 all in all SAVER is owed more than the 9,060 in cash
        publishAfter(60, PRICE);
        request(RIVAL, 5000e6);
        publishAfter(60, PRICE);
        priceNow(one(ZERO));
        bytes4 small = IPoolVault.CashTooSmall.selector;
        uint256 owed = pool.owedCash();
        vm.expectRevert(abi.encodeWithSelector(small, owed, 9060e6));
        pool.serveRedemption(SAVER);
        uint256 before = quote.balanceOf(RIVAL);
        pool.serveDeposit(RIVAL);
        vm.assertEq(quote.balanceOf(RIVAL) - before, 5000e6);
        vm.assertEq(pool.queuedCash(), 0);
        vm.assertEq(pool.accounts()[0], lot);
    }

    function test_every_account_is_proven_at_the_latest_epoch() public {
        enter(SAVER, 10_000e6);
        takeSlice();
        publishAfter(60, PRICE);
        uint40 epoch = latest();
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.AccountUnproven.selector, 0));
        pool.price(epoch, new uint256[](0), new Proof[](0));
        (uint256[] memory values, Proof[] memory proofs) = proven(one(ZERO + 5));
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.EpochWrong.selector, epoch - 1, epoch));
        pool.price(epoch - 1, values, proofs);
        values[0] += 1;
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        pool.price(epoch, values, proofs);
        values[0] = 2 * ZERO;
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.ValueOutOfRange.selector, 2 * ZERO));
        pool.price(epoch, values, proofs);
    }

    function test_nothing_is_queued_or_priced_while_an_auction_runs() public {
        enter(SAVER, 10_000e6);
        started(ID);
        bytes memory blocked = abi.encodeWithSelector(IPoolVault.Blocked.selector);
        vm.expectRevert(blocked);
        vm.prank(SAVER);
        pool.requestDeposit(1);
        vm.expectRevert(blocked);
        vm.prank(SAVER);
        pool.requestRedemption(1);
        uint40 epoch = latest();
        vm.expectRevert(blocked);
        pool.price(epoch, new uint256[](0), new Proof[](0));
    }

    function test_cash_under_way_to_a_book_must_arrive_before_a_pricing() public {
        enter(SAVER, 10_000e6);
        uint64 lot = takeSlice();
        vm.prank(MANAGER);
        pool.fund(lot, 500e6);
        publishAfter(60, PRICE);
        uint40 epoch = latest();
        (uint256[] memory values, Proof[] memory proofs) = proven(one(ZERO + 1300e6));
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.AccountUnproven.selector, lot));
        pool.price(epoch, values, proofs);
    }

    function test_a_withdrawal_under_way_from_a_book_counts() public {
        enter(SAVER, 10_000e6);
        uint64 lot = takeSlice();
        vm.prank(VENUE);
        vault.queueWithdrawal(lot, address(pool), 100e6);
        publishAfter(60, PRICE);
        priceNow(one(ZERO + 1200e6));
        vm.assertEq(pool.pricing(1).value, 9060e6 + 100e6 + 1200e6);
    }

    function test_a_donation_does_not_take_the_first_deposit() public {
        enter(RIVAL, 1); // a unit
        quote.mint(address(pool), 1000e6);
        enter(SAVER, 100e6);
        // A million virtual shares dilute the donor: the saver loses less than a millionth part of it.
        uint256 worth = pool.balanceOf(SAVER) * (1100e6 + 1) / (pool.totalSupply() + 1e6);
        vm.assertGe(worth, 100e6 - 1000);
    }

    function test_only_the_manager_acts_for_the_pool() public {
        bytes memory reason = abi.encodeWithSelector(IPoolVault.SenderNotManager.selector, RIVAL);
        uint64 id = started(ID);
        Award memory asked = terms(id, TARGET);
        vm.startPrank(RIVAL);
        vm.expectRevert(reason);
        pool.bid(id, asked);
        vm.expectRevert(reason);
        pool.fund(ID, 1);
        vm.expectRevert(reason);
        pool.addAccount(ID);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.AccountWrong.selector, ID));
        vm.prank(MANAGER);
        pool.addAccount(ID);
    }

    function test_a_bid_needs_free_cash_for_its_bond() public {
        enter(SAVER, 10e6);
        uint64 id = started(ID);
        Award memory asked = terms(id, TARGET);
        asked.maxPrice = 0;
        vm.expectRevert(abi.encodeWithSelector(IPoolVault.CashTooSmall.selector, 100e6, 10e6));
        vm.prank(MANAGER);
        pool.bid(id, asked);
    }

    function test_the_manager_and_nobody_else_signs_for_the_pools_accounts() public {
        NavTestVerifier nav = new NavTestVerifier();
        PoolVault other = new PoolVault(registry, oracle, vault, nav, vm.addr(0xbeef));
        bytes32 digest = keccak256("an advance");
        bytes4 yes = other.isValidSignature(digest, signature(0xbeef, digest));
        vm.assertTrue(yes == other.isValidSignature.selector);
        vm.assertTrue(other.isValidSignature(digest, signature(OWNER_KEY, digest)) == bytes4(0));
    }

    // Internal

    function takeSlice() internal returns (uint64 lot) {
        uint64 id = started(ID);
        Award memory asked = terms(id, TARGET);
        asked.maxPrice = 1000e6;
        vm.prank(MANAGER);
        pool.bid(id, asked);
        vm.assertEq(house.auction(id).discount, 970_000);
        publishAfter(60, PRICE);
        Settlement memory s = slice(id);
        (Proof memory first, Proof memory second) = (liquidation(id, s), lotMargin(s));
        vm.prank(MANAGER);
        pool.settle(id, s, first, second);
        requireStage(id, Stage.Settled);
        requireStatus(ID, Status.Healthy);
        return s.lotAccount;
    }

    function request(address who, uint256 amount) internal {
        vm.prank(who);
        pool.requestDeposit(amount);
    }

    function redeem(address who, uint256 shares) internal {
        vm.prank(who);
        pool.requestRedemption(shares);
    }

    /// @dev Deposits while the pool has no accounts.
    function enter(address who, uint256 amount) internal {
        request(who, amount);
        publishAfter(60, PRICE);
        priceNow(new uint256[](0));
        pool.serveDeposit(who);
        publishAfter(60, PRICE);
    }

    function one(uint256 value) internal pure returns (uint256[] memory values) {
        values = new uint256[](1);
        values[0] = value;
    }

    function proven(uint256[] memory values) internal view returns (uint256[] memory, Proof[] memory proofs) {
        uint64[] memory accounts = pool.accounts();
        proofs = new Proof[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            uint256[] memory signals = pool.navSignals(accounts[i], latest(), values[i]);
            proofs[i] = Simulator.prove(TestKeys.nav(), signals, i);
        }
        return (values, proofs);
    }

    function priceNow(uint256[] memory values_) internal {
        uint40 epoch = latest();
        (uint256[] memory values, Proof[] memory proofs) = proven(values_);
        pool.price(epoch, values, proofs);
    }
}
