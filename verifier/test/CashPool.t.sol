// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {ICashPool} from "../src/interfaces/ICashPool.sol";
import {AuctionFixture} from "./AuctionFixture.sol";

contract CashPoolTest is AuctionFixture {
    function setUp() public {
        setUpAuction();
    }

    function test_a_deposit_works_from_the_next_epoch_on() public {
        vm.prank(SAVER);
        cashPool.deposit(100e6);
        vm.assertEq(cashPool.total(), 0);
        refusedActivation(abi.encodeWithSelector(ICashPool.EpochNotEnded.selector, latest(), latest()));
        publishAfter(60, PRICE);
        cashPool.activate(SAVER);
        vm.assertEq(cashPool.depositOf(SAVER), 100e6);
        refusedActivation(abi.encodeWithSelector(ICashPool.AmountZero.selector));
    }

    function test_a_fee_is_shared_by_those_who_were_at_work_before_it() public {
        provide(300e6);
        provideBy(RIVAL, 100e6);
        vm.prank(BIDDER);
        cashPool.deposit(1e12); // queued: too late
        earn(40e6);
        vm.assertEq(cashPool.gainOf(SAVER), 30e6);
        vm.assertEq(cashPool.gainOf(RIVAL), 10e6);
        vm.assertEq(cashPool.gainOf(BIDDER), 0);
    }

    function test_losses_and_gains_are_paid_out_together() public {
        provide(300e6);
        provideBy(RIVAL, 100e6);
        earn(40e6);
        vm.prank(address(house));
        vm.assertEq(cashPool.absorb(200e6), 200e6);
        vm.assertEq(vault.assets(), 200e6);
        (uint256 amount, uint256 gain) = leave(SAVER, type(uint128).max);
        vm.assertEq(amount, 150e6);
        vm.assertEq(gain, 30e6);
        vm.assertEq(cashPool.total(), 50e6);
    }

    function test_one_token_always_stays() public {
        provide(300e6);
        vm.prank(address(house));
        vm.assertEq(cashPool.absorb(1000e6), 299e6);
        vm.assertEq(cashPool.total(), 1e6);
        vm.assertEq(cashPool.capacity(), 0);
    }

    function test_nobody_comes_or_goes_while_an_auction_runs() public {
        provide(300e6);
        vm.prank(SAVER);
        cashPool.askWithdrawal(300e6);
        vm.prank(RIVAL);
        cashPool.deposit(100e6);
        started(ID);
        bytes memory blocked = abi.encodeWithSelector(ICashPool.Blocked.selector);
        vm.expectRevert(blocked);
        cashPool.withdraw(SAVER);
        vm.expectRevert(blocked);
        cashPool.activate(RIVAL);
        vm.expectRevert(blocked);
        vm.prank(RIVAL);
        cashPool.deposit(1);
        vm.expectRevert(blocked);
        vm.prank(SAVER);
        cashPool.askWithdrawal(1);
    }

    function test_an_auction_that_never_ends_does_not_hold_up_the_pool_for_ever() public {
        provide(300e6);
        vm.prank(SAVER);
        cashPool.askWithdrawal(300e6);
        started(ID);
        vm.warp(block.timestamp + 1 days);
        cashPool.withdraw(SAVER);
        vm.assertEq(cashPool.total(), 0);
    }

    function test_an_announcement_is_no_option_anyone_carries_it_out() public {
        provide(300e6);
        vm.prank(SAVER);
        cashPool.askWithdrawal(300e6);
        publishAfter(60, PRICE);
        uint256 before = quote.balanceOf(SAVER);
        vm.prank(RIVAL);
        cashPool.withdraw(SAVER);
        vm.assertEq(quote.balanceOf(SAVER) - before, 300e6);
    }

    function test_only_the_auction_charges_losses() public {
        bytes32 role = cashPool.AUCTION_ROLE();
        bytes4 selector = IAccessControl.AccessControlUnauthorizedAccount.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, GOVERNOR, role));
        vm.prank(GOVERNOR);
        cashPool.absorb(1);
        vm.expectRevert(ICashPool.Blocked.selector);
        vm.prank(GOVERNOR);
        cashPool.setAuction(house);
    }

    function test_X3_dust_neither_aborts_a_loss_nor_locks_the_rest() public {
        provide(300e6);
        provideBy(RIVAL, 1);
        vm.prank(address(house));
        cashPool.absorb(299e6);
        vm.assertEq(cashPool.depositOf(RIVAL), 0);
        leave(RIVAL, 1);
        (uint256 amount,) = leave(SAVER, 300e6);
        vm.assertGe(amount, 999_999);
    }

    function provideBy(address who, uint256 amount) internal {
        vm.prank(who);
        cashPool.deposit(amount);
        publishAfter(60, PRICE);
        cashPool.activate(who);
    }

    function leave(address who, uint256 asked) internal returns (uint256 amount, uint256 gain) {
        vm.prank(who);
        cashPool.askWithdrawal(asked);
        publishAfter(60, PRICE);
        return cashPool.withdraw(who);
    }

    function earn(uint256 fee) internal {
        vm.prank(BIDDER);
        cashPool.earn(fee);
    }

    function refusedActivation(bytes memory reason) internal {
        vm.expectRevert(reason);
        cashPool.activate(SAVER);
    }
}
