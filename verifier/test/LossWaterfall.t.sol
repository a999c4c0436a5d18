// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LossWaterfall} from "../src/LossWaterfall.sol";
import {Columns} from "./Columns.sol";

contract LossWaterfallTest is Columns {
    function test_agrees_with_python_on_every_vector() external {
        openTable("waterfalls");
        uint256[] memory loss = column("loss");
        uint256[] memory owner = column("owner");
        uint256[] memory pool = column("pool");
        uint256[] memory bidder = column("bidder");
        uint256[] memory insurance = column("insurance");
        uint256[][5] memory charged = [
            column("charged_owner"),
            column("charged_pool"),
            column("charged_bidder"),
            column("charged_insurance"),
            column("charged_socialised")
        ];
        for (uint256 i = 0; i < loss.length; ++i) {
            LossWaterfall.Charge memory c = LossWaterfall.charge(
                loss[i], LossWaterfall.Capital(owner[i], pool[i], bidder[i], insurance[i])
            );
            vm.assertEq(c.owner, charged[0][i]);
            vm.assertEq(c.pool, charged[1][i]);
            vm.assertEq(c.bidder, charged[2][i]);
            vm.assertEq(c.insurance, charged[3][i]);
            vm.assertEq(c.socialised, charged[4][i]);
        }
        vm.assertEq(loss.length, 400);
    }

    function testFuzz_X7_a_source_pays_only_when_those_before_it_are_empty(
        uint128 loss,
        uint128[4] memory capital
    ) external pure {
        LossWaterfall.Charge memory c = LossWaterfall.charge(
            loss, LossWaterfall.Capital(capital[0], capital[1], capital[2], capital[3])
        );
        vm.assertEq(c.owner + c.pool + c.bidder + c.insurance + c.socialised, loss);
        vm.assertTrue(c.pool == 0 || c.owner == capital[0]);
        vm.assertTrue(c.bidder == 0 || c.pool == capital[1]);
        vm.assertTrue(c.insurance == 0 || c.bidder == capital[2]);
        vm.assertTrue(c.socialised == 0 || c.insurance == capital[3]);
    }
}
