// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IMarketOracle, Publication} from "../src/interfaces/IMarketOracle.sol";
import {OracleFixture} from "./OracleFixture.sol";

contract MarketOracleBreakersTest is OracleFixture {
    uint40 internal constant FOR_EVER = type(uint40).max;

    function setUp() public {
        setUpOracle();
        publish(next(PRICE));
        publishAfter(60, PRICE);
    }

    function tripped(uint8 level, IMarketOracle.Cause cause, uint40 until) internal {
        vm.expectEmit();
        emit IMarketOracle.Tripped(level, cause, until);
    }

    /// @dev Publishes at the same price until a time has passed.
    function standStill(uint40 time, uint48 index) internal {
        for (uint40 i = 0; i < time / 60; ++i) {
            publishAfter(60, index);
        }
    }

    function test_a_market_that_stands_still_is_at_level_0() public view {
        vm.assertEq(oracle.level(), 0);
        vm.assertFalse(oracle.isHalted());
    }

    function test_an_index_away_from_its_average_by_more_than_3_percent_takes_no_new_risk() public {
        publishAfter(60, PRICE * 103 / 100);
        vm.assertEq(oracle.level(), 0);
        vm.warp(block.timestamp + 60);
        Publication memory publication = next(PRICE * 105 / 100);
        bytes[] memory signatures = signed(publication);
        tripped(1, IMarketOracle.Cause.Deviation, uint40(block.timestamp) + 600);
        oracle.publish(publication, DATA, signatures);
        vm.assertEq(oracle.level(), 1);
        vm.assertTrue(oracle.isUsableAgainst(oracle.latestEpoch() - 1));
    }

    function test_level_1_ends_by_itself_once_its_condition_is_gone() public {
        publishAfter(60, PRICE * 104 / 100);
        standStill(540, PRICE);
        vm.assertEq(oracle.level(), 1);
        publishAfter(60, PRICE);
        vm.assertEq(oracle.level(), 0);
    }

    function test_an_index_away_by_more_than_10_percent_freezes_what_is_adverse() public {
        publishAfter(60, PRICE * 111 / 100);
        vm.assertEq(oracle.level(), 2);
        vm.assertFalse(oracle.isUsableAgainst(oracle.latestEpoch() - 1));
    }

    function test_a_suspect_epoch_is_never_used_against_an_account() public {
        publishAfter(60, PRICE * 111 / 100);
        uint40 suspect = oracle.latestEpoch();
        vm.assertTrue(oracle.snapshot(suspect).suspect);
        vm.prank(GOVERNOR);
        oracle.resume();
        publishAfter(60, PRICE);
        vm.assertLt(oracle.level(), 2);
        vm.assertFalse(oracle.isUsableAgainst(suspect));
        vm.assertTrue(oracle.isUsableAgainst(suspect - 1));
    }

    function test_a_perp_mark_away_from_the_index_freezes_what_is_adverse() public {
        vm.warp(block.timestamp + 60);
        Publication memory publication = next(PRICE);
        publication.perpMark = PRICE * 94 / 100;
        publish(publication);
        vm.assertEq(oracle.level(), 0);
        vm.warp(block.timestamp + 60);
        publication = next(PRICE);
        publication.perpMark = PRICE * 106 / 100 + 1;
        bytes[] memory signatures = signed(publication);
        tripped(2, IMarketOracle.Cause.Basis, uint40(block.timestamp) + 1800);
        oracle.publish(publication, DATA, signatures);
        vm.assertEq(oracle.level(), 2);
    }

    function test_a_jump_of_more_than_a_quarter_halts_for_a_day() public {
        publishAfter(60, PRICE * 126 / 100);
        vm.assertTrue(oracle.isHalted());
        vm.warp(block.timestamp + 1 days - 1);
        vm.assertEq(oracle.level(), 3);
        vm.warp(block.timestamp + 1);
        vm.assertEq(oracle.level(), 2); // the feed is silent by now
    }

    function test_F11_a_silent_feed_is_at_level_2_and_stays_there_for_a_while_when_it_returns() public {
        vm.warp(block.timestamp + 300);
        vm.assertEq(oracle.level(), 0);
        vm.warp(block.timestamp + 1);
        vm.assertEq(oracle.level(), 2);
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        tripped(2, IMarketOracle.Cause.Silence, uint40(block.timestamp) + 1800);
        oracle.publish(publication, DATA, signatures);
        standStill(1740, PRICE);
        vm.assertEq(oracle.level(), 2);
        publishAfter(60, PRICE);
        vm.assertEq(oracle.level(), 0);
    }

    function test_anyone_may_latch_the_silence_of_a_feed_but_not_of_one_that_speaks() public {
        vm.warp(block.timestamp + 300);
        vm.expectRevert(IMarketOracle.EvidenceInsufficient.selector);
        oracle.tripSilence();
        vm.warp(block.timestamp + 1);
        oracle.tripSilence();
        vm.assertEq(oracle.levelUntil(2), uint40(block.timestamp) + 1800);
    }

    function test_a_level_that_holds_is_never_cut_short() public {
        publishAfter(60, PRICE * 126 / 100);
        uint40 until = oracle.levelUntil(3);
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(3);
        vm.assertEq(oracle.levelUntil(3), until);
        vm.warp(block.timestamp + 10);
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(3);
        vm.assertEq(oracle.levelUntil(3), until + 10);
    }

    function test_F5_two_signed_snapshots_of_one_instant_halt_until_the_governor_resumes() public {
        uint40 epoch = oracle.latestEpoch();
        Publication memory second = next(PRICE + 1);
        (second.epoch, second.timestamp) = (epoch, oracle.snapshot(epoch).timestamp);
        bytes[] memory signatures = signed(second);
        tripped(3, IMarketOracle.Cause.Equivocation, FOR_EVER);
        oracle.tripEquivocation(second, signatures);
        vm.assertTrue(oracle.snapshot(epoch).suspect);
        publishAfter(60, PRICE);
        vm.assertTrue(oracle.isHalted());
        vm.prank(GOVERNOR);
        oracle.resume();
        vm.assertEq(oracle.level(), 0);
    }

    function test_the_accepted_snapshot_is_no_evidence_against_itself() public {
        vm.warp(block.timestamp + 60);
        Publication memory publication = next(PRICE);
        publish(publication);
        bytes[] memory signatures = signed(publication);
        vm.expectRevert(IMarketOracle.EvidenceInsufficient.selector);
        oracle.tripEquivocation(publication, signatures);
    }

    function test_a_snapshot_that_was_signed_again_later_is_no_equivocation() public {
        uint40 epoch = oracle.latestEpoch();
        Publication memory late = next(PRICE + 1);
        (late.epoch, late.timestamp) = (epoch, oracle.snapshot(epoch).timestamp - 1);
        bytes[] memory signatures = signed(late);
        vm.expectRevert(IMarketOracle.EvidenceInsufficient.selector);
        oracle.tripEquivocation(late, signatures);
    }

    function test_evidence_without_a_quorum_is_refused() public {
        uint40 epoch = oracle.latestEpoch();
        Publication memory second = next(PRICE + 1);
        (second.epoch, second.timestamp) = (epoch, oracle.snapshot(epoch).timestamp);
        bytes[] memory one = new bytes[](1);
        one[0] = signature(keys[0], oracle.publicationDigest(second));
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.QuorumNotReached.selector, 1, 2));
        oracle.tripEquivocation(second, one);
    }

    function test_only_the_registry_reports_a_contradiction() public {
        bytes32 role = oracle.REPORTER_ROLE();
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, address(this), role
            )
        );
        oracle.tripContradiction();
        vm.prank(REGISTRY);
        oracle.tripContradiction();
        vm.assertEq(oracle.levelUntil(3), FOR_EVER);
    }

    function testFuzz_the_guardian_raises_levels_1_to_3_and_no_other(uint8 level) public {
        vm.startPrank(GUARDIAN);
        if (level >= 1 && level <= 3) {
            oracle.tripByGuardian(level);
            vm.assertEq(oracle.level(), level);
            return;
        }
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ConfigInvalid.selector, bytes32("level")));
        oracle.tripByGuardian(level);
    }

    function test_nobody_else_raises_or_ends_a_level_by_hand() public {
        bytes4 reason = IAccessControl.AccessControlUnauthorizedAccount.selector;
        vm.expectPartialRevert(reason);
        oracle.tripByGuardian(1);
        vm.prank(GUARDIAN);
        vm.expectPartialRevert(reason);
        oracle.resume();
    }

    function testFuzz_nothing_adverse_is_possible_at_level_2_or_above(uint8 level, uint40 wait) public {
        level = 2 + level % 2;
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(level);
        vm.warp(block.timestamp + wait % 2 days);
        bool usable = oracle.isUsableAgainst(1);
        vm.assertTrue(!usable || oracle.level() < 2);
    }
}
