// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IInsuranceFund} from "../src/interfaces/IInsuranceFund.sol";
import {AuctionFixture} from "./AuctionFixture.sol";

contract InsuranceFundTest is AuctionFixture {
    function setUp() public {
        setUpAuction();
    }

    function test_it_repairs_a_socialised_loss_and_no_more() public {
        socialise(500e6);
        quote.mint(address(insurance), 200e6);
        insurance.repair();
        vm.assertEq(vault.shortfall(), 300e6);
        quote.mint(address(insurance), 1000e6);
        insurance.repair();
        vm.assertEq(vault.shortfall(), 0);
        vm.assertEq(insurance.balance(), 700e6);
        vm.expectRevert(IInsuranceFund.NothingToRepair.selector);
        insurance.repair();
    }

    function test_only_what_exceeds_the_target_can_be_taken() public {
        quote.mint(address(insurance), 1000e6);
        refusedSkim(1000e6, 0);
        quote.mint(address(insurance), 5e6);
        vm.prank(GOVERNOR);
        insurance.skim(GOVERNOR);
        vm.assertEq(quote.balanceOf(GOVERNOR), 5e6);
        vm.assertEq(insurance.balance(), 1000e6);
    }

    function test_nothing_can_be_taken_while_a_loss_is_not_repaired() public {
        socialise(1);
        quote.mint(address(insurance), 5000e6);
        refusedSkim(5000e6, 1);
    }

    function test_only_the_auction_spends_it_and_only_the_governor_skims() public {
        bytes4 selector = IAccessControl.AccessControlUnauthorizedAccount.selector;
        bytes32 role = insurance.AUCTION_ROLE();
        vm.expectRevert(abi.encodeWithSelector(selector, GOVERNOR, role));
        vm.prank(GOVERNOR);
        insurance.cover(1);
        role = insurance.GOVERNOR_ROLE();
        vm.expectRevert(abi.encodeWithSelector(selector, SAVER, role));
        vm.prank(SAVER);
        insurance.skim(SAVER);
        vm.expectRevert(abi.encodeWithSelector(selector, SAVER, role));
        vm.prank(SAVER);
        insurance.setTarget(0);
    }

    /// @dev A deficit that nothing but everybody's cash stands behind.
    function socialise(uint256 loss) internal {
        vm.prank(address(house));
        vault.credit(loss, loss);
    }

    function refusedSkim(uint256 held, uint256 missing) internal {
        bytes4 none = IInsuranceFund.NoSurplus.selector;
        vm.expectRevert(abi.encodeWithSelector(none, held, insurance.target(), missing));
        vm.prank(GOVERNOR);
        insurance.skim(GOVERNOR);
    }
}
