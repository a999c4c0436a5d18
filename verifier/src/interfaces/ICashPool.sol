// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Cash that pays for cash-settled slices and earns fees for it
/// @notice Depositors share each loss and each fee in proportion to what is left of their deposits
/// (`ProductSum`). A deposit works from the epoch after it was queued, a withdrawal is paid from the epoch
/// after it was asked for; both wait while an auction runs. Money is in [1e-6 quote].
interface ICashPool {
    event Queued(address indexed holder, uint256 amount, uint40 epoch);
    event Activated(address indexed holder, uint256 amount);
    event WithdrawalAsked(address indexed holder, uint256 amount, uint40 epoch);
    event Withdrawn(address indexed holder, uint256 amount, uint256 gain);
    event Absorbed(uint256 loss, uint256 paid);
    event Earned(uint256 gain);

    /// @notice Thrown when an amount is zero, or there is nothing to activate or withdraw.
    error AmountZero();
    /// @notice Thrown while an auction runs.
    error Blocked();
    /// @notice Thrown when the epoch of the request has not ended.
    error EpochNotEnded(uint40 requested, uint40 latest);

    /// @notice Queues a deposit. Errors: AmountZero, Blocked.
    function deposit(uint256 amount) external returns (uint256 received);
    /// @notice Puts a queued deposit to work; anyone. Errors: AmountZero, Blocked, EpochNotEnded.
    function activate(address holder) external;
    /// @notice Announces a withdrawal in place of an earlier one. Errors: AmountZero, Blocked.
    function askWithdrawal(uint256 amount) external;
    /// @notice Pays what was announced, at most what is left, and all gains; anyone, so that an announcement
    /// cannot be kept as an option to leave. Errors: AmountZero, Blocked, EpochNotEnded.
    function withdraw(address holder) external returns (uint256 amount, uint256 gain);

    /// @notice Pays as much of `loss` as the pool can into the vault. Role AUCTION.
    function absorb(uint256 loss) external returns (uint256 paid);
    /// @notice Takes a fee from the sender, for all depositors. Does nothing if there are none.
    /// @return received What arrived.
    function earn(uint256 fee) external returns (uint256 received);

    /// @notice The largest loss that the pool can pay.
    function capacity() external view returns (uint256);
    /// @notice What is left of all deposits.
    function total() external view returns (uint256);
    /// @notice What losses have left of a deposit.
    function depositOf(address holder) external view returns (uint256);
    /// @notice What a depositor has earned and not withdrawn.
    function gainOf(address holder) external view returns (uint256);
}
