// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {LiquidationAuction} from "../src/LiquidationAuction.sol";
import {Status} from "../src/interfaces/IAccounts.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Award, ILiquidationAuction, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {IMarginClock} from "../src/interfaces/IMarginClock.sol";
import {IMarginRegistry} from "../src/interfaces/IMarginRegistry.sol";
import {AuctionFixture} from "./AuctionFixture.sol";
import {ITransferHook} from "./TestQuote.sol";

/// @notice Bids, and bids again from inside the transfer of its bond.
contract GreedyBidder is ITransferHook {
    LiquidationAuction private _house;
    Award private _terms;
    uint64 private _id;

    function bid(LiquidationAuction house, uint64 id, Award calldata terms) external {
        (_house, _id, _terms) = (house, id, terms);
        house.QUOTE().approve(address(house), type(uint256).max);
        house.bid(id, terms);
    }

    function onTransfer(address, uint256) external {
        if (address(_house) != address(0)) _house.bid(_id, _terms);
    }
}

/// @notice From the start of an auction to its award.
contract LiquidationAuctionTest is AuctionFixture {
    function setUp() public {
        setUpAuction();
    }

    // Start

    function test_a_start_locks_the_account_and_pays_the_keeper_less_than_the_penalty() public {
        liquidatable(ID);
        vm.expectEmit();
        // Cost 0 at a base fee of 0, and a tenth of the penalty.
        emit ILiquidationAuction.KeeperRewarded(1, KEEPER, 5e6, 50e6);
        uint64 id = house.start(ID);
        requireStatus(ID, Status.InAuction);
        requireStage(id, Stage.Bidding);
        vm.assertEq(registry.owed(KEEPER), 5e6);
        vm.assertEq(registry.owed(address(insurance)), 45e6);
        vm.assertEq(registry.bounty(ID), 50e6);
        insurance.collect(address(registry));
        vm.assertEq(insurance.balance(), 45e6);
    }

    function test_an_account_that_no_shortfall_proof_has_hit_cannot_be_auctioned() public {
        healthy(ID);
        bytes4 wrong = IMarginRegistry.StatusWrong.selector;
        vm.expectRevert(abi.encodeWithSelector(wrong, ID, Status.Healthy));
        house.start(ID);
        vm.expectRevert(abi.encodeWithSelector(wrong, ID + 1, Status.None));
        house.start(ID + 1);
    }

    function test_an_account_has_one_auction_at_a_time() public {
        uint64 id = started(ID);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.AuctionRuns.selector, id));
        house.start(ID);
    }

    function test_no_auction_starts_while_nothing_adverse_may_happen() public {
        liquidatable(ID);
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(2);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.OracleLevelTooHigh.selector, 2, 1));
        house.start(ID);
    }

    function test_an_episode_pays_its_penalty_once() public {
        uint64 id = started(ID);
        vm.warp(block.timestamp + 300 + 44_100 + 3600 + 1);
        house.fail(id);
        requireStage(id, Stage.Failed);
        requireStatus(ID, Status.Liquidatable);
        house.start(ID);
        vm.assertEq(registry.bounty(ID), 50e6);
    }

    // Bids

    function test_only_the_pool_may_bid_in_its_windows() public {
        uint64 id = started(ID);
        refusedBid(id, BIDDER, abi.encodeWithSelector(ILiquidationAuction.PoolOnly.selector, 0));
        vm.warp(block.timestamp + 300 + 44_100 + 1);
        refusedBid(id, BIDDER, abi.encodeWithSelector(ILiquidationAuction.PoolOnly.selector, 44_401));
    }

    function test_after_the_last_window_nobody_may_bid() public {
        uint64 id = started(ID);
        vm.warp(block.timestamp + 48_001);
        bytes4 over = ILiquidationAuction.BiddingOver.selector;
        refusedBid(id, address(pool), abi.encodeWithSelector(over, 48_001, 48_000));
    }

    function test_an_auction_cannot_fail_before_its_end() public {
        uint64 id = started(ID);
        vm.warp(block.timestamp + 48_000);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.BiddingRuns.selector, 48_000, 48_000));
        house.fail(id);
    }

    function test_the_factor_falls_from_the_pools_along_the_curve() public {
        uint64 id = started(ID);
        uint40[5] memory times = [uint40(0), 300, 300 + 900, 300 + 900 + 21_600, 300 + 44_100];
        uint32[5] memory factors = [uint32(970_000), 950_000, 700_000, 350_000, 0];
        uint256 begun = block.timestamp;
        for (uint256 i = 0; i < 5; ++i) {
            vm.warp(begun + times[i]);
            (uint32 factor, uint40 elapsed) = house.discountOf(id);
            vm.assertEq(factor, factors[i]);
            vm.assertEq(elapsed, times[i]);
        }
    }

    function test_a_bid_freezes_factor_and_epoch_and_takes_the_bond() public {
        uint64 id = opened(ID);
        vm.warp(block.timestamp + 450);
        uint256 before = quote.balanceOf(BIDDER);
        bid(id, BIDDER);
        requireStatus(ID, Status.Awarded);
        vm.assertEq(house.auction(id).discount, 825_000);
        vm.assertEq(house.auction(id).epoch, latest());
        vm.assertEq(before - quote.balanceOf(BIDDER), 100e6 + 1e12 * 500 / 10_000);
    }

    function test_the_second_bid_is_too_late() public {
        uint64 id = opened(ID);
        Award memory asked = terms(id, TARGET);
        bid(id, BIDDER);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.StageWrong.selector, id, Stage.Awarded));
        vm.prank(RIVAL);
        house.bid(id, asked);
    }

    function test_the_owner_cannot_bid_for_its_own_account() public {
        uint64 id = opened(ID);
        refusedBid(id, owner, abi.encodeWithSelector(ILiquidationAuction.OwnerCannotBid.selector, owner));
    }

    function test_a_bid_for_another_version_or_epoch_is_refused() public {
        uint64 id = opened(ID);
        Award memory asked = terms(id, TARGET);
        asked.version = 2;
        refusedTerms(id, asked, abi.encodeWithSelector(ILiquidationAuction.VersionWrong.selector, 2, 1));
        asked = terms(id, TARGET);
        publishAfter(60, PRICE);
        bytes4 wrong = ILiquidationAuction.EpochWrong.selector;
        refusedTerms(id, asked, abi.encodeWithSelector(wrong, asked.epoch, asked.epoch + 1));
    }

    function test_a_bid_reaches_the_target_or_less_than_maintenance() public {
        uint64 id = opened(ID);
        bytes memory reason = abi.encodeWithSelector(ILiquidationAuction.TermsOutOfRange.selector);
        refusedTerms(id, terms(id, TARGET + 1), reason);
        refusedTerms(id, terms(id, 10_000), reason);
        Award memory asked = terms(id, TARGET);
        asked.maxFraction = 0;
        refusedTerms(id, asked, reason);
        asked.maxFraction = 1e6 + 1;
        refusedTerms(id, asked, reason);
    }

    function test_no_bid_is_taken_while_nothing_adverse_may_happen() public {
        uint64 id = opened(ID);
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(2);
        bytes4 high = ILiquidationAuction.OracleLevelTooHigh.selector;
        refusedBid(id, BIDDER, abi.encodeWithSelector(high, 2, 1));
    }

    function test_V5_a_bidder_cannot_reenter_from_the_transfer_of_its_bond() public {
        uint64 id = opened(ID);
        GreedyBidder greedy = new GreedyBidder();
        quote.mint(address(greedy), 1e14);
        quote.setHook(address(greedy));
        Award memory asked = terms(id, TARGET);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        greedy.bid(house, id, asked);
    }

    function test_V6_a_bond_that_arrives_short_is_refused() public {
        uint64 id = opened(ID);
        quote.setFee(100);
        uint256 bond = house.bondOf(id, 1e12);
        bytes4 less = ILiquidationAuction.ReceivedLess.selector;
        refusedBid(id, BIDDER, abi.encodeWithSelector(less, bond, bond - bond / 100));
    }

    function test_a_stopped_clock_stops_the_price() public {
        uint64 id = opened(ID);
        vm.warp(block.timestamp + 90);
        IMarginClock clock = registry.pauseClock();
        vm.prank(GUARDIAN);
        clock.pause();
        vm.warp(block.timestamp + 3600);
        (uint32 factor, uint40 elapsed) = house.discountOf(id);
        vm.assertEq(factor, 925_000);
        vm.assertEq(elapsed, 390);
    }

    function test_a_freeze_in_which_nobody_can_bid_lets_no_price_fall() public {
        uint64 id = opened(ID);
        vm.warp(block.timestamp + 90);
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(2); // for half an hour
        vm.warp(block.timestamp + 1800 + 345);
        (uint32 factor, uint40 elapsed) = house.discountOf(id);
        vm.assertEq(elapsed, 345);
        vm.assertEq(factor, 937_500);
        bid(id, BIDDER);
        vm.assertEq(house.auction(id).discount, 937_500);
    }

    function test_a_halt_that_the_governor_ends_lets_no_price_fall() public {
        uint64 id = opened(ID);
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(3);
        vm.warp(block.timestamp + 7200);
        vm.prank(GOVERNOR);
        oracle.resume();
        (uint32 factor, uint40 elapsed) = house.discountOf(id);
        vm.assertEq(elapsed, 0);
        vm.assertEq(factor, 970_000);
    }

    // Cures

    function test_S12_a_cure_before_the_award_voids_the_auction() public {
        uint64 id = opened(ID);
        prove(ID, latest());
        requireStatus(ID, Status.Healthy);
        bytes4 wrong = IMarginRegistry.StatusWrong.selector;
        refusedBid(id, BIDDER, abi.encodeWithSelector(wrong, ID, Status.Healthy));
        house.void(id);
        requireStage(id, Stage.Cured);
        vm.assertEq(house.running(), 0);
    }

    function test_S12_a_cure_after_the_award_is_refused() public {
        awarded(ID);
        uint40 epoch = latest();
        Proof memory proof = marginProof(ID, epoch);
        bytes4 wrong = IMarginRegistry.StatusWrong.selector;
        vm.expectRevert(abi.encodeWithSelector(wrong, ID, Status.Awarded));
        registry.prove(ID, epoch, proof);
    }

    function test_an_auction_whose_account_was_not_cured_cannot_be_voided() public {
        uint64 id = opened(ID);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationAuction.NotCured.selector, ID));
        house.void(id);
    }

    function test_S6_an_auction_of_an_earlier_episode_does_not_touch_a_later_one() public {
        uint64 first = opened(ID);
        prove(ID, latest());
        publishAfter(60, PRICE);
        publishAfter(60, PRICE);
        report(ID, latest() - 1);
        uint64 second = house.start(ID);
        requireStage(first, Stage.Cured);
        requireStage(second, Stage.Bidding);
        vm.assertEq(house.running(), 1);
        vm.assertEq(house.auctionOf(ID), second);
    }

    function test_a_cured_auction_that_reached_its_end_releases_nothing() public {
        uint64 id = opened(ID);
        prove(ID, latest());
        vm.warp(block.timestamp + 48_001);
        house.fail(id);
        requireStage(id, Stage.Cured);
    }

    // Internal

    function refusedBid(uint64 id, address bidder, bytes memory reason) internal {
        Award memory asked = terms(id, TARGET);
        vm.expectRevert(reason);
        vm.prank(bidder);
        house.bid(id, asked);
    }

    function refusedTerms(uint64 id, Award memory asked, bytes memory reason) internal {
        vm.expectRevert(reason);
        vm.prank(BIDDER);
        house.bid(id, asked);
    }
}
