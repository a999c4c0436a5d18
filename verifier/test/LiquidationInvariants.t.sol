// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CashPool} from "../src/CashPool.sol";
import {LiquidationAuction} from "../src/LiquidationAuction.sol";
import {Vault} from "../src/Vault.sol";
import {Auction, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {LiquidationHandler} from "./LiquidationHandler.sol";
import {Test} from "./Test.sol";
import {TestQuote} from "./TestQuote.sol";

/// @notice What holds after every step of `LiquidationHandler`. Reward below penalty, the order of capital and
/// the falling price are asserted in the steps themselves.
contract LiquidationInvariantsTest is Test {
    address internal constant BIDDER = address(0x80);
    address internal constant RIVAL = address(0x81);
    address internal constant SAVER = address(0x83);

    LiquidationHandler internal handler;
    LiquidationAuction internal house;
    Vault internal vault;
    CashPool internal pool;
    TestQuote internal quote;

    function setUp() public {
        handler = new LiquidationHandler();
        (house, vault, pool, quote) = handler.parts();
        targetContract(address(handler));
    }

    function invariant_money_is_conserved_to_the_unit_and_every_claim_is_covered() public view {
        requireAssetsAreTokens();
        requireNetCashIsBooksAndQueue();
        requireClaimsCovered();
        requireHouseHoldsBonds();
        requireCashPoolCanPay();
        requireNoTokenLost();
    }

    function test_a_random_life_reaches_settlements_deficits_cures_and_slashes() public {
        for (uint256 i = 0; i < 600; ++i) {
            uint256 dice = uint256(keccak256(abi.encode("life", i)));
            uint64 account = uint64(dice >> 8);
            if (dice % 8 == 0) {
                handler.fall(account);
            } else if (dice % 8 < 3) {
                handler.bidNow(account, uint32(dice >> 80), uint16(dice >> 120), dice % 3 == 0);
            } else if (dice % 8 < 5) {
                settleRandomly(account, dice);
            } else if (dice % 8 == 5) {
                handler.publishEpoch(uint16(dice >> 100));
            } else if (dice % 8 == 6) {
                handler.stall(account);
            } else if (dice % 64 == 7) {
                handler.cure(account);
            }
        }
        vm.assertGt(handler.settled(), 20);
        vm.assertGt(handler.deficits(), 10);
        vm.assertGt(handler.slashed(), 5);
        invariant_money_is_conserved_to_the_unit_and_every_claim_is_covered();
    }

    function settleRandomly(uint64 account, uint256 dice) internal {
        (uint128 price, uint128 topUp) = (uint128(dice >> 32), uint128(dice >> 64));
        handler.settleNow(account, price, topUp, uint128(dice >> 96), dice % 16 > 9);
    }

    function requireAssetsAreTokens() internal view {
        vm.assertEq(vault.assets(), quote.balanceOf(address(vault)));
    }

    function requireNetCashIsBooksAndQueue() internal view {
        vm.assertEq(vault.netCash(), handler.bookCash() + vault.queued());
    }

    function requireClaimsCovered() internal view {
        vm.assertLe((vault.creditRate() * vault.netCash()) >> 30, vault.assets());
    }

    function requireHouseHoldsBonds() internal view {
        uint256 bonds = house.owed(BIDDER) + house.owed(RIVAL);
        uint256 running;
        for (uint64 id = 1; id <= handler.lastAuction(); ++id) {
            Auction memory a = house.auction(id);
            if (a.stage == Stage.Awarded) bonds += a.bond;
            if (a.stage == Stage.Awarded || a.stage == Stage.Bidding) ++running;
        }
        vm.assertEq(quote.balanceOf(address(house)), bonds);
        vm.assertEq(house.running(), running);
    }

    function requireCashPoolCanPay() internal view {
        (uint128 first,) = pool.queuedDeposit(SAVER);
        (uint128 second,) = pool.queuedDeposit(RIVAL);
        uint256 left = pool.depositOf(SAVER) + pool.depositOf(RIVAL);
        vm.assertLe(left, pool.total());
        uint256 gains = pool.gainOf(SAVER) + pool.gainOf(RIVAL);
        vm.assertLe(pool.total() + gains + first + second, quote.balanceOf(address(pool)));
    }

    function requireNoTokenLost() internal view {
        vm.assertEq(handler.allTokens(), quote.totalSupply());
    }
}
