// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICashPool} from "./interfaces/ICashPool.sol";
import {ILiquidationAuction} from "./interfaces/ILiquidationAuction.sol";
import {IMarketOracle} from "./interfaces/IMarketOracle.sol";
import {IVault} from "./interfaces/IVault.sol";
import {ProductSum} from "./ProductSum.sol";
import {TokenTransfer} from "./TokenTransfer.sol";

/// @title Cash that pays for cash-settled slices and earns fees for it
/// @dev See {ICashPool}.
contract CashPool is ICashPool, AccessControl, ReentrancyGuardTransient {
    using ProductSum for ProductSum.State;
    using SafeERC20 for IERC20;

    struct Request {
        uint128 amount; // [1e-6 quote]
        uint40 epoch; //   latest epoch when it was made
    }

    // --- Immutables ---

    bytes32 public constant AUCTION_ROLE = keccak256("AUCTION");

    IVault public immutable vault;
    IMarketOracle public immutable oracle;
    IERC20 private immutable _token;

    // --- Storage ---

    ILiquidationAuction public auction;
    ProductSum.State private _pool;
    mapping(address holder => Request) public queuedDeposit;
    mapping(address holder => Request) public askedWithdrawal;
    mapping(address holder => uint256) private _gains; // taken out of the sums, not yet paid [1e-6 quote]

    // --- Init ---

    constructor(IVault vault_, IMarketOracle oracle_, address admin) {
        vault = vault_;
        oracle = oracle_;
        _token = IERC20(vault_.token());
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @notice Names the auction house that charges and pays this pool, once.
    function setAuction(ILiquidationAuction auction_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        require(address(auction) == address(0), Blocked());
        auction = auction_;
        _grantRole(AUCTION_ROLE, address(auction_));
    }

    // --- Actions ---

    /// @inheritdoc ICashPool
    function deposit(uint256 amount) external nonReentrant returns (uint256 received) {
        _requireOpen();
        require(amount > 0, AmountZero());
        received = TokenTransfer.take(_token, amount);
        Request storage request = queuedDeposit[msg.sender];
        request.amount += SafeCast.toUint128(received);
        request.epoch = oracle.latestEpoch();
        emit Queued(msg.sender, received, request.epoch);
    }

    /// @inheritdoc ICashPool
    function activate(address holder) external nonReentrant {
        uint256 amount = _take(queuedDeposit[holder]);
        uint256 before = _settle(holder);
        _pool.put(holder, before, before + amount);
        emit Activated(holder, amount);
    }

    /// @inheritdoc ICashPool
    function askWithdrawal(uint256 amount) external {
        _requireOpen();
        require(amount > 0, AmountZero());
        uint40 epoch = oracle.latestEpoch();
        askedWithdrawal[msg.sender] = Request(SafeCast.toUint128(amount), epoch);
        emit WithdrawalAsked(msg.sender, amount, epoch);
    }

    /// @inheritdoc ICashPool
    function withdraw(address holder) external nonReentrant returns (uint256 amount, uint256 gain) {
        amount = _take(askedWithdrawal[holder]);
        uint256 before = _settle(holder);
        amount = Math.min(amount, before);
        _pool.put(holder, before, before - amount);
        gain = _gains[holder];
        _gains[holder] = 0;
        emit Withdrawn(holder, amount, gain);
        TokenTransfer.send(_token, holder, amount + gain);
    }

    /// @inheritdoc ICashPool
    function absorb(uint256 loss) external onlyRole(AUCTION_ROLE) nonReentrant returns (uint256 paid) {
        uint256 charged = Math.min(loss, _pool.capacity());
        if (charged > 0) {
            _pool.share(charged, 0);
            _token.forceApprove(address(vault), charged);
            paid = vault.contribute(charged);
        }
        emit Absorbed(loss, paid);
    }

    /// @inheritdoc ICashPool
    function earn(uint256 fee) external nonReentrant returns (uint256 received) {
        if (_pool.total == 0 || fee == 0) return 0;
        received = TokenTransfer.take(_token, fee);
        _pool.share(0, received);
        emit Earned(received);
    }

    // --- Views ---

    /// @inheritdoc ICashPool
    function capacity() external view returns (uint256) {
        return _pool.capacity();
    }

    /// @inheritdoc ICashPool
    function total() external view returns (uint256) {
        return _pool.total;
    }

    /// @inheritdoc ICashPool
    function depositOf(address holder) external view returns (uint256) {
        return _pool.left(holder);
    }

    /// @inheritdoc ICashPool
    function gainOf(address holder) external view returns (uint256) {
        return _gains[holder] + _pool.gained(holder);
    }

    // --- Internal ---

    function _requireOpen() private view {
        require(!auction.isBlocking(), Blocked());
    }

    /// @dev Takes a request whose epoch has ended.
    function _take(Request storage request) private returns (uint256 amount) {
        _requireOpen();
        amount = request.amount;
        require(amount > 0, AmountZero());
        uint40 latest = oracle.latestEpoch();
        require(latest > request.epoch, EpochNotEnded(request.epoch, latest));
        request.amount = 0;
    }

    /// @dev Books the gain so far; returns what is left of the deposit.
    function _settle(address holder) private returns (uint256) {
        _gains[holder] += _pool.gained(holder);
        return _pool.left(holder);
    }
}
