// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICredits} from "../interfaces/ICredits.sol";

/// @title Money in and out of a contract
/// @notice What comes in is counted as it arrives; what goes out was credited before and is fetched by who is
/// owed it, so that nobody's refusal to be paid can hold up an account.
abstract contract Credits is ICredits, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    // Immutables

    /// @notice The quote token.
    IERC20 public immutable QUOTE;

    // Storage

    mapping(address => uint256) private _owed; // [1e-6 quote]

    // Init

    constructor(IERC20 quote) {
        require(address(quote) != address(0), AddressZero());
        QUOTE = quote;
    }

    // Actions

    /// @inheritdoc ICredits
    function withdraw(address to) external nonReentrant {
        require(to != address(0), AddressZero());
        uint256 amount = _owed[msg.sender];
        require(amount != 0, NothingOwed(msg.sender));
        _owed[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        QUOTE.safeTransfer(to, amount);
    }

    // Views

    /// @inheritdoc ICredits
    function owed(address who) external view returns (uint256) {
        return _owed[who];
    }

    // Internal

    function _credit(address to, uint256 amount) internal {
        if (amount == 0) return;
        _owed[to] += amount;
        emit Credited(to, amount);
    }

    /// @dev The last thing an action does, under `nonReentrant`.
    function _take(uint256 amount) internal {
        uint256 before = QUOTE.balanceOf(address(this));
        QUOTE.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = QUOTE.balanceOf(address(this)) - before;
        require(received == amount, ReceivedLess(amount, received));
    }
}
