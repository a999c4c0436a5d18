// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {KeeperReward} from "../src/KeeperReward.sol";
import {Columns} from "./Columns.sol";

contract KeeperRewardTest is Columns {
    function test_agrees_with_python_on_every_vector() external {
        openTable("keeper_rewards");
        uint256[] memory margin = column("margin");
        uint256[] memory share = column("share");
        uint256[] memory minimum = column("minimum");
        uint256[] memory maximum = column("maximum");
        uint256[] memory cost = column("cost");
        uint256[] memory penalty = column("penalty");
        uint256[] memory bounty = column("bounty");
        uint256[] memory reward = column("reward");
        for (uint256 i = 0; i < reward.length; ++i) {
            KeeperReward.Terms memory terms = KeeperReward.Terms(
                uint16(margin[i]), uint16(share[i]), uint64(minimum[i]), uint64(maximum[i])
            );
            KeeperReward.validate(terms);
            vm.assertEq(KeeperReward.reward(terms, cost[i], penalty[i], bounty[i]), reward[i]);
        }
        vm.assertEq(reward.length, 400);
    }

    function testFuzz_a_reward_is_strictly_below_the_penalty(
        KeeperReward.Terms memory terms,
        uint128 cost,
        uint128 penalty,
        uint128 bounty
    ) external pure {
        terms.share %= 10_001;
        if (terms.minimum > terms.maximum) (terms.minimum, terms.maximum) = (terms.maximum, terms.minimum);
        uint256 amount = KeeperReward.reward(terms, cost, penalty, bounty);
        if (penalty == 0) vm.assertEq(amount, 0);
        else vm.assertLt(amount, penalty);
        vm.assertLe(amount, bounty);
        vm.assertLe(amount, terms.maximum);
    }

    function test_terms_that_cannot_be_met_are_refused() external {
        vm.expectRevert(KeeperReward.InvalidTerms.selector);
        this.validate(KeeperReward.Terms(0, 0, 2, 1));
        vm.expectRevert(KeeperReward.InvalidTerms.selector);
        this.validate(KeeperReward.Terms(0, 10_001, 0, 1));
    }

    function validate(KeeperReward.Terms calldata terms) external pure {
        KeeperReward.validate(terms);
    }
}
