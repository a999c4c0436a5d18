// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Status} from "../src/interfaces/IAccounts.sol";
import {RegistryHandler} from "./RegistryHandler.sol";
import {Test} from "./Test.sol";

/// @notice What holds after any actions of anybody, with the real verifiers and oracle.
/// @dev What single actions may not do (move a deadline by a version, inherit a call, let a standing clock
/// advance) is asserted in the handler.
contract RegistryInvariantsTest is Test {
    RegistryHandler internal handler;

    function setUp() public {
        handler = new RegistryHandler();
        targetContract(address(handler));
    }

    function invariant_no_account_is_liquidatable_without_a_shortfall_proof_of_this_episode() public view {
        for (uint64 id = 0; id < 4; ++id) {
            Status status = handler.statusOf(id);
            bool seized =
                status == Status.Liquidatable || status == Status.InAuction || status == Status.Awarded;
            if (seized) vm.assertEq(handler.shortIn(id), handler.accountOf(id).episode);
        }
    }

    function invariant_no_account_is_presumed_before_its_call_went_unanswered() public view {
        for (uint64 id = 0; id < 4; ++id) {
            if (handler.statusOf(id) != Status.Presumed) continue;
            Account memory a = handler.accountOf(id);
            vm.assertGt(handler.clockNow(), a.deadline);
            vm.assertGt(a.deadline, 0);
        }
    }

    function invariant_what_is_held_is_what_is_owed() public view {
        (int256 accounts, int256 bonds) = handler.surplus();
        vm.assertEq(accounts, 0);
        vm.assertEq(bonds, 0);
    }

    function invariant_no_account_is_stuck() public {
        uint256 state = vm.snapshotState();
        for (uint64 id = 0; id < 4; ++id) {
            handler.help(id);
        }
        vm.revertToState(state);
    }
}
