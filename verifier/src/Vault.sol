// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVault} from "./interfaces/IVault.sol";
import {TokenTransfer} from "./TokenTransfer.sol";

/// @title The quote token behind every account's cash
/// @dev See {IVault}. Only what a transfer brought is counted, never `balanceOf` at rest: tokens sent here
/// by mistake change no rate.
contract Vault is IVault, AccessControl, ReentrancyGuardTransient {
    struct Withdrawal {
        address to;
        uint40 readyAt; // [unix, s]
        uint256 amount; // [1e-6 quote] at face
    }

    // --- Immutables ---

    bytes32 public constant AUCTION_ROLE = keccak256("AUCTION");
    bytes32 public constant SETTLEMENT_ROLE = keccak256("SETTLEMENT");
    uint256 internal constant RATE_ONE = 1 << 30; // rate 1 [2^-30]

    IERC20 private immutable _token;
    uint40 public immutable withdrawalDelay; // from queue to claim [s]

    // --- Storage ---

    uint256 public assets; // [1e-6 quote]
    uint256 public netCash; // books and queue [1e-6 quote]
    uint256 public queued; // the queue's part of netCash [1e-6 quote]
    mapping(address to => uint256) public queuedOf; // the part that one receiver waits for [1e-6 quote]
    uint256 private _lastWithdrawal;
    mapping(uint256 id => Withdrawal) private _withdrawals;

    // --- Init ---

    /// @param token_ Quote token with 6 decimals.
    /// @param admin Grants AUCTION and SETTLEMENT.
    /// @param withdrawalDelay_ Longer than an auction takes, so that nobody leaves before a loss they see. [s]
    constructor(IERC20 token_, address admin, uint40 withdrawalDelay_) {
        _token = token_;
        withdrawalDelay = withdrawalDelay_;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    // --- Actions ---

    /// @inheritdoc IVault
    function deposit(uint64 account, uint256 amount) external nonReentrant returns (uint256 received) {
        received = _receive(amount);
        netCash += received;
        emit Deposited(account, msg.sender, received);
    }

    /// @inheritdoc IVault
    function contribute(uint256 amount) external nonReentrant returns (uint256 received) {
        received = _receive(amount);
        emit Contributed(msg.sender, received);
    }

    /// @inheritdoc IVault
    function credit(uint256 amount, uint256 socialised) external onlyRole(AUCTION_ROLE) {
        netCash += amount;
        emit Credited(amount);
        if (socialised > 0) emit LossSocialised(socialised, shortfall());
    }

    /// @inheritdoc IVault
    function queueWithdrawal(uint64 account, address to, uint256 amount)
        external
        onlyRole(SETTLEMENT_ROLE)
        returns (uint256 id)
    {
        require(amount > 0, AmountZero());
        require(amount <= netCash - queued, ExceedsNetCash(amount, netCash - queued));
        queued += amount;
        queuedOf[to] += amount;
        id = ++_lastWithdrawal;
        _withdrawals[id] = Withdrawal(to, uint40(block.timestamp) + withdrawalDelay, amount);
        emit WithdrawalQueued(id, account, to, amount);
    }

    /// @inheritdoc IVault
    function claim(uint256 id) external nonReentrant returns (uint256 paid) {
        Withdrawal memory withdrawal = _withdrawals[id];
        require(withdrawal.amount > 0, WithdrawalUnknown(id));
        require(block.timestamp >= withdrawal.readyAt, WithdrawalNotReady(id, withdrawal.readyAt));
        paid = worth(withdrawal.amount);
        delete _withdrawals[id];
        queued -= withdrawal.amount;
        queuedOf[withdrawal.to] -= withdrawal.amount;
        netCash -= withdrawal.amount;
        assets -= paid;
        emit WithdrawalPaid(id, withdrawal.to, withdrawal.amount, paid);
        TokenTransfer.send(_token, withdrawal.to, paid);
    }

    // --- Views ---

    /// @inheritdoc IVault
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IVault
    function shortfall() public view returns (uint256) {
        return netCash > assets ? netCash - assets : 0;
    }

    /// @inheritdoc IVault
    function creditRate() external view returns (uint256) {
        return assets >= netCash ? RATE_ONE : Math.mulDiv(assets, RATE_ONE, netCash);
    }

    /// @inheritdoc IVault
    function worth(uint256 amount) public view returns (uint256) {
        return assets >= netCash ? amount : Math.mulDiv(amount, assets, netCash);
    }

    // --- Internal ---

    function _receive(uint256 amount) private returns (uint256 received) {
        require(amount > 0, AmountZero());
        received = TokenTransfer.take(_token, amount);
        assets += received;
    }
}
