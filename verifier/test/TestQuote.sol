// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Hears of every transfer to it; what a token with hooks would call.
interface ITransferHook {
    function onTransfer(address from, uint256 amount) external;
}

/// @notice A quote token of 6 decimals that anyone may mint, with the vices that real tokens have: a fee, hooks.
contract TestQuote is ERC20("Test quote", "TQ") {
    uint256 public fee; // [bps]
    address public hooked;

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(uint256 bps) external {
        fee = bps;
    }

    /// @dev Transfers from and to this address call it.
    function setHook(address target) external {
        hooked = target;
    }

    function _update(address from, address to, uint256 amount) internal override {
        uint256 lost = from == address(0) ? 0 : amount * fee / 10_000;
        super._update(from, to, amount - lost);
        if (lost != 0) super._update(from, address(0), lost);
        if (hooked != address(0) && (from == hooked || to == hooked)) {
            ITransferHook(hooked).onTransfer(from, amount);
        }
    }
}
