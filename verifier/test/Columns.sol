// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "./Test.sol";

/// @notice Reads the vectors that Python wrote: a JSON object of columns.
abstract contract Columns is Test {
    string private _table;

    function openTable(string memory name) internal {
        _table = vm.readFile(string.concat("test/vectors/", name, ".json"));
    }

    function column(string memory name) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(_table, string.concat(".", name));
    }
}
