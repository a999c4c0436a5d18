// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Role} from "../interfaces/IAccounts.sol";
import {RegistryConfig} from "./RegistryConfig.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";

/// @title Roles that change with notice
/// @notice A new auction or authority shows for `roleDelay` before it has any power, so that owners can leave.
abstract contract RoleLock is RegistryConfig {
    struct RoleSlot {
        address holder;
        address next;
        uint40 readyAt; // [unix, s] 0 = nothing scheduled
    }

    // Storage

    mapping(Role => RoleSlot) private _roles;

    // Actions

    /// @inheritdoc IMarginRegistry
    function scheduleRole(Role which, address next) external {
        _requireRole(Role.Governance);
        require(next != address(0), AddressZero());
        RoleSlot storage slot = _roles[which];
        // A role that nobody ever had needs no notice: there is nothing yet to rely on.
        uint40 readyAt = uint40(block.timestamp) + (slot.holder == address(0) ? 0 : ROLE_DELAY);
        (slot.next, slot.readyAt) = (next, readyAt);
        emit RoleScheduled(which, next, readyAt);
    }

    /// @inheritdoc IMarginRegistry
    function applyRole(Role which) external {
        RoleSlot storage slot = _roles[which];
        uint40 readyAt = slot.readyAt;
        require(readyAt != 0 && block.timestamp >= readyAt, RoleNotReady(which, readyAt));
        _setRole(which, slot.next);
    }

    // Views

    /// @inheritdoc IMarginRegistry
    function role(Role which) external view returns (address holder, address next, uint40 readyAt) {
        RoleSlot storage slot = _roles[which];
        return (slot.holder, slot.next, slot.readyAt);
    }

    // Internal

    function _setRole(Role which, address holder) internal {
        _roles[which] = RoleSlot({holder: holder, next: address(0), readyAt: 0});
        emit RoleChanged(which, holder);
    }

    function _roleHolder(Role which) internal view returns (address) {
        return _roles[which].holder;
    }

    function _requireRole(Role which) internal view {
        require(msg.sender == _roles[which].holder, RoleMissing(which, msg.sender));
    }
}
