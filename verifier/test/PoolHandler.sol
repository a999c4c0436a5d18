// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PoolVault} from "../src/PoolVault.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Auction, Award, Settlement, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {IPoolVault} from "../src/interfaces/IPoolVault.sol";
import {AuctionFixture} from "./AuctionFixture.sol";
import {Simulator} from "./Simulator.sol";
import {TestQuote} from "./TestQuote.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice Random life of a pool with three holders that takes slices; its books are worth a random amount at
/// every pricing. What may not happen is not tried, so any revert is a fault.
contract PoolHandler is AuctionFixture {
    uint256 public pricings;
    uint256 public slices;
    uint64 private _account = ID;
    address[3] private _holders = [SAVER, RIVAL, BIDDER];

    constructor() {
        setUpAuction();
        come(0, 1e10);
    }

    function parts() external view returns (PoolVault, TestQuote) {
        return (pool, quote);
    }

    function publishEpoch(uint16 wait) external {
        publishAfter(30 + wait % 600, PRICE);
    }

    function come(uint256 i, uint256 amount) public {
        (uint128 waiting, uint40 since) = pool.deposits(who(i));
        if (house.isBlocking() || (waiting > 0 && since != latest())) return;
        vm.prank(who(i));
        pool.requestDeposit(1 + amount % 1e10);
    }

    function leave(uint256 i, uint256 shares) external {
        (uint128 waiting, uint40 since) = pool.redemptions(who(i));
        uint256 held = pool.balanceOf(who(i));
        if (house.isBlocking() || held == 0 || (waiting > 0 && since != latest())) return;
        vm.prank(who(i));
        pool.requestRedemption(1 + shares % held);
    }

    function priceNow(uint256 seed) external {
        if (house.isBlocking()) return;
        publishAfter(30, PRICE);
        uint64[] memory accounts = pool.accounts();
        uint256[] memory values = new uint256[](accounts.length);
        Proof[] memory proofs = new Proof[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            // Mostly gains and losses, now and then ruin.
            values[i] = (1 << 96) + (seed >> (8 * i)) % 1e10 - (seed % 16 == 0 ? 1e12 : 4e9);
            proofs[i] = Simulator.prove(TestKeys.nav(), pool.navSignals(accounts[i], latest(), values[i]), i);
        }
        pool.price(latest(), values, proofs);
        ++pricings;
    }

    function serve(uint256 i) external {
        (uint128 cash, uint40 epoch) = pool.deposits(who(i));
        (,,,, uint64 priced) = pool.buckets(epoch);
        if (cash > 0 && priced > 0) pool.serveDeposit(who(i)); // shares or a refund, at any time
        (uint128 shares, uint40 asked) = pool.redemptions(who(i));
        (,,,, priced) = pool.buckets(asked);
        if (shares == 0 || priced == 0) return;
        uint256 before = quote.balanceOf(who(i));
        // Free cash may be in the books; then it waits.
        try pool.serveRedemption(who(i)) returns (uint256 amount) {
            vm.assertEq(quote.balanceOf(who(i)) - before, amount);
        } catch (bytes memory reason) {
            vm.assertTrue(bytes4(reason) == IPoolVault.CashTooSmall.selector);
        }
    }

    function takeSlice(uint64 price, uint64 topUp, bool stalls) external {
        Award memory asked = Award(uint128(price) % 1e9, 1e6, TARGET, 1, 0);
        bool rich = pool.freeCash() > 3e9 && pool.accounts().length < 8;
        if (house.isBlocking() || !rich) return;
        uint64 id = started(++_account);
        asked.epoch = latest();
        vm.prank(MANAGER);
        pool.bid(id, asked);
        publishAfter(60, PRICE);
        if (stalls) return lose(id);
        Settlement memory s = slice(id);
        (s.price, s.topUp) = (asked.maxPrice, uint128(topUp) % 1e9);
        (Proof memory first, Proof memory second) = (liquidation(id, s), lotMargin(s));
        vm.prank(MANAGER);
        pool.settle(id, s, first, second);
        ++slices;
    }

    /// @notice Cash of the three that is not yet the pool's: not priced, or at a price that refunds it. [1e-6 quote]
    function requested() external view returns (uint256 cash) {
        for (uint256 i = 0; i < 3; ++i) {
            (uint128 waiting, uint40 epoch) = pool.deposits(_holders[i]);
            (,,,, uint64 priced) = pool.buckets(epoch);
            if (priced == 0 || isVoid(pool.pricing(priced - 1))) cash += waiting;
        }
    }

    function who(uint256 i) public view returns (address) {
        return _holders[i % 3];
    }

    function isVoid(IPoolVault.Pricing memory at) private pure returns (bool) {
        return at.supply > 1e18 * uint256(at.value);
    }

    function lose(uint64 id) private {
        vm.warp(block.timestamp + 601);
        house.slash(id);
        vm.warp(block.timestamp + 48_001);
        house.fail(id);
    }
}
