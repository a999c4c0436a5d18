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
    Selectors[] private _excluded;

    /// @notice Functions of a contract; forge calls it FuzzSelector.
    struct Selectors {
        address target;
        bytes4[] selectors;
    }

    function targetContract(address handler) internal {
        _targets.push(handler);
    }

    /// @dev Keeps a function of the handler, which the test itself calls, out of the game.
    function excludeFunction(address handler, bytes4 selector) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        _excluded.push(Selectors(handler, selectors));
    }

    function excludeSelectors() public view returns (Selectors[] memory) {
        return _excluded;
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }
}
