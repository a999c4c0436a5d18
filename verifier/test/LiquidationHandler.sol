// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CashPool} from "../src/CashPool.sol";
import {LiquidationAuction} from "../src/LiquidationAuction.sol";
import {Vault} from "../src/Vault.sol";
import {Account, Phase} from "../src/interfaces/IAccounts.sol";
import {Auction, Award, Settlement, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {AuctionFixture} from "./AuctionFixture.sol";
import {TestQuote} from "./TestQuote.sol";

/// @notice Random life of four accounts, an auction house and its capital. What may not happen is not tried, so
/// any revert is a fault. Proofs are of random declared outputs: the contracts must be safe for every book.
contract LiquidationHandler is AuctionFixture {
    uint64 internal constant ACCOUNTS = 4;

    uint256 public bookCash; // sum of the cash of all books [1e-6 quote]
    uint256 public settled; // settlements that were made
    uint256 public deficits; // of them, with a deficit
    uint256 public slashed; // winners
    uint64 private _nextLot = LOT;
    uint64 public lastAuction;
    uint256 private _withdrawals;
    mapping(uint64 auction => uint32) private _lowest; // factor of the latest bid

    constructor() {
        setUpAuction();
        for (uint64 i = 1; i <= ACCOUNTS; ++i) {
            open(i);
        }
        deposit(1e12);
        quote.mint(address(insurance), 2000e6);
    }

    /// @notice What the invariants look at.
    function parts() external view returns (LiquidationAuction, Vault, CashPool, TestQuote) {
        return (house, vault, cashPool, quote);
    }

    /// @notice Balances of everybody who can hold tokens. [1e-6 quote]
    function allTokens() external view returns (uint256 sum) {
        address[6] memory contracts = [
            address(house),
            address(vault),
            address(insurance),
            address(cashPool),
            address(registry),
            address(registry.holders())
        ];
        address[7] memory people = [BIDDER, RIVAL, SAVER, VENUE, CALLER, KEEPER, address(this)];
        for (uint256 i = 0; i < 6; ++i) {
            sum += quote.balanceOf(contracts[i]);
        }
        for (uint256 i = 0; i < 7; ++i) {
            sum += quote.balanceOf(people[i]);
        }
    }

    // Time and money

    function publishEpoch(uint16 wait) external {
        publishAfter(30 + wait % 1200, PRICE);
    }

    function deposit(uint256 amount) public {
        amount = 1 + amount % 1e12;
        vm.prank(SAVER);
        vault.deposit(1, amount);
        bookCash += amount;
    }

    function queueWithdrawal(uint256 amount) external {
        amount = 1 + amount % 1e9;
        if (amount > bookCash) return;
        vm.prank(VENUE);
        _withdrawals = vault.queueWithdrawal(1, SAVER, amount);
        bookCash -= amount;
    }

    function claim(uint256 which) external {
        if (vault.queued() == 0) return;
        vm.warp(block.timestamp + 2 days);
        uint256 rate = vault.creditRate();
        try vault.claim(1 + which % _withdrawals) {} catch {}
        vm.assertGe(vault.creditRate(), rate);
    }

    function repair(uint64 gift) external {
        quote.mint(address(insurance), gift % 1e8);
        if (vault.shortfall() > 0 && insurance.balance() > 0) insurance.repair();
    }

    function collect() external {
        if (registry.owed(address(insurance)) > 0) insurance.collect(address(registry));
    }

    // The cash pool

    function provideOrLeave(uint256 amount, bool leave) external {
        if (house.isBlocking()) return;
        address who = amount % 2 == 0 ? SAVER : RIVAL;
        vm.startPrank(who);
        if (leave) cashPool.askWithdrawal(1 + amount % 1e12);
        else cashPool.deposit(1 + amount % 1e9);
        vm.stopPrank();
    }

    function carryOut(bool saver) external {
        if (house.isBlocking()) return;
        address who = saver ? SAVER : RIVAL;
        (uint128 queued, uint40 since) = cashPool.queuedDeposit(who);
        if (queued > 0 && latest() > since) cashPool.activate(who);
        (uint128 asked, uint40 from) = cashPool.askedWithdrawal(who);
        if (asked > 0 && latest() > from) cashPool.withdraw(who);
    }

    // Accounts and auctions

    function fall(uint64 i) external {
        uint64 account = pick(i);
        Account memory a = registry.account(account);
        uint40 epoch = latest() - 1;
        if (a.phase != Phase.Open || epoch <= a.provenEpoch || epoch < a.commitEpoch) return;
        report(account, epoch);
        (uint256 bounty, uint256 owed) = (registry.bounty(account), registry.owed(KEEPER));
        uint64 id = house.start(account);
        lastAuction = id;
        _lowest[id] = 1e6;
        (bounty, owed) = (bounty - registry.bounty(account), registry.owed(KEEPER) - owed);
        vm.assertTrue(bounty == 0 ? owed == 0 : owed < bounty); // reward < penalty
    }

    function cure(uint64 i) external {
        uint64 account = pick(i);
        Account memory a = registry.account(account);
        bool may = a.phase != Phase.Awarded && latest() > a.provenEpoch && latest() >= a.commitEpoch;
        if (!may || (a.phase != Phase.Open && latest() < a.callEpoch)) return;
        prove(account, latest());
        uint64 id = house.auctionOf(account);
        if (id != 0 && house.auction(id).stage == Stage.Bidding) house.void(id);
    }

    function bidNow(uint64 i, uint32 target, uint16 wait, bool rival) external {
        (uint64 id, Auction memory a) = auctionFor(i, Stage.Bidding);
        if (id == 0) return;
        vm.warp(block.timestamp + wait % 3000);
        (uint32 factor, uint40 elapsed) = house.discountOf(id);
        if (elapsed < 300) vm.warp(block.timestamp + 300);
        (factor, elapsed) = house.discountOf(id);
        if (elapsed > 300 + 44_100) return giveUp(id, a);
        bidAt(id, target % 3 == 0 ? 9000 : TARGET, rival ? RIVAL : BIDDER);
        vm.assertEq(house.auction(id).discount, factor);
        vm.assertLe(factor, _lowest[id]); // never rises, whoever stalled before
        _lowest[id] = factor;
    }

    function settleNow(uint64 i, uint128 price, uint128 topUp, uint128 deficit, bool isInsolvent) external {
        (uint64 id, Auction memory a) = auctionFor(i, Stage.Awarded);
        if (id == 0) return;
        if (latest() == a.epoch) publishAfter(30, PRICE);
        Settlement memory s = slice(id);
        s.lotAccount = _nextLot++;
        s.lotCommitment = book(s.lotAccount, 1);
        (s.price, s.topUp) = (price % 1e10, topUp % 1e10);
        if (isInsolvent) (s.price, s.fraction, s.deficit) = (0, 1e6, 1 + deficit % 5e9);
        uint256 shortfall = vault.shortfall();
        uint256 assets = vault.assets();
        settle(id, s);
        bookCash += uint256(s.price) + s.topUp;
        ++settled;
        if (!isInsolvent) {
            vm.assertEq(vault.assets() - assets, uint256(s.price) + s.topUp);
            return;
        }
        ++deficits;
        // The order of capital: nobody shares a loss while pool or fund can pay.
        bool spent = cashPool.capacity() == 0 && insurance.balance() == 0;
        vm.assertTrue(vault.shortfall() <= shortfall || spent);
        vm.assertLe(uint256(s.topUp) - (vault.assets() - assets), s.deficit);
    }

    function stall(uint64 i) external {
        (uint64 id, Auction memory a) = auctionFor(i, Stage.Awarded);
        if (id == 0) return;
        if (latest() == a.epoch) publishAfter(30, PRICE);
        vm.warp(block.timestamp + 601);
        house.slash(id);
        ++slashed;
    }

    // Internal

    function pick(uint64 i) internal pure returns (uint64) {
        return 1 + i % ACCOUNTS;
    }

    function auctionFor(uint64 i, Stage stage) internal view returns (uint64 id, Auction memory a) {
        id = house.auctionOf(pick(i));
        a = house.auction(id);
        if (id == 0 || a.stage != stage) id = 0;
    }

    function bidAt(uint64 id, uint32 target, address who) internal {
        Award memory asked = terms(id, target);
        vm.prank(who);
        house.bid(id, asked);
    }

    function giveUp(uint64 id, Auction memory a) internal {
        vm.warp(block.timestamp + 3601);
        house.fail(id);
        id = house.start(a.account);
        lastAuction = id;
        _lowest[id] = 1e6;
    }
}
