// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {MarketOracle} from "../src/MarketOracle.sol";
import {
    FeedConfig,
    IMarketOracle,
    Publication,
    Rung,
    VarianceConfig
} from "../src/interfaces/IMarketOracle.sol";
import {OracleFixture} from "./OracleFixture.sol";

contract OracleControlTest is OracleFixture {
    function setUp() public {
        setUpOracle();
        publish(next(PRICE));
    }

    function schedule(bytes memory call_) internal returns (bytes32 change) {
        change = keccak256(call_);
        vm.prank(GOVERNOR);
        oracle.scheduleChange(change);
    }

    function ladderChange(Rung[] memory made) internal view returns (bytes memory) {
        return abi.encode(oracle.changeLadder.selector, made);
    }

    function signerChange(address[] memory made, uint8 quorum) internal view returns (bytes memory) {
        return abi.encode(oracle.changeSigners.selector, made, quorum);
    }

    function test_a_change_needs_its_notice_to_the_second() public {
        Rung[] memory made = rungs(2);
        bytes32 change = keccak256(ladderChange(made));
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ChangeNotReady.selector, change, 0));
        oracle.changeLadder(made);

        schedule(ladderChange(made));
        uint40 readyAt = uint40(block.timestamp) + 2 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ChangeNotReady.selector, change, readyAt));
        oracle.changeLadder(made);
        vm.warp(readyAt);
        oracle.changeLadder(made);
        vm.assertEq(oracle.ladder(2).length, 2);
    }

    function test_a_change_is_made_once() public {
        Rung[] memory made = rungs(2);
        bytes32 change = schedule(ladderChange(made));
        vm.warp(block.timestamp + 2 days);
        oracle.changeLadder(made);
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ChangeNotReady.selector, change, 0));
        oracle.changeLadder(made);
    }

    function test_a_withdrawn_change_is_not_made() public {
        Rung[] memory made = rungs(2);
        bytes32 change = schedule(ladderChange(made));
        vm.startPrank(GOVERNOR);
        oracle.cancelChange(change);
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ChangeNotReady.selector, change, 0));
        oracle.cancelChange(change);
        vm.stopPrank();
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ChangeNotReady.selector, change, 0));
        oracle.changeLadder(made);
    }

    function test_only_the_governor_announces() public {
        vm.expectPartialRevert(IAccessControl.AccessControlUnauthorizedAccount.selector);
        oracle.scheduleChange(bytes32(0));
        vm.expectPartialRevert(IAccessControl.AccessControlUnauthorizedAccount.selector);
        oracle.cancelChange(bytes32(0));
    }

    function test_F8_a_new_ladder_is_in_force_one_epoch_after_the_next() public {
        Rung[] memory made = rungs(2);
        made[0].paramsHash = 2001;
        schedule(ladderChange(made));
        vm.warp(block.timestamp + 2 days);
        oracle.changeLadder(made);
        vm.assertEq(oracle.rung(), 256);
        vm.assertEq(oracle.selectedParams(), 1001);
        publish(next(PRICE)); // the announced hash still holds
        vm.assertEq(oracle.rung(), 512);
        vm.assertEq(oracle.selectedParams(), 2001);
        vm.assertEq(oracle.snapshot(2).paramsRung, 256);
        publishAfter(60, PRICE);
        vm.assertEq(oracle.snapshot(3).paramsRung, 512);
    }

    function test_new_signers_replace_the_old_ones() public {
        address[] memory made = new address[](1);
        made[0] = vm.addr(keys[2]);
        schedule(signerChange(made, 1));
        vm.warp(block.timestamp + 2 days);
        oracle.changeSigners(made, 1);
        vm.assertFalse(oracle.isSigner(vm.addr(keys[0])));
        vm.assertTrue(oracle.isSigner(made[0]));
        vm.assertEq(oracle.quorum(), 1);
        refused(
            next(PRICE), abi.encodeWithSelector(IMarketOracle.SignerNotAccepted.selector, vm.addr(keys[0]))
        );
    }

    function test_signers_out_of_order_or_fewer_than_their_quorum_are_refused() public {
        address[] memory made = addresses(keys);
        (made[0], made[1]) = (made[1], made[0]);
        expectInvalid(made, 2);
        expectInvalid(addresses(keys), 4);
        expectInvalid(addresses(keys), 0);
        made = addresses(keys);
        made[1] = made[0];
        expectInvalid(made, 2);
    }

    function expectInvalid(address[] memory made, uint8 quorum) private {
        schedule(signerChange(made, quorum));
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(IMarketOracle.SignersInvalid.selector);
        oracle.changeSigners(made, quorum);
    }

    function test_a_ladder_that_does_not_increase_to_the_end_is_refused() public {
        expectInvalidLadder(new Rung[](0));
        Rung[] memory made = rungs(3);
        made[1].maxVariance = made[0].maxVariance;
        expectInvalidLadder(made);
        made = rungs(3);
        made[2].maxVariance -= 1;
        expectInvalidLadder(made);
    }

    function expectInvalidLadder(Rung[] memory made) private {
        schedule(ladderChange(made));
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(IMarketOracle.LadderInvalid.selector);
        oracle.changeLadder(made);
    }

    function test_a_configuration_out_of_range_is_refused() public {
        FeedConfig memory feed = feedRules();
        feed.minInterval = 0;
        expectInvalidRules(feed, varianceRules(), "minInterval");
        feed = feedRules();
        feed.silence = 29;
        expectInvalidRules(feed, varianceRules(), "silence");
        feed = feedRules();
        feed.cautionDeviation = 1001;
        expectInvalidRules(feed, varianceRules(), "cautionDeviation");
        VarianceConfig memory variance = varianceRules();
        variance.stressWeight = 10_001;
        expectInvalidRules(feedRules(), variance, "stressWeight");
        variance = varianceRules();
        variance.recall = 0;
        expectInvalidRules(feedRules(), variance, "recall");
    }

    function expectInvalidRules(FeedConfig memory feed, VarianceConfig memory variance, bytes32 field)
        private
    {
        address[] memory signers = addresses(keys);
        vm.expectRevert(abi.encodeWithSelector(IMarketOracle.ConfigInvalid.selector, field));
        new MarketOracle(feed, variance, GOVERNOR, signers, 2, rungs(1));
    }
}
