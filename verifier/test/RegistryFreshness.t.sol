// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Status} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind} from "../src/interfaces/IAdvanceAuthority.sol";
import {IMarginClock} from "../src/interfaces/IMarginClock.sol";
import {IMarginRegistry} from "../src/interfaces/IMarginRegistry.sol";
import {Publication} from "../src/interfaces/IMarketOracle.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// @notice Epochs, ages, clocks: F1 to F11.
contract RegistryFreshnessTest is RegistryFixture {
    function setUp() public {
        setUpRegistry();
    }

    function refused(uint64 id, uint40 epoch, bytes memory reason) internal {
        Proof memory none;
        vm.expectRevert(reason);
        registry.prove(id, epoch, none);
    }

    function test_F1_the_proven_epoch_does_not_count_again() public {
        healthy(ID);
        refused(ID, 1, abi.encodeWithSelector(IMarginRegistry.EpochNotNewer.selector, 1, 1));
    }

    function test_F2_an_epoch_before_the_window_is_refused() public {
        open(ID);
        for (uint256 i = 0; i < 3; ++i) {
            publishAfter(60, PRICE);
        }
        refused(ID, 1, abi.encodeWithSelector(IMarginRegistry.EpochTooOld.selector, 1, 2));
        prove(ID, 2);
    }

    function test_F3_an_epoch_before_the_call_does_not_answer() public {
        open(ID);
        publishAfter(60, PRICE);
        call(ID);
        refused(ID, 1, abi.encodeWithSelector(IMarginRegistry.EpochBeforeCall.selector, 1, 2));
        prove(ID, 2);
        requireStatus(ID, Status.Healthy);
    }

    function test_F4_the_window_is_shorter_than_what_the_oracle_keeps() public view {
        vm.assertTrue(registry.params().window < oracle.history());
        vm.assertTrue(registry.params().freshEpochs < oracle.history());
    }

    function test_F6_a_future_epoch_is_refused() public {
        open(ID);
        refused(ID, 2, abi.encodeWithSelector(IMarginRegistry.EpochInFuture.selector, 2, 1));
    }

    function test_F6_an_epoch_before_the_commitment_is_refused() public {
        healthy(ID);
        publishAfter(60, PRICE);
        publishAfter(60, PRICE);
        advance(ID, AdvanceKind.Deposit, new Proof[](0));
        refused(ID, 2, abi.encodeWithSelector(IMarginRegistry.EpochBeforeCommitment.selector, 2, 3));
    }

    function test_a_suspect_snapshot_is_never_used_against_an_account() public {
        open(ID);
        vm.warp(block.timestamp + 60);
        Publication memory publication = next(PRICE);
        publish(publication);
        publishAfter(60, PRICE);
        (uint40 epoch, bytes4 suspect) = (publication.epoch, IMarginRegistry.SnapshotSuspect.selector);
        Proof memory proof = shortfallProof(ID, epoch, KEEPER);
        publication.rest += 1;
        oracle.tripEquivocation(publication, signed(publication));
        vm.prank(GOVERNOR);
        oracle.resume();
        vm.expectRevert(abi.encodeWithSelector(suspect, epoch));
        registry.reportShortfall(ID, epoch, proof, KEEPER);
        prove(ID, epoch); // for it, as ever
        requireStatus(ID, Status.Healthy);
    }

    function test_F7_an_account_is_stale_beyond_the_move_on_either_side() public {
        healthy(ID);
        publishAfter(60, PRICE + PRICE / 20); // exactly 5 %
        requireStatus(ID, Status.Healthy);
        publishAfter(60, PRICE + PRICE / 20 + 1);
        requireStatus(ID, Status.Stale);
        publishAfter(60, PRICE - PRICE / 20 - 1);
        requireStatus(ID, Status.Stale);
        prove(ID, latest());
        requireStatus(ID, Status.Healthy);
    }

    function test_an_account_is_stale_after_its_epochs_and_after_its_age() public {
        healthy(ID);
        for (uint256 i = 0; i < 5; ++i) {
            publishAfter(60, PRICE);
        }
        requireStatus(ID, Status.Healthy);
        publishAfter(60, PRICE);
        requireStatus(ID, Status.Stale);
        prove(ID, 7);
        vm.warp(block.timestamp + 3600);
        requireStatus(ID, Status.Healthy);
        vm.warp(block.timestamp + 1);
        requireStatus(ID, Status.Stale);
    }

    function test_F8_another_rung_of_risk_params_leaves_it_stale_at_the_same_price() public {
        healthy(ID);
        uint24 rung = oracle.rung();
        for (uint256 i = 0; i < 4; ++i) {
            publishAfter(30, i % 2 == 0 ? PRICE + PRICE / 25 : PRICE);
        }
        vm.assertTrue(oracle.snapshot(latest()).paramsRung != rung);
        requireStatus(ID, Status.Stale);
        prove(ID, latest());
        requireStatus(ID, Status.Healthy);
    }

    function test_F9_a_call_can_be_answered_in_its_last_second() public {
        called(ID);
        uint40 deadline = registry.account(ID).deadline;
        vm.warp(deadline);
        requireStatus(ID, Status.Called);
        vm.expectRevert(
            abi.encodeWithSelector(IMarginRegistry.DeadlineNotPassed.selector, deadline, deadline)
        );
        registry.expire(ID);
        prove(ID, 1);
        vm.assertEq(registry.owed(owner), 50e6);
    }

    function test_F9_one_second_later_the_bond_is_the_callers() public {
        called(ID);
        vm.warp(registry.account(ID).deadline + 1);
        requireStatus(ID, Status.Presumed);
        prove(ID, 1);
        requireStatus(ID, Status.Healthy);
        vm.assertEq(registry.owed(owner), 0);
        vm.assertEq(registry.owed(CALLER), 70e6);
        vm.assertEq(registry.bounty(ID), 80e6);
    }

    function test_F10_a_pause_across_a_deadline_extends_it_by_its_length() public {
        called(ID);
        uint40 deadline = registry.account(ID).deadline;
        IMarginClock clock = registry.pauseClock();
        vm.warp(deadline - 10);
        vm.prank(GUARDIAN);
        clock.pause();
        vm.warp(deadline + 5000);
        requireStatus(ID, Status.Called);
        vm.prank(GUARDIAN);
        clock.unpause();
        vm.warp(deadline + 5010);
        requireStatus(ID, Status.Called);
        vm.warp(deadline + 5011);
        requireStatus(ID, Status.Presumed);
        vm.assertEq(registry.account(ID).deadline, deadline);
    }

    function test_F10_no_call_starts_in_a_pause_and_no_pause_lasts_for_ever() public {
        open(ID);
        IMarginClock clock = registry.pauseClock();
        vm.prank(GUARDIAN);
        clock.pause();
        vm.prank(CALLER);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.ClockStopped.selector, 1));
        registry.call(ID);
        uint40 until = uint40(block.timestamp) + 1 days;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarginClock.PauseRefused.selector, until - 1, until));
        clock.unpause();
        vm.warp(until);
        clock.unpause();
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IMarginClock.PauseRefused.selector, until, until + 1 days));
        clock.pause();
    }

    function test_F11_the_time_that_the_sequencer_was_down_does_not_count() public {
        called(ID);
        uint40 deadline = registry.account(ID).deadline;
        vm.warp(deadline - 100);
        registry.pauseClock().sync();
        sequencer.report(true, deadline - 50);
        vm.warp(deadline + 1000);
        requireStatus(ID, Status.Called);
        registry.pauseClock().sync();
        sequencer.report(false, deadline + 2000);
        vm.warp(deadline + 2000 + 600 + 50); // with the grace
        requireStatus(ID, Status.Called);
        vm.warp(deadline + 2000 + 600 + 51);
        requireStatus(ID, Status.Presumed);
    }

    function test_F11_a_restart_that_nobody_saw_going_down_gives_all_the_time_since_the_last_look() public {
        called(ID);
        uint40 start = uint40(block.timestamp); // the call looked at the feed
        uint40 deadline = registry.account(ID).deadline;
        sequencer.report(false, deadline + 500);
        vm.warp(deadline + 501);
        requireStatus(ID, Status.Called);
        vm.warp(deadline + 500 + 600 + (deadline - start));
        requireStatus(ID, Status.Called);
        vm.warp(deadline + 500 + 600 + (deadline - start) + 1);
        requireStatus(ID, Status.Presumed);
    }
}
