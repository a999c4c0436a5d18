// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IInsuranceFund} from "./interfaces/IInsuranceFund.sol";
import {IMarginRegistry} from "./interfaces/IMarginRegistry.sol";
import {IVault} from "./interfaces/IVault.sol";

/// @title The fund between the auctions and everybody's cash
/// @dev See {IInsuranceFund}. What it has is its token balance: a gift is welcome.
contract InsuranceFund is IInsuranceFund, AccessControl, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    // --- Immutables ---

    bytes32 public constant AUCTION_ROLE = keccak256("AUCTION");
    bytes32 public constant GOVERNOR_ROLE = keccak256("GOVERNOR");

    IVault public immutable vault;
    IERC20 private immutable _token;

    // --- Storage ---

    uint256 public target; // buffer target [1e-6 quote]

    // --- Init ---

    constructor(IVault vault_, address admin, uint256 target_) {
        vault = vault_;
        _token = IERC20(vault_.token());
        target = target_;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(GOVERNOR_ROLE, admin);
    }

    // --- Actions ---

    /// @inheritdoc IInsuranceFund
    function cover(uint256 loss) external onlyRole(AUCTION_ROLE) nonReentrant returns (uint256 paid) {
        paid = _pay(Math.min(loss, balance()));
        emit Covered(loss, paid);
    }

    /// @inheritdoc IInsuranceFund
    function repair() external nonReentrant returns (uint256 paid) {
        paid = Math.min(vault.shortfall(), balance());
        require(paid > 0, NothingToRepair());
        _pay(paid);
        emit Repaired(paid);
    }

    /// @inheritdoc IInsuranceFund
    function collect(address registry) external nonReentrant {
        IMarginRegistry(registry).withdraw(address(this));
    }

    /// @inheritdoc IInsuranceFund
    function skim(address to) external onlyRole(GOVERNOR_ROLE) nonReentrant returns (uint256 amount) {
        uint256 held = balance();
        uint256 missing = vault.shortfall();
        require(held > target && missing == 0, NoSurplus(held, target, missing));
        amount = held - target;
        emit Skimmed(to, amount);
        _token.safeTransfer(to, amount);
    }

    /// @inheritdoc IInsuranceFund
    function setTarget(uint256 target_) external onlyRole(GOVERNOR_ROLE) {
        target = target_;
        emit TargetChanged(target_);
    }

    // --- Views ---

    /// @inheritdoc IInsuranceFund
    function balance() public view returns (uint256) {
        return _token.balanceOf(address(this));
    }

    // --- Internal ---

    /// @return received What arrived in the vault: the part that covers.
    function _pay(uint256 amount) private returns (uint256 received) {
        if (amount == 0) return 0;
        _token.forceApprove(address(vault), amount);
        received = vault.contribute(amount);
    }
}
