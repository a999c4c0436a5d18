// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CashPool} from "../src/CashPool.sol";
import {InsuranceFund} from "../src/InsuranceFund.sol";
import {KeeperReward} from "../src/KeeperReward.sol";
import {LiquidationAuction} from "../src/LiquidationAuction.sol";
import {PoolVault} from "../src/PoolVault.sol";
import {PriceCurve} from "../src/PriceCurve.sol";
import {Vault} from "../src/Vault.sol";
import {Role} from "../src/interfaces/IAccounts.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Auction, AuctionParams, Award, Settlement, Stage} from "../src/interfaces/ILiquidationAuction.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {Simulator} from "./Simulator.sol";
import {LiquidateTestVerifier} from "./generated/LiquidateTestVerifier.sol";
import {NavTestVerifier} from "./generated/NavTestVerifier.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice An auction house over the real registry, oracle and verifiers, with vault, pools and insurance.
abstract contract AuctionFixture is RegistryFixture {
    address internal constant BIDDER = address(0x80);
    address internal constant RIVAL = address(0x81);
    address internal constant MANAGER = address(0x82); // of the pool
    address internal constant SAVER = address(0x83); // depositor of both pools
    uint64 internal constant LOT = 1000;
    uint32 internal constant TARGET = 12_000; // [bps]

    LiquidationAuction internal house;
    Vault internal vault;
    InsuranceFund internal insurance;
    CashPool internal cashPool;
    PoolVault internal pool;

    function setUpAuction() internal {
        setUpRegistry();
        vault = new Vault(quote, GOVERNOR, 2 days);
        insurance = new InsuranceFund(vault, GOVERNOR, 1000e6);
        cashPool = new CashPool(vault, oracle, GOVERNOR);
        pool = new PoolVault(registry, oracle, vault, new NavTestVerifier(), MANAGER);
        house = new LiquidationAuction(
            registry,
            oracle,
            new LiquidateTestVerifier(),
            vault,
            cashPool,
            insurance,
            address(pool),
            auctionParams()
        );
        vm.prank(MANAGER);
        pool.setAuction(house);
        grantRoles();
        address[4] memory rich = [BIDDER, RIVAL, SAVER, VENUE];
        for (uint256 i = 0; i < 4; ++i) {
            quote.mint(rich[i], 1e14);
            approve(rich[i]);
        }
    }

    function grantRoles() private {
        vm.startPrank(GOVERNOR);
        cashPool.setAuction(house);
        vault.grantRole(vault.AUCTION_ROLE(), address(house));
        vault.grantRole(vault.SETTLEMENT_ROLE(), VENUE);
        insurance.grantRole(insurance.AUCTION_ROLE(), address(house));
        registry.scheduleRole(Role.Auction, address(house));
        vm.stopPrank();
        vm.warp(block.timestamp + 2 days);
        registry.applyRole(Role.Auction);
        publish(next(PRICE));
    }

    function approve(address who) internal {
        vm.startPrank(who);
        quote.approve(address(house), type(uint256).max);
        quote.approve(address(vault), type(uint256).max);
        quote.approve(address(cashPool), type(uint256).max);
        quote.approve(address(pool), type(uint256).max);
        vm.stopPrank();
    }

    function auctionParams() internal pure virtual returns (AuctionParams memory p) {
        p.curve = PriceCurve.Curve(PriceCurve.Shape.TwoPhaseLinear, 950_000, 700_000, 900, 44_100, 0, 0);
        (p.poolFactor, p.poolWindow, p.backstopWindow, p.settleWindow) = (970_000, 300, 3600, 600);
        (p.target, p.minFraction, p.fee, p.poolShare) = (TARGET, 10_000, 500, 2000);
        (p.bountyTarget, p.penalty, p.bond) = (100e6, 50e6, 100e6);
        (p.bondShare, p.slashShare, p.payoutStart, p.payoutLength) = (500, 1000, 8000, 3600);
        (p.maxBlock, p.keeperGas, p.nativePrice) = (1 days, 600_000, 2000e6);
        p.keeper = KeeperReward.Terms(3000, 1000, 1e6, 30e6);
    }

    // Steps

    function started(uint64 account) internal returns (uint64 id) {
        liquidatable(account);
        id = house.start(account);
    }

    /// @dev Past the pool's window.
    function opened(uint64 account) internal returns (uint64 id) {
        id = started(account);
        vm.warp(block.timestamp + 300);
    }

    function terms(uint64 id, uint32 target) internal view returns (Award memory) {
        return Award(1e12, 1e6, target, house.auction(id).version, latest());
    }

    function bid(uint64 id, address bidder) internal {
        Award memory asked = terms(id, TARGET);
        vm.prank(bidder);
        house.bid(id, asked);
    }

    /// @dev Opened, won by BIDDER, and one epoch later.
    function awarded(uint64 account) internal returns (uint64 id) {
        id = opened(account);
        bid(id, BIDDER);
        publishAfter(60, PRICE);
    }

    /// @dev A slice of 40 % for 800 with a top-up of 100.
    function slice(uint64 id) internal view returns (Settlement memory s) {
        Auction memory a = house.auction(id);
        (s.price, s.fraction, s.topUp) = (800e6, 400_000, 100e6);
        s.commitment = book(a.account, a.version + 1);
        (s.lotAccount, s.lotHolder, s.lotEpoch) = (LOT + id, VENUE, latest());
        s.lotCommitment = book(s.lotAccount, registry.account(s.lotAccount).version + 1);
    }

    /// @dev The whole of an account that is insolvent by `deficit`.
    function insolvent(uint64 id, uint128 deficit, uint128 topUp)
        internal
        view
        returns (Settlement memory s)
    {
        s = slice(id);
        (s.price, s.fraction, s.deficit, s.topUp) = (0, 1e6, deficit, topUp);
    }

    function liquidation(uint64 id, Settlement memory s) internal view returns (Proof memory) {
        return Simulator.prove(TestKeys.liquidate(), house.settlementSignals(id, s), id);
    }

    function lotMargin(Settlement memory s) internal view returns (Proof memory) {
        (uint256 domain,) = registry.domains();
        uint256[] memory signals = new uint256[](4);
        uint64 version = registry.account(s.lotAccount).version + 1;
        signals[0] = domain;
        signals[1] = (uint256(s.lotAccount) << 96) | (uint256(version) << 32) | INITIAL;
        (signals[2], signals[3]) = (s.lotCommitment, oracle.snapshotHash(s.lotEpoch));
        return Simulator.prove(TestKeys.margin(), signals, version);
    }

    function settle(uint64 id, Settlement memory s) internal {
        Proof memory first = liquidation(id, s);
        Proof memory second = lotMargin(s);
        vm.prank(house.auction(id).winner);
        house.settle(id, s, first, second);
    }

    /// @dev Expects the winner's settlement to be refused.
    function refusedSettlement(uint64 id, Settlement memory s, bytes memory reason) internal {
        Proof memory first = liquidation(id, s);
        Proof memory second = lotMargin(s);
        address winner = house.auction(id).winner;
        vm.expectRevert(reason);
        vm.prank(winner);
        house.settle(id, s, first, second);
    }

    /// @dev SAVER's deposit in the cash pool, at work.
    function provide(uint256 amount) internal {
        vm.prank(SAVER);
        cashPool.deposit(amount);
        publishAfter(60, PRICE);
        cashPool.activate(SAVER);
    }

    function requireStage(uint64 id, Stage stage) internal view {
        vm.assertEq(uint256(house.auction(id).stage), uint256(stage));
    }
}
