// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Bonds of opening holders
/// @notice An opening holder knows the books of the accounts that name it, and must post margin or shortfall
/// when a call went unanswered. One bond stands for all its accounts; each slash takes one `unit`, or what is
/// left of the bond. Money is in [1e-6 quote].
interface IHolderBonds {
    event HolderBonded(address indexed holder, uint256 bond);
    event HolderExitAnnounced(address indexed holder, uint40 readyAt);
    event HolderSlashed(address indexed holder, address indexed rewarded, uint256 amount);

    /// @notice Thrown when an opening holder's bond is below what one account needs, both [1e-6 quote].
    error HolderBondTooSmall(address holder, uint256 bond, uint256 needed);
    /// @notice Thrown when an opening holder that announced its exit is named, bonded or announces again.
    error HolderLeaving(address holder);
    /// @notice Thrown when a bond is withdrawn before its notice is over (readyAt 0: none was given).
    error HolderExitNotReady(address holder, uint40 readyAt);
    /// @notice Thrown when the sender is not the registry.
    error SenderNotRegistry(address sender);

    /// @notice Adds to the sender's bond, from the sender. Errors: HolderLeaving, ReceivedLess.
    /// @param amount [1e-6 quote] What is added.
    function bondHolder(uint256 amount) external;

    /// @notice Gives notice that the sender ceases to be an opening holder; it stays slashable meanwhile.
    /// @dev Errors: HolderLeaving.
    function announceHolderExit() external;

    /// @notice Credits the sender's bond back. Errors: HolderExitNotReady.
    function withdrawHolderBond() external;

    /// @notice Takes one unit of a bond: a tenth is credited to `rewarded`, the rest to the insurance fund.
    /// @dev A tenth only, so that a holder that has itself slashed loses the rest. Errors: SenderNotRegistry.
    /// @return amount [1e-6 quote] What was taken.
    function slash(address holder, address rewarded) external returns (uint256 amount);

    /// @notice Reverts unless the holder may be named by an account. Errors: HolderLeaving, HolderBondTooSmall.
    function requireBonded(address holder) external view;

    /// @notice [1e-6 quote] Bond of an opening holder, and [unix, s] when its exit is ready (0: not leaving).
    function holderBondOf(address holder) external view returns (uint256 bond, uint40 exitReadyAt);

    /// @notice [1e-6 quote] Bond that a holder needs, and what one slash takes.
    function unit() external view returns (uint256);

    /// @notice Who is credited with what slashed holders lose.
    function insurance() external view returns (address);
}
