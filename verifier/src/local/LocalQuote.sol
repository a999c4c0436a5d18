// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Quote token of a local chain
/// @notice Anyone may mint it: it stands in for the real token where nothing has value.
contract LocalQuote is ERC20("Local quote", "QUOTE") {
    /// @notice Thrown when the chain is not a local one.
    /// @param chainId Its id.
    error ChainNotLocal(uint256 chainId);

    // Init

    constructor() {
        require(block.chainid == 31_337 || block.chainid == 1_337, ChainNotLocal(block.chainid));
    }

    // Actions

    /// @notice Mints to anyone.
    /// @param to Who gets it.
    /// @param amount How much [1e-6 quote].
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    // Views

    /// @notice Digits after the point: 1 quote is 10^6 units.
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
