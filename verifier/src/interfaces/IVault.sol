// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The quote token behind every account's cash
/// @notice What each account holds is hidden; two totals are public: `assets`, the tokens here, and
/// `netCash`, the sum of the cash of all books and of queued withdrawals. A loss that nobody covers
/// leaves assets below netCash, and every claim is then worth assets / netCash of its face.
/// Money is in [1e-6 quote].
interface IVault {
    /// @param received What arrived, less than what was sent if the token takes a fee.
    event Deposited(uint64 indexed account, address indexed from, uint256 received);
    event Contributed(address indexed from, uint256 received);
    event Credited(uint256 amount);
    /// @param shortfall netCash - assets after the loss.
    event LossSocialised(uint256 amount, uint256 shortfall);
    event WithdrawalQueued(uint256 indexed id, uint64 indexed account, address indexed to, uint256 amount);
    /// @param paid `amount` times the rate, rounded down.
    event WithdrawalPaid(uint256 indexed id, address indexed to, uint256 amount, uint256 paid);

    /// @notice Thrown when an amount is zero.
    error AmountZero();
    /// @notice Thrown when more is withdrawn than all books together hold.
    error ExceedsNetCash(uint256 amount, uint256 available);
    /// @notice Thrown when a withdrawal does not exist, or was paid.
    error WithdrawalUnknown(uint256 id);
    /// @notice Thrown when a withdrawal is claimed before its delay is over. [unix, s]
    error WithdrawalNotReady(uint256 id, uint40 readyAt);

    /// @notice Pays into an account; the book is credited by the settlement role's next advance.
    /// @dev Errors: AmountZero.
    /// @return received What arrived and was added to assets and netCash.
    function deposit(uint64 account, uint256 amount) external returns (uint256 received);

    /// @notice Adds to assets without a claim in return: cover for a loss, or its repair.
    /// @dev Errors: AmountZero.
    /// @return received What arrived.
    function contribute(uint256 amount) external returns (uint256 received);

    /// @notice Counts cash that a settlement has put into books, with `socialised` of it not covered by
    /// assets. Role AUCTION.
    function credit(uint256 amount, uint256 socialised) external;

    /// @notice Queues cash that the settlement role has taken out of a book. It shares losses until it is
    /// paid. Role SETTLEMENT. Errors: AmountZero, ExceedsNetCash.
    function queueWithdrawal(uint64 account, address to, uint256 amount) external returns (uint256 id);

    /// @notice Pays a queued withdrawal at the rate of now; anyone. Errors: WithdrawalUnknown, WithdrawalNotReady.
    /// @return paid What was sent.
    function claim(uint256 id) external returns (uint256 paid);

    /// @notice The quote token.
    function token() external view returns (address);
    /// @notice Tokens that back cash.
    function assets() external view returns (uint256);
    /// @notice Cash of all books and of queued withdrawals.
    function netCash() external view returns (uint256);
    /// @notice Part of `netCash` that waits in the queue.
    function queued() external view returns (uint256);
    /// @notice Part of `queued` that one receiver waits for, at face.
    function queuedOf(address to) external view returns (uint256);
    /// @notice netCash - assets, or 0.
    function shortfall() external view returns (uint256);
    /// @notice Worth of one unit of positive cash: min(1, assets / netCash), rounded down [2^-30].
    /// @dev The scale of a snapshot's credit rate, which signers multiply by this.
    function creditRate() external view returns (uint256);
    /// @notice What a claim would be paid now: amount * min(1, assets / netCash), rounded down.
    function worth(uint256 amount) external view returns (uint256);
}
