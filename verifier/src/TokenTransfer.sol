// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Transfers of a token that may take a fee or return nothing.
library TokenTransfer {
    using SafeERC20 for IERC20;

    /// @notice Pulls `amount` from the sender, who has approved this contract; returns what arrived.
    /// @dev The caller holds a re-entrancy lock: the balance is read before and after.
    function take(IERC20 token, uint256 amount) internal returns (uint256 received) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        received = token.balanceOf(address(this)) - before;
    }

    /// @notice Sends `amount` to `to`; nothing if it is zero.
    function send(IERC20 token, address to, uint256 amount) internal {
        if (amount > 0) token.safeTransfer(to, amount);
    }
}
