// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Money that a contract owes
/// @notice Money moves by credit: who is owed something withdraws it. Money is in [1e-6 quote].
interface ICredits {
    event Credited(address indexed to, uint256 amount);
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice Thrown when the token delivered less than was sent (a fee on transfer).
    error ReceivedLess(uint256 sent, uint256 received);
    /// @notice Thrown when there is nothing to withdraw.
    error NothingOwed(address owner);
    /// @notice Thrown when an address that must be given is zero.
    error AddressZero();

    /// @notice Pays out what the sender is owed. Errors: NothingOwed, AddressZero.
    /// @param to Who receives it.
    function withdraw(address to) external;

    /// @notice [1e-6 quote] What `who` can withdraw.
    function owed(address who) external view returns (uint256);
}
