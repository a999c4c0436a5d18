// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Vm} from "./Vm.sol";

/// @notice Base of every test contract: the cheat codes, and what forge asks of an invariant test.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    // forge finds these by name.
    // solhint-disable-next-line var-name-mixedcase
    bool public constant IS_TEST = true;

    address[] private _targets;

    function targetContract(address handler) internal {
        _targets.push(handler);
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }
}
