// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Status} from "../src/interfaces/IAccounts.sol";
import {IGroth16Verifier, Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Award, ILiquidationAuction, Settlement, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {IMarginClock} from "../src/interfaces/IMarginClock.sol";
import {Publication} from "../src/interfaces/IMarketOracle.sol";
import {AuctionFixture} from "./AuctionFixture.sol";

/// @notice From an award to its settlement, or to the next bidder.
contract LiquidationSettlementTest is AuctionFixture {
    function setUp() public {
        setUpAuction();
    }

    function test_a_settlement_moves_price_top_up_and_fee_to_the_unit() public {
        uint64 id = awarded(ID);
        uint256 before = quote.balanceOf(BIDDER) + house.auction(id).bond;
        settle(id, slice(id));
        requireStage(id, Stage.Settled);
        requireStatus(ID, Status.Healthy);
        vm.assertEq(registry.account(ID).version, 2);
        vm.assertEq(registry.account(LOT + id).owner, BIDDER);
        requireStatus(LOT + id, Status.Healthy);
        // 5 % of 800 is the fee: it refills the bounty.
        vm.assertEq(before - quote.balanceOf(BIDDER), 800e6 + 100e6 + 40e6);
        vm.assertEq(vault.assets(), 900e6);
        vm.assertEq(vault.netCash(), 900e6);
        vm.assertEq(registry.bounty(ID), 50e6 + 40e6);
        vm.assertEq(quote.balanceOf(address(house)), 0);
    }

    function test_a_fee_above_the_bounty_goes_to_cash_pool_and_insurance() public {
        provide(1000e6);
        uint64 id = awarded(ID);
        Settlement memory s = slice(id);
        s.price = 3000e6; // fee 150: 50 to the bounty, a fifth of 100 to the pool
        settle(id, s);
        vm.assertEq(registry.bounty(ID), 100e6);
        vm.assertEq(cashPool.gainOf(SAVER), 20e6);
        vm.assertEq(insurance.balance(), 80e6);
    }

    function test_the_remainder_is_bound_to_all_fourteen_signals() public {
        uint64 id = awarded(ID);
        Settlement memory s = slice(id);
        uint256[] memory signals = house.settlementSignals(id, s);
        vm.assertEq(signals[0], house.domain());
        vm.assertEq(signals[1], (uint256(ID) << 96) | (1 << 32) | 10_000);
        vm.assertEq(signals[2], book(ID, 1));
        vm.assertEq(signals[3], s.commitment);
        vm.assertEq(signals[4], s.lotCommitment);
        vm.assertEq(signals[5], oracle.snapshotHash(house.auction(id).epoch));
        vm.assertEq(signals[6], 800e6);
        vm.assertEq(signals[7], 400_000);
        vm.assertEq(signals[8], 950_000);
        vm.assertEq(signals[9], 0);
        vm.assertEq(signals[10], TARGET);
        vm.assertEq(signals[11], 0);
        vm.assertEq(signals[12], uint160(BIDDER));
        vm.assertEq(signals[13], 100e6);
        vm.assertEq(signals.length, 14);
    }

    function test_R9_a_declared_output_that_was_not_proven_is_refused() public {
        uint64 id = awarded(ID);
        Settlement memory s = slice(id);
        (Proof memory first, Proof memory second) = (liquidation(id, s), lotMargin(s));
        s.price -= 1;
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        vm.prank(BIDDER);
        house.settle(id, s, first, second);
    }

    function test_V7_a_copied_proof_serves_nobody_but_its_winner() public {
        uint64 id = awarded(ID);
        Settlement memory s = slice(id);
        (Proof memory first, Proof memory second) = (liquidation(id, s), lotMargin(s));
        bytes4 wrong = ILiquidationAuction.SenderNotWinner.selector;
        vm.expectRevert(abi.encodeWithSelector(wrong, RIVAL, BIDDER));
        vm.prank(RIVAL);
        house.settle(id, s, first, second);
        // Nor when the copier has become the winner: the proof names the other.
        vm.warp(block.timestamp + 601);
        house.slash(id);
        bid(id, RIVAL);
        publishAfter(60, PRICE);
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        vm.prank(RIVAL);
        house.settle(id, s, first, second);
    }

    function test_a_lot_below_the_initial_level_is_refused() public {
        uint64 id = awarded(ID);
        Settlement memory s = slice(id);
        Proof memory first = liquidation(id, s);
        // The liquidation's own proof is no margin proof.
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        vm.prank(BIDDER);
        house.settle(id, s, first, first);
    }

    function test_the_winners_limits_hold() public {
        uint64 id = opened(ID);
        Award memory asked = terms(id, TARGET);
        (asked.maxPrice, asked.maxFraction) = (800e6 - 1, 400_000);
        vm.prank(BIDDER);
        house.bid(id, asked);
        publishAfter(60, PRICE);
        Settlement memory s = slice(id);
        bytes4 high = ILiquidationAuction.PriceTooHigh.selector;
        refusedSettlement(id, s, abi.encodeWithSelector(high, 800e6, 800e6 - 1));
        (s.price, s.fraction) = (1, 400_001);
        bytes4 range = ILiquidationAuction.FractionOutOfRange.selector;
        refusedSettlement(id, s, abi.encodeWithSelector(range, 400_001, 1, 400_000));
        s.fraction = 0;
        refusedSettlement(id, s, abi.encodeWithSelector(range, 0, 1, 400_000));
    }

    function test_a_settlement_waits_for_the_next_epoch() public {
        uint64 id = opened(ID);
        bid(id, BIDDER);
        uint40 epoch = latest();
        bytes4 wrong = ILiquidationAuction.EpochWrong.selector;
        refusedSettlement(id, slice(id), abi.encodeWithSelector(wrong, epoch, epoch));
    }

    function test_a_price_may_not_come_with_a_deficit() public {
        uint64 id = awarded(ID);
        Settlement memory s = insolvent(id, 100e6, 200e6);
        s.price = 1;
        bytes memory reason = abi.encodeWithSelector(ILiquidationAuction.DeficitWrong.selector, 100e6);
        refusedSettlement(id, s, reason);
        (s.price, s.fraction) = (0, 999_999);
        refusedSettlement(id, s, reason);
    }

    // Partial slices

    function test_after_a_partial_slice_the_auction_goes_on_and_keeps_the_price_apart() public {
        uint64 id = opened(ID);
        vm.warp(block.timestamp + 90);
        Award memory asked = terms(id, 9000);
        vm.prank(BIDDER);
        house.bid(id, asked);
        publishAfter(60, PRICE);
        settle(id, slice(id));
        requireStage(id, Stage.Bidding);
        requireStatus(ID, Status.InAuction);
        vm.assertEq(registry.account(ID).version, 2);
        vm.assertEq(house.auction(id).reserved, 800e6);
        (uint32 factor, uint40 elapsed) = house.discountOf(id);
        vm.assertEq(elapsed, 390); // the award's time does not count
        vm.assertEq(factor, 925_000);
        bid(id, RIVAL);
        publishAfter(60, PRICE);
        Settlement memory s = slice(id);
        s.lotAccount = LOT + 500;
        s.lotCommitment = book(s.lotAccount, 1);
        vm.assertEq(house.settlementSignals(id, s)[9], 800e6);
        settle(id, s);
        requireStatus(ID, Status.Healthy);
        vm.assertEq(registry.account(ID).version, 3);
        vm.assertEq(vault.netCash(), 1800e6);
    }

    function test_between_two_slices_a_margin_proof_cures() public {
        uint64 id = opened(ID);
        Award memory asked = terms(id, 9000);
        vm.prank(BIDDER);
        house.bid(id, asked);
        publishAfter(60, PRICE);
        settle(id, slice(id));
        prove(ID, latest());
        requireStatus(ID, Status.Healthy);
        house.void(id);
        requireStage(id, Stage.Cured);
    }

    function test_an_account_found_insolvent_after_a_slice_keeps_nothing_apart() public {
        uint64 id = opened(ID);
        Award memory asked = terms(id, 9000);
        vm.prank(BIDDER);
        house.bid(id, asked);
        publishAfter(60, PRICE);
        settle(id, slice(id));
        bid(id, RIVAL);
        publishAfter(60, PRICE);
        vm.assertEq(house.settlementSignals(id, slice(id))[9], 800e6);
        vm.assertEq(house.settlementSignals(id, insolvent(id, 1, 0))[9], 0);
    }

    function test_a_partial_slice_has_a_least_size() public {
        uint64 id = opened(ID);
        Award memory asked = terms(id, 9000);
        vm.prank(BIDDER);
        house.bid(id, asked);
        publishAfter(60, PRICE);
        Settlement memory s = slice(id);
        s.fraction = 9999;
        bytes4 range = ILiquidationAuction.FractionOutOfRange.selector;
        refusedSettlement(id, s, abi.encodeWithSelector(range, 9999, 10_000, 1e6));
    }

    // Stalling

    function test_S13_a_winner_that_stalls_is_slashed_and_the_bidding_resumes_where_it_stood() public {
        uint64 id = opened(ID);
        vm.warp(block.timestamp + 90);
        bid(id, BIDDER);
        publishAfter(60, PRICE);
        uint256 bond = house.auction(id).bond;
        vm.warp(block.timestamp + 541);
        vm.prank(KEEPER);
        house.slash(id);
        vm.assertEq(quote.balanceOf(KEEPER), bond / 10);
        vm.assertEq(insurance.balance(), bond - bond / 10);
        requireStatus(ID, Status.InAuction);
        (uint32 factor,) = house.discountOf(id);
        vm.assertEq(factor, 925_000); // stalling bought no discount
        vm.assertEq(house.bondOf(id, 1e12), 2 * bond); // and the next stall costs twice as much
        bid(id, RIVAL);
        publishAfter(60, PRICE);
        settle(id, slice(id));
        vm.assertEq(registry.account(LOT + id).owner, RIVAL);
    }

    function test_F9_a_winner_has_until_its_deadline_and_settles_after_it_unless_slashed() public {
        uint64 id = opened(ID);
        bid(id, BIDDER);
        uint40 deadline = house.auction(id).deadline;
        publishAfter(600, PRICE);
        vm.expectRevert(
            abi.encodeWithSelector(ILiquidationAuction.WinnerHasTime.selector, deadline, deadline)
        );
        house.slash(id);
        publishAfter(60, PRICE);
        settle(id, slice(id));
        requireStage(id, Stage.Settled);
    }

    function test_a_winner_that_the_oracle_holds_up_gets_its_bond_back() public {
        uint64 id = awarded(ID);
        uint256 bond = house.auction(id).bond;
        vm.prank(GUARDIAN);
        oracle.tripByGuardian(3);
        bytes4 high = ILiquidationAuction.OracleLevelTooHigh.selector;
        refusedSettlement(id, slice(id), abi.encodeWithSelector(high, 3, 2));
        house.slash(id);
        vm.assertEq(house.owed(BIDDER), bond);
        uint256 before = quote.balanceOf(BIDDER);
        vm.prank(BIDDER);
        house.withdraw(BIDDER);
        vm.assertEq(quote.balanceOf(BIDDER) - before, bond);
    }

    function test_nothing_is_settled_under_an_epoch_that_was_found_suspect() public {
        uint64 id = opened(ID);
        vm.warp(block.timestamp + 60);
        Publication memory publication = next(PRICE);
        publish(publication);
        bid(id, BIDDER);
        publishAfter(60, PRICE);
        publication.rest += 1;
        oracle.tripEquivocation(publication, signed(publication));
        vm.prank(GOVERNOR);
        oracle.resume();
        uint40 epoch = publication.epoch;
        bytes memory reason = abi.encodeWithSelector(ILiquidationAuction.EpochSuspect.selector, epoch);
        refusedSettlement(id, slice(id), reason);
        uint256 bond = house.auction(id).bond;
        house.slash(id);
        vm.assertEq(house.owed(BIDDER), bond);
    }

    function test_an_award_whose_epoch_was_evicted_in_a_long_pause_is_undone() public {
        uint64 id = awarded(ID);
        uint256 bond = house.auction(id).bond;
        IMarginClock clock = registry.pauseClock();
        vm.prank(GUARDIAN);
        clock.pause();
        evict(house.auction(id).epoch);
        house.slash(id);
        vm.assertEq(house.owed(BIDDER), bond);
        requireStatus(ID, Status.InAuction);
        prove(ID, latest());
        requireStatus(ID, Status.Healthy);
    }

    function test_a_winner_is_not_excused_by_letting_its_epoch_go() public {
        uint64 id = awarded(ID);
        evict(house.auction(id).epoch);
        house.slash(id);
        vm.assertEq(house.owed(BIDDER), 0);
        vm.assertEq(house.auction(id).stalls, 1);
    }

    function evict(uint40 epoch) internal {
        while (oracle.snapshotHash(epoch) != 0) {
            publishAfter(30, PRICE);
        }
    }

    // Deficits

    function test_X4_a_deep_deficit_is_met_by_pool_then_insurance_then_everybody() public {
        provide(401e6); // 1 stays
        quote.mint(address(insurance), 300e6);
        vm.prank(SAVER);
        vault.deposit(1, 2000e6);
        uint64 id = awarded(ID);
        // 80 % at the start, all after an hour: 1000 * (0.8 + 0.2 * 300 / 3600)
        uint256 payout = 816_666_666;
        uint256 before = quote.balanceOf(BIDDER) + house.auction(id).bond;
        settle(id, insolvent(id, 1000e6, 1500e6));
        vm.assertEq(before - quote.balanceOf(BIDDER), 1500e6 - payout);
        vm.assertEq(cashPool.total(), 1e6);
        vm.assertEq(insurance.balance(), 0);
        vm.assertEq(vault.netCash(), 3500e6);
        vm.assertEq(vault.shortfall(), payout - 700e6);
        vm.assertEq(vault.creditRate(), (3500e6 - (payout - 700e6)) * (1 << 30) / 3500e6);
    }

    function test_X7_the_fund_is_not_touched_while_the_pool_can_pay() public {
        provide(5000e6);
        quote.mint(address(insurance), 300e6);
        uint64 id = awarded(ID);
        settle(id, insolvent(id, 1000e6, 1500e6));
        vm.assertEq(insurance.balance(), 300e6);
        vm.assertEq(vault.shortfall(), 0);
    }

    function test_a_payout_never_exceeds_the_top_up_nor_the_deficit() public {
        quote.mint(address(insurance), 1e12);
        uint64 id = started(ID);
        vm.warp(block.timestamp + 5000);
        bid(id, BIDDER);
        publishAfter(60, PRICE);
        uint256 before = quote.balanceOf(BIDDER) + house.auction(id).bond;
        settle(id, insolvent(id, 1000e6, 600e6));
        vm.assertEq(quote.balanceOf(BIDDER), before);
        vm.assertEq(insurance.balance(), 1e12 - 600e6);
    }

    // Oneself

    function test_liquidating_oneself_through_another_address_costs_money() public {
        vm.fee(30 gwei);
        uint64 id = awarded(ID); // KEEPER, BIDDER and the owner are one
        uint256 before = wealth() + 50e6 + house.auction(id).bond - registry.owed(KEEPER);
        settle(id, slice(id));
        // Price and top-up are cash in its own books.
        vm.assertLt(wealth() + 800e6 + 100e6, before);
    }

    function wealth() internal view returns (uint256) {
        return quote.balanceOf(BIDDER) + quote.balanceOf(owner) + registry.owed(KEEPER) + registry.bounty(ID);
    }
}
