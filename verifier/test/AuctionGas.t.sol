// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Award, Settlement} from "../src/interfaces/ILiquidationAuction.sol";
import {AuctionFixture} from "./AuctionFixture.sol";

/// @notice Gas of whole transactions of an auction, as `RegistryGas` measures those of the registry. The limits
/// here are loose; tests/snapshots/gas.json has the figures.
contract AuctionGas is AuctionFixture {
    event Measured(string name, uint256 gas);

    function setUp() public {
        setUpAuction();
        // Storage that every later auction finds in use.
        vm.prank(SAVER);
        vault.deposit(1, 1e9);
        settle(awarded(ID - 1), slice(1));
    }

    function measured(string memory name, uint256 most) private {
        uint256 gas = vm.lastCallGas().gasTotalUsed;
        vm.assertLe(gas, most, name);
        emit Measured(name, gas);
    }

    function test_gas_of_start_bid_and_settle() public {
        liquidatable(ID);
        uint64 id = house.start(ID);
        measured("auctionStart", 450_000);
        vm.warp(block.timestamp + 300);
        Award memory asked = terms(id, TARGET);
        vm.prank(BIDDER);
        house.bid(id, asked);
        measured("auctionBid", 350_000);
        publishAfter(60, PRICE);
        Settlement memory s = slice(id);
        (Proof memory first, Proof memory second) = (liquidation(id, s), lotMargin(s));
        vm.prank(BIDDER);
        house.settle(id, s, first, second);
        measured("auctionSettle", 1_300_000);
    }

    function test_V8_gas_of_the_costliest_settlement_fits_a_block() public {
        provide(500e6);
        quote.mint(address(insurance), 300e6);
        uint64 id = awarded(ID);
        Settlement memory s = insolvent(id, 1000e6, 1500e6);
        (Proof memory first, Proof memory second) = (liquidation(id, s), lotMargin(s));
        vm.prank(BIDDER);
        house.settle(id, s, first, second);
        measured("auctionSettleDeficit", 1_500_000);
    }

    function test_gas_of_slashing_a_winner() public {
        uint64 id = awarded(ID);
        vm.warp(block.timestamp + 600);
        house.slash(id);
        measured("auctionSlash", 250_000);
    }
}
