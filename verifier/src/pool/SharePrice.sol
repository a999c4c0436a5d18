// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPoolVault} from "../interfaces/IPoolVault.sol";

/// @title What shares are worth at one pricing
/// @notice Rounded against whoever comes or goes: price up on mint, down on burn. A million virtual share
/// units, worth next to nothing, make it pointless to donate so that the first deposit rounds to no share.
library SharePrice {
    uint256 internal constant VIRTUAL = 1e6; // [1e-12 share]
    uint256 internal constant CHEAPEST = 1e18; // shares that a unit of value may stand for [1e-12 share per 1e-6 quote]

    /// @notice Shares for cash, rounded down; a share costs (value + 1) / (supply + VIRTUAL). [1e-12 share]
    function minted(IPoolVault.Pricing memory at, uint256 cash) internal pure returns (uint256) {
        return Math.mulDiv(cash, uint256(at.supply) + VIRTUAL, uint256(at.value) + 1);
    }

    /// @notice Cash for shares, rounded down; a share pays value / (supply + VIRTUAL). [1e-6 quote]
    function redeemed(IPoolVault.Pricing memory at, uint256 shares) internal pure returns (uint256) {
        return Math.mulDiv(shares, at.value, uint256(at.supply) + VIRTUAL);
    }

    /// @notice Whether next to nothing is behind the shares: nobody comes or goes at such a price.
    /// @dev So shares stay below 2^128 until 2^68 [1e-6 quote] were deposited, however often a pool is ruined.
    function isVoid(IPoolVault.Pricing memory at) internal pure returns (bool) {
        return at.supply > uint256(at.value) * CHEAPEST;
    }
}
