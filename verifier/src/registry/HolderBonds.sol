// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {Credits} from "./Credits.sol";
import {RegistryConfig} from "./RegistryConfig.sol";

/// @title Bonds of opening holders
/// @notice An opening holder knows the books of the accounts that name it. One bond stands for all of them;
/// each slash takes one `holderBond`, or what is left.
abstract contract HolderBonds is RegistryConfig, Credits {
    struct HolderSlot {
        uint216 bond; // [1e-6 quote]
        uint40 exitReadyAt; // [unix, s] 0 = not leaving
    }

    uint256 private constant REWARD_PART = 10; // one tenth: a holder that slashes itself loses the rest

    // Immutables

    /// @inheritdoc IMarginRegistry
    address public immutable insurance;

    // Storage

    mapping(address => HolderSlot) private _holders;

    // Init

    constructor(address insurance_) {
        require(insurance_ != address(0), AddressZero());
        insurance = insurance_;
    }

    // Actions

    /// @inheritdoc IMarginRegistry
    function bondHolder(uint256 amount) external nonReentrant {
        HolderSlot storage slot = _holders[msg.sender];
        require(slot.exitReadyAt == 0, HolderLeaving(msg.sender));
        // The token's supply bounds the sum far below 2^216.
        slot.bond += uint216(amount);
        emit HolderBonded(msg.sender, slot.bond);
        _take(amount);
    }

    /// @inheritdoc IMarginRegistry
    function announceHolderExit() external {
        HolderSlot storage slot = _holders[msg.sender];
        require(slot.exitReadyAt == 0, HolderLeaving(msg.sender));
        slot.exitReadyAt = uint40(block.timestamp) + HOLDER_EXIT;
        emit HolderExitAnnounced(msg.sender, slot.exitReadyAt);
    }

    /// @inheritdoc IMarginRegistry
    function withdrawHolderBond() external {
        HolderSlot memory slot = _holders[msg.sender];
        require(
            slot.exitReadyAt != 0 && block.timestamp >= slot.exitReadyAt,
            HolderExitNotReady(msg.sender, slot.exitReadyAt)
        );
        delete _holders[msg.sender];
        emit HolderBonded(msg.sender, 0);
        _credit(msg.sender, slot.bond);
    }

    // Views

    /// @inheritdoc IMarginRegistry
    function holderBondOf(address holder) external view returns (uint256 bond, uint40 exitReadyAt) {
        return (_holders[holder].bond, _holders[holder].exitReadyAt);
    }

    // Internal

    function _requireHolder(address holder) internal view {
        HolderSlot memory slot = _holders[holder];
        require(slot.exitReadyAt == 0, HolderLeaving(holder));
        require(slot.bond >= HOLDER_BOND, HolderBondTooSmall(holder, slot.bond, HOLDER_BOND));
    }

    function _slash(address holder) internal returns (uint256 amount) {
        HolderSlot storage slot = _holders[holder];
        amount = slot.bond < HOLDER_BOND ? slot.bond : HOLDER_BOND;
        slot.bond -= uint216(amount);
        uint256 reward = amount / REWARD_PART;
        _credit(msg.sender, reward);
        _credit(insurance, amount - reward);
    }
}
