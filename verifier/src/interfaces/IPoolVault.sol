// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Proof} from "./IGroth16Verifier.sol";
import {Award, ILiquidationAuction, Settlement} from "./ILiquidationAuction.sol";

/// @title Shares of a pool that takes slices of liquidated accounts
/// @notice The pool owns ordinary accounts, as private as any. Once in a while a `nav` proof of each at one
/// epoch prices the shares: ceil on mint, floor on burn. What is queued in one epoch is priced in a later one,
/// and nothing is queued or priced while an auction runs. Money is in [1e-6 quote], shares in [1e-12 share].
interface IPoolVault {
    /// @notice One pricing of all shares.
    /// @param epoch Epoch of the nav proofs.
    /// @param value [1e-6 quote] Of all accounts and free cash, less what is owed; 0 if none is left.
    /// @param supply [1e-12 share] Shares that it was divided by.
    struct Pricing {
        uint40 epoch;
        uint128 value;
        uint128 supply;
    }

    event DepositQueued(address indexed holder, uint256 received, uint40 epoch);
    event RedemptionQueued(address indexed holder, uint256 shares, uint40 epoch);
    event Priced(uint256 indexed pricing, uint40 epoch, uint256 value, uint256 supply);
    event DepositServed(address indexed holder, uint256 amount, uint256 shares);
    event RedemptionServed(address indexed holder, uint256 shares, uint256 amount);
    event AccountAdded(uint64 indexed account);
    event AccountRemoved(uint64 indexed account);
    event Funded(uint64 indexed account, uint256 amount);

    /// @notice Thrown when an amount is zero.
    error AmountZero();
    /// @notice Thrown while an auction runs.
    error Blocked();
    /// @notice Thrown when the sender is not the pool's manager.
    error SenderNotManager(address sender);
    /// @notice Thrown when a holder has an older request that must be served first.
    error RequestPending(uint40 epoch);
    /// @notice Thrown when a request does not exist or its epoch has not been priced.
    error NotPriced(uint40 epoch);
    /// @notice Thrown when a pricing's epoch is not the latest, or not after the one before.
    error EpochWrong(uint40 epoch, uint40 expected);
    /// @notice Thrown when an account has no proof in the call, or an account changed after the epoch.
    error AccountUnproven(uint64 account);
    /// @notice Thrown when the pool does not own the account, or lists it already.
    error AccountWrong(uint64 account);
    /// @notice Thrown when the pool has as many accounts as one pricing can prove.
    error TooManyAccounts();
    /// @notice Thrown when free cash does not suffice.
    error CashTooSmall(uint256 needed, uint256 free);
    /// @notice Thrown when a value is outside the range of a nav signal.
    error ValueOutOfRange(uint256 signal);

    /// @notice Names the auction house that this pool was made for, once; nothing can be queued before. Manager.
    function setAuction(ILiquidationAuction auction) external;

    /// @notice Queues cash for shares. Errors: AmountZero, Blocked, RequestPending.
    function requestDeposit(uint256 amount) external returns (uint256 received);
    /// @notice Queues shares for cash. Errors: AmountZero, Blocked, RequestPending.
    function requestRedemption(uint256 shares) external;
    /// @notice Prices everything queued before `epoch`, the latest. Anyone. Errors: Blocked, EpochWrong,
    /// AccountUnproven, ValueOutOfRange, those of the verifier.
    /// @param values Public `nav` signals, one an account in the order of `accounts`: floor(NAV) + 2^96.
    function price(uint40 epoch, uint256[] calldata values, Proof[] calldata proofs) external;
    /// @notice Gives `holder` the shares of a priced deposit, or the cash back if no value was left. Anyone.
    /// @dev Errors: NotPriced.
    function serveDeposit(address holder) external returns (uint256 shares);
    /// @notice Pays a priced redemption as free cash allows; anyone. Errors: NotPriced, CashTooSmall.
    function serveRedemption(address holder) external returns (uint256 amount);

    /// @notice Bids in an auction. Manager. Errors: SenderNotManager, CashTooSmall, those of the auction.
    function bid(uint64 auction, Award calldata terms) external;
    /// @notice Settles an award of the pool and lists the lot as an account of the pool. Manager.
    /// @dev Errors: SenderNotManager, CashTooSmall, TooManyAccounts, those of the auction.
    function settle(
        uint64 auction,
        Settlement calldata settlement,
        Proof calldata liquidation,
        Proof calldata lotMargin
    ) external;
    /// @notice Moves free cash into an account of the pool. Manager.
    function fund(uint64 account, uint256 amount) external;
    /// @notice Lists an account that the pool owns. Manager. Errors: AccountWrong, TooManyAccounts.
    function addAccount(uint64 account) external;

    /// @notice Drops a closed account from the list. Manager. Errors: AccountWrong.
    function removeAccount(uint64 account) external;

    /// @notice Cash that is neither queued nor owed.
    function freeCash() external view returns (uint256);
    /// @notice Accounts of the pool.
    function accounts() external view returns (uint64[] memory);
    /// @notice A pricing.
    function pricing(uint256 index) external view returns (Pricing memory);
    /// @notice Public signals of a nav proof of `account` at `epoch`.
    function navSignals(uint64 account, uint40 epoch, uint256 value) external view returns (uint256[] memory);
}
