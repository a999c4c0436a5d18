// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IHolderBonds} from "./interfaces/IHolderBonds.sol";
import {Credits} from "./registry/Credits.sol";

/// @title Bonds of opening holders
/// @notice Deployed by the registry, which alone may slash.
contract HolderBonds is IHolderBonds, Credits {
    struct HolderSlot {
        uint216 bond; // [1e-6 quote]
        uint40 exitReadyAt; // [unix, s] 0 = not leaving
    }

    uint256 private constant REWARD_PART = 10;

    // Immutables

    /// @notice The registry.
    address public immutable REGISTRY;

    /// @inheritdoc IHolderBonds
    address public immutable insurance;

    /// @inheritdoc IHolderBonds
    uint256 public immutable unit; // [1e-6 quote]

    uint40 private immutable EXIT; // [s]

    // Storage

    mapping(address => HolderSlot) private _holders;

    // Init

    constructor(IERC20 quote, address insurance_, uint96 unit_, uint40 exit) Credits(quote) {
        require(insurance_ != address(0), AddressZero());
        (REGISTRY, insurance, unit, EXIT) = (msg.sender, insurance_, unit_, exit);
    }

    // Actions

    /// @inheritdoc IHolderBonds
    function bondHolder(uint256 amount) external nonReentrant {
        HolderSlot storage slot = _holders[msg.sender];
        require(slot.exitReadyAt == 0, HolderLeaving(msg.sender));
        // The supply of a quote token bounds the sum far below 2^216.
        // forge-lint: disable-next-line(unsafe-typecast)
        slot.bond += uint216(amount);
        emit HolderBonded(msg.sender, slot.bond);
        _take(amount);
    }

    /// @inheritdoc IHolderBonds
    function announceHolderExit() external {
        HolderSlot storage slot = _holders[msg.sender];
        require(slot.exitReadyAt == 0, HolderLeaving(msg.sender));
        slot.exitReadyAt = uint40(block.timestamp) + EXIT;
        emit HolderExitAnnounced(msg.sender, slot.exitReadyAt);
    }

    /// @inheritdoc IHolderBonds
    function withdrawHolderBond() external {
        HolderSlot memory slot = _holders[msg.sender];
        bool ready = slot.exitReadyAt != 0 && block.timestamp >= slot.exitReadyAt;
        require(ready, HolderExitNotReady(msg.sender, slot.exitReadyAt));
        delete _holders[msg.sender];
        emit HolderBonded(msg.sender, 0);
        _credit(msg.sender, slot.bond);
    }

    /// @inheritdoc IHolderBonds
    function slash(address holder, address rewarded) external returns (uint256 amount) {
        require(msg.sender == REGISTRY, SenderNotRegistry(msg.sender));
        HolderSlot storage slot = _holders[holder];
        amount = slot.bond < unit ? slot.bond : unit;
        // forge-lint: disable-next-line(unsafe-typecast)
        slot.bond -= uint216(amount); // at most the bond
        emit HolderSlashed(holder, rewarded, amount);
        _credit(rewarded, amount / REWARD_PART);
        _credit(insurance, amount - amount / REWARD_PART);
    }

    // Views

    /// @inheritdoc IHolderBonds
    function requireBonded(address holder) external view {
        HolderSlot memory slot = _holders[holder];
        require(slot.exitReadyAt == 0, HolderLeaving(holder));
        require(slot.bond >= unit, HolderBondTooSmall(holder, slot.bond, unit));
    }

    /// @inheritdoc IHolderBonds
    function holderBondOf(address holder) external view returns (uint256 bond, uint40 exitReadyAt) {
        return (_holders[holder].bond, _holders[holder].exitReadyAt);
    }
}
