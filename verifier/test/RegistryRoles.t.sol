// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SettlementAuthority} from "../src/SettlementAuthority.sol";
import {Role, Status} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind, IAdvanceAuthority} from "../src/interfaces/IAdvanceAuthority.sol";
import {IMarginRegistry} from "../src/interfaces/IMarginRegistry.sol";
import {IHolderBonds} from "../src/interfaces/IHolderBonds.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {ITransferHook} from "./TestQuote.sol";

/// @notice Who may do what, signatures, notices, and V5: tokens that call back.
contract RegistryRolesTest is RegistryFixture, ITransferHook {
    uint256 private _tries;

    function setUp() public {
        setUpRegistry();
    }

    function tryAdvance(address sender, bytes memory signed_) private {
        vm.prank(sender);
        registry.advance(ID, book(ID, 2), AdvanceKind.Deposit, signed_, new Proof[](0));
    }

    function test_the_owner_alone_advances_nothing() public {
        open(ID);
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, book(ID, 2));
        vm.expectRevert(abi.encodeWithSelector(IAdvanceAuthority.SenderNotSettlement.selector, owner));
        tryAdvance(owner, signed_);
    }

    function test_the_venue_alone_advances_nothing() public {
        open(ID);
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, book(ID, 3)); // of another book
        vm.expectPartialRevert(IAdvanceAuthority.SignatureInvalid.selector);
        tryAdvance(VENUE, signed_);
    }

    function test_a_signature_is_good_until_its_last_second() public {
        open(ID);
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, book(ID, 2));
        uint40 deadline = uint40(block.timestamp) + 3600;
        vm.warp(deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IAdvanceAuthority.SignatureExpired.selector, deadline, deadline + 1)
        );
        tryAdvance(VENUE, signed_);
        vm.warp(deadline);
        tryAdvance(VENUE, signed_);
    }

    function test_a_signature_is_used_once_and_not_after_it_is_revoked() public {
        open(ID);
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, book(ID, 2));
        uint256 state = vm.snapshotState();
        tryAdvance(VENUE, signed_);
        vm.expectPartialRevert(IAdvanceAuthority.SignatureInvalid.selector);
        tryAdvance(VENUE, signed_);
        vm.revertToState(state);
        vm.prank(owner);
        registry.revokeSignatures(ID);
        vm.expectPartialRevert(IAdvanceAuthority.SignatureInvalid.selector);
        tryAdvance(VENUE, signed_);
    }

    function test_only_the_owner_revokes() public {
        open(ID);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.SenderNotOwner.selector, ID, address(this)));
        registry.revokeSignatures(ID);
    }

    function test_another_settlement_role_has_no_power_before_its_notice_is_over() public {
        address next_ = address(0x99);
        vm.prank(GOVERNOR);
        authority.scheduleSettlement(next_);
        uint40 readyAt = uint40(block.timestamp) + 2 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(SettlementAuthority.SettlementNotReady.selector, readyAt));
        authority.applySettlement();
        vm.warp(readyAt);
        authority.applySettlement();
        vm.assertEq(authority.settlement(), next_);
    }

    function test_another_auction_has_no_power_before_its_notice_is_over() public {
        vm.expectRevert(
            abi.encodeWithSelector(IMarginRegistry.RoleMissing.selector, Role.Governance, address(this))
        );
        registry.scheduleRole(Role.Auction, address(this));
        vm.prank(GOVERNOR);
        registry.scheduleRole(Role.Auction, address(this));
        uint40 readyAt = uint40(block.timestamp) + 2 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.RoleNotReady.selector, Role.Auction, readyAt));
        registry.applyRole(Role.Auction);
        vm.warp(readyAt);
        registry.applyRole(Role.Auction);
        (address holder,,) = registry.role(Role.Auction);
        vm.assertEq(holder, address(this));
    }

    function test_the_hooks_are_the_auctions_only() public {
        bytes memory missing =
            abi.encodeWithSelector(IMarginRegistry.RoleMissing.selector, Role.Auction, address(this));
        vm.expectRevert(missing);
        registry.lock(ID);
        vm.expectRevert(missing);
        registry.award(ID, 0);
        vm.expectRevert(missing);
        registry.release(ID, 0);
        vm.expectRevert(missing);
        registry.settle(ID, 0, 1, 1, true);
        vm.expectRevert(missing);
        registry.payBounty(ID, address(this), 1);
    }

    function test_a_holder_that_leaves_cannot_be_named_and_waits_for_its_bond() public {
        IHolderBonds holders = registry.holders();
        vm.startPrank(VENUE);
        holders.announceHolderExit();
        uint40 readyAt = uint40(block.timestamp) + 3 days;
        vm.expectRevert(abi.encodeWithSelector(IHolderBonds.HolderExitNotReady.selector, VENUE, readyAt));
        holders.withdrawHolderBond();
        vm.stopPrank();
        bytes memory signed_ = evidence(AdvanceKind.Open, ID, book(ID, 1));
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IHolderBonds.HolderLeaving.selector, VENUE));
        registry.open(ID, book(ID, 1), owner, VENUE, 100e6, signed_, new Proof[](0));
        vm.warp(readyAt);
        vm.prank(VENUE);
        holders.withdrawHolderBond();
        (uint256 bond,) = holders.holderBondOf(VENUE);
        vm.assertEq(bond, 0);
    }

    function test_V5_a_token_that_calls_back_gets_nowhere() public {
        open(ID);
        fund(address(this));
        quote.setHook(address(this));
        registry.call(ID);
        vm.assertEq(_tries, 3);
        quote.setHook(address(0));
        requireStatus(ID, Status.Called);
        vm.warp(block.timestamp + 1801);
        registry.expire(ID);
        quote.setHook(address(this));
        uint256 before = quote.balanceOf(address(this));
        registry.withdraw(address(this));
        vm.assertEq(_tries, 6);
        vm.assertEq(quote.balanceOf(address(this)) - before, 70e6);
    }

    function onTransfer(address, uint256) external {
        bytes[3] memory tries = [
            abi.encodeCall(registry.withdraw, (address(this))),
            abi.encodeCall(registry.fundBounty, (ID, 1)),
            abi.encodeCall(registry.call, (ID))
        ];
        for (uint256 i = 0; i < 3; ++i) {
            (bool done,) = address(registry).call(tries[i]);
            vm.assertFalse(done);
            _tries += 1;
        }
    }
}
