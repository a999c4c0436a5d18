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
        excludeFunction(address(handler), handler.help.selector);
    }

    function invariant_seizures_have_a_proof_and_money_is_conserved() public view {
        for (uint64 id = 0; id < 4; ++id) {
            noSeizureWithoutProof(id);
            noPresumptionBeforeSilence(id);
        }
        whatIsHeldIsOwed();
    }

    /// @dev After each run: in whatever state it ended, somebody honest can do something for every account.
    function afterInvariant() public {
        for (uint64 id = 0; id < 4; ++id) {
            handler.help(id);
        }
    }

    function noSeizureWithoutProof(uint64 id) private view {
        Status status = handler.statusOf(id);
        bool seized = status == Status.Liquidatable || status == Status.InAuction || status == Status.Awarded;
        // In this episode: an old proof says nothing about an account that was cured.
        if (seized) vm.assertEq(handler.shortIn(id), handler.accountOf(id).episode);
    }

    function noPresumptionBeforeSilence(uint64 id) private view {
        if (handler.statusOf(id) != Status.Presumed) return;
        Account memory a = handler.accountOf(id);
        vm.assertGt(a.deadline, 0);
        vm.assertGt(handler.clockNow(), a.deadline);
    }

    function whatIsHeldIsOwed() private view {
        (int256 accounts, int256 bonds) = handler.surplus();
        vm.assertEq(accounts, 0);
        vm.assertEq(bonds, 0);
    }
}
