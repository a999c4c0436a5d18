// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The fund between the auctions and everybody's cash
/// @notice Fed by liquidation fees, penalties and slashed bonds; pays deficits, then repairs a
/// socialised loss; only what exceeds the buffer target can be taken out. Money is in [1e-6 quote].
interface IInsuranceFund {
    event Covered(uint256 loss, uint256 paid);
    event Repaired(uint256 amount);
    event Skimmed(address indexed to, uint256 amount);
    event TargetChanged(uint256 target);

    /// @notice Thrown when nothing can be taken out: the buffer is not full, or a loss is not repaired.
    error NoSurplus(uint256 balance, uint256 target, uint256 shortfall);
    /// @notice Thrown when there is no loss to repair, or nothing to repair it with.
    error NothingToRepair();

    /// @notice Pays as much of `loss` as the fund has into the vault. Role AUCTION.
    /// @return paid The smaller of loss and balance.
    function cover(uint256 loss) external returns (uint256 paid);

    /// @notice Puts what the fund has into the vault until assets equal netCash; anyone.
    /// @dev Errors: NothingToRepair.
    function repair() external returns (uint256 paid);

    /// @notice Withdraws what a registry has credited to this fund; anyone.
    function collect(address registry) external;

    /// @notice Takes out what exceeds the target, while no loss is unrepaired. Role GOVERNOR. Errors: NoSurplus.
    function skim(address to) external returns (uint256 amount);

    /// @notice Sets the buffer target. Role GOVERNOR.
    function setTarget(uint256 target_) external;

    /// @notice What the fund has.
    function balance() external view returns (uint256);
    /// @notice What it should have.
    function target() external view returns (uint256);
}
