// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Status} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind} from "../src/interfaces/IAdvanceAuthority.sol";
import {ICredits} from "../src/interfaces/ICredits.sol";
import {IHolderBonds} from "../src/interfaces/IHolderBonds.sol";
import {IMarginRegistry} from "../src/interfaces/IMarginRegistry.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// @notice The state machine: S1 to S12, V6.
contract RegistryStatesTest is RegistryFixture {
    function setUp() public {
        setUpRegistry();
    }

    function statusWrong(uint64 id, Status status) internal {
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.StatusWrong.selector, id, status));
    }

    function test_S1_a_healthy_account_cannot_be_called() public {
        healthy(ID);
        vm.prank(CALLER);
        statusWrong(ID, Status.Healthy);
        registry.call(ID);
    }

    function test_S2_a_second_call_waits_for_the_window_of_the_first() public {
        called(ID);
        vm.prank(CALLER);
        statusWrong(ID, Status.Called);
        registry.call(ID);
        uint40 deadline = registry.account(ID).deadline;
        prove(ID, 1);
        publishAfter(60, PRICE + PRICE / 10);
        uint40 time = uint40(block.timestamp);
        vm.prank(CALLER);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.CallTooSoon.selector, time, deadline));
        registry.call(ID);
        vm.warp(deadline + 1);
        call(ID);
    }

    function test_S3_a_deposit_while_called_moves_no_deadline() public {
        called(ID);
        Account memory before = registry.account(ID);
        vm.warp(block.timestamp + 100);
        publishAfter(60, PRICE);
        advance(ID, AdvanceKind.Deposit, new Proof[](0));
        Account memory now_ = registry.account(ID);
        requireStatus(ID, Status.Called);
        vm.assertEq(now_.version, before.version + 1);
        vm.assertEq(now_.deadline, before.deadline);
        vm.assertEq(now_.callEpoch, before.callEpoch);
        prove(ID, 2);
        vm.assertEq(registry.owed(owner), 50e6);
    }

    function test_S4_added_risk_is_refused_while_called_or_stale() public {
        called(ID);
        bytes memory signed_ = evidence(AdvanceKind.Trade, ID, book(ID, 2));
        vm.prank(VENUE);
        vm.expectRevert(
            abi.encodeWithSelector(IMarginRegistry.KindRefused.selector, AdvanceKind.Trade, Status.Called)
        );
        registry.advance(ID, book(ID, 2), AdvanceKind.Trade, signed_, new Proof[](0));
        open(ID + 1);
        signed_ = evidence(AdvanceKind.Trade, ID + 1, book(ID + 1, 2));
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.RiskRefused.selector, ID + 1, Status.Stale, 0));
        registry.advance(ID + 1, book(ID + 1, 2), AdvanceKind.Trade, signed_, new Proof[](0));
    }

    function test_S5_a_full_answer_clears_the_call_for_the_owner() public {
        called(ID);
        prove(ID, 1);
        Account memory a = registry.account(ID);
        requireStatus(ID, Status.Healthy);
        vm.assertEq(a.caller, address(0));
        vm.assertEq(a.bond, 0);
        vm.prank(owner);
        registry.withdraw(owner);
        vm.assertEq(quote.balanceOf(owner), 50e6);
    }

    function test_S6_a_reopened_account_inherits_no_call() public {
        called(ID);
        prove(ID, 1);
        bytes memory signed_ = evidence(AdvanceKind.Close, ID, 0);
        vm.prank(VENUE);
        registry.close(ID, signed_);
        requireStatus(ID, Status.Closed);
        vm.assertEq(registry.owed(owner), 150e6);
        open(ID);
        Account memory a = registry.account(ID);
        requireStatus(ID, Status.Stale);
        vm.assertEq(a.version, 2);
        vm.assertEq(a.deadline, 0);
        vm.assertEq(a.callEpoch, 0);
        vm.assertEq(a.provenEpoch, 0);
    }

    function test_S7_a_proof_in_the_block_of_the_expiry_cures_after_it_and_answers_before_it() public {
        presumed(ID);
        registry.expire(ID);
        prove(ID, 1);
        requireStatus(ID, Status.Healthy);
        vm.assertEq(registry.owed(CALLER), 70e6);
        publishAfter(60, PRICE);
        called(ID + 1);
        vm.warp(registry.account(ID + 1).deadline);
        prove(ID + 1, 2);
        statusWrong(ID + 1, Status.Healthy);
        registry.expire(ID + 1);
    }

    function test_S8_a_healthy_account_can_be_shown_short_at_a_later_epoch_but_not_at_the_proven_one()
        public
    {
        healthy(ID);
        publishAfter(60, PRICE);
        Proof memory proof = shortfallProof(ID, 1, KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.EpochNotNewer.selector, 1, 1));
        registry.reportShortfall(ID, 1, proof, KEEPER);
        publishAfter(60, PRICE);
        report(ID, 2);
        requireStatus(ID, Status.Liquidatable);
        vm.assertEq(registry.account(ID).caller, KEEPER);
    }

    function test_S8_both_proofs_of_one_snapshot_raise_the_alarm() public {
        healthy(ID);
        publishAfter(60, PRICE);
        called(ID + 1);
        registry.alarm().report(ID, 1, marginProof(ID, 1), shortfallProof(ID, 1, KEEPER), KEEPER);
        vm.assertTrue(oracle.isHalted());
        (, uint8 reasons) = registry.clock();
        vm.assertEq(reasons, 4);
        vm.warp(block.timestamp + 1 days);
        requireStatus(ID + 1, Status.Called);
        Proof memory proof = shortfallProof(ID, 1, KEEPER);
        vm.expectRevert(IMarginRegistry.AlarmRaised.selector);
        registry.reportShortfall(ID, 1, proof, KEEPER);
    }

    function test_S9_a_guardians_pause_does_not_stop_a_shortfall_and_a_frozen_oracle_does() public {
        open(ID);
        publishAfter(60, PRICE);
        vm.startPrank(GUARDIAN);
        registry.pauseClock().pause();
        oracle.tripByGuardian(2);
        vm.stopPrank();
        Proof memory proof = shortfallProof(ID, 1, KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.OracleLevelTooHigh.selector, 2, 1));
        registry.reportShortfall(ID, 1, proof, KEEPER);
        vm.prank(GOVERNOR);
        oracle.resume();
        registry.reportShortfall(ID, 1, proof, KEEPER);
        requireStatus(ID, Status.Liquidatable);
    }

    function test_a_shortfall_at_the_latest_snapshot_is_too_fresh() public {
        open(ID);
        Proof memory proof = shortfallProof(ID, 1, KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.EpochTooFresh.selector, 1, 1));
        registry.reportShortfall(ID, 1, proof, KEEPER);
    }

    function test_S10_a_presumed_account_is_frozen_and_anyone_may_rescue_it() public {
        presumed(ID);
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, book(ID, 2));
        vm.prank(VENUE);
        statusWrong(ID, Status.Presumed);
        registry.advance(ID, book(ID, 2), AdvanceKind.Deposit, signed_, new Proof[](0));
        vm.prank(AUCTION);
        statusWrong(ID, Status.Presumed);
        registry.lock(ID);
        Proof memory proof = marginProof(ID, 1);
        vm.prank(KEEPER);
        registry.prove(ID, 1, proof);
        requireStatus(ID, Status.Healthy);
    }

    function test_S11_the_holder_is_slashed_once_and_not_a_second_early() public {
        presumed(ID);
        uint40 until = registry.account(ID).deadline + 7200;
        vm.warp(until);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.DeadlineNotPassed.selector, until, until));
        registry.slashHolder(ID);
        vm.warp(until + 1);
        vm.prank(KEEPER);
        registry.slashHolder(ID);
        ICredits credits = ICredits(address(registry.holders()));
        vm.assertEq(credits.owed(KEEPER), 100e6);
        vm.assertEq(credits.owed(INSURANCE), 900e6);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.HolderAlreadySlashed.selector, VENUE, 1));
        registry.slashHolder(ID);
        requireStatus(ID, Status.Presumed);
    }

    function test_only_the_registry_slashes() public {
        IHolderBonds holders = registry.holders();
        vm.expectRevert(abi.encodeWithSelector(IHolderBonds.SenderNotRegistry.selector, address(this)));
        holders.slash(VENUE, address(this));
    }

    function test_S12_the_owner_cures_until_the_award_and_not_after_it() public {
        uint48 episode = inAuction(ID);
        publishAfter(60, PRICE);
        uint256 before = vm.snapshotState();
        prove(ID, 3);
        requireStatus(ID, Status.Healthy);
        vm.prank(AUCTION);
        statusWrong(ID, Status.Healthy);
        registry.award(ID, episode);
        vm.revertToState(before);
        vm.prank(AUCTION);
        registry.award(ID, episode);
        Proof memory proof = marginProof(ID, 3);
        statusWrong(ID, Status.Awarded);
        registry.prove(ID, 3, proof);
    }

    function test_S12_a_proof_of_the_epoch_of_the_shortfall_does_not_cure() public {
        liquidatable(ID);
        Proof memory proof = marginProof(ID, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.EpochBeforeCall.selector, 1, 2));
        registry.prove(ID, 1, proof);
    }

    function test_S13_an_award_that_is_released_starts_again_in_the_same_episode() public {
        uint48 episode = inAuction(ID);
        vm.startPrank(AUCTION);
        registry.award(ID, episode);
        registry.release(ID, episode);
        requireStatus(ID, Status.Liquidatable);
        vm.assertEq(registry.lock(ID), episode);
        registry.settle(ID, episode, book(ID, 2), 2, true);
        vm.stopPrank();
        requireStatus(ID, Status.Healthy);
        vm.assertEq(registry.account(ID).version, 2);
    }

    function test_an_auction_of_an_earlier_episode_has_no_power() public {
        uint48 episode = inAuction(ID);
        publishAfter(60, PRICE);
        prove(ID, 3);
        publishAfter(60, PRICE);
        publishAfter(60, PRICE);
        report(ID, 4);
        vm.startPrank(AUCTION);
        registry.lock(ID);
        vm.expectRevert(
            abi.encodeWithSelector(IMarginRegistry.EpisodeWrong.selector, ID, episode, episode + 1)
        );
        registry.settle(ID, episode, book(ID, 2), 4, true);
        vm.stopPrank();
    }

    function test_V6_a_token_that_takes_a_fee_is_refused() public {
        open(ID);
        quote.setFee(100);
        vm.prank(CALLER);
        vm.expectRevert(abi.encodeWithSelector(ICredits.ReceivedLess.selector, 50e6, 49.5e6));
        registry.call(ID);
    }
}
