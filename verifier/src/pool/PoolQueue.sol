// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILiquidationAuction} from "../interfaces/ILiquidationAuction.sol";
import {IMarketOracle} from "../interfaces/IMarketOracle.sol";
import {IPoolVault} from "../interfaces/IPoolVault.sol";
import {TokenTransfer} from "../TokenTransfer.sol";
import {SharePrice} from "./SharePrice.sol";

/// @title Requests to enter and leave a pool, priced later
/// @notice The requests of one epoch are a *bucket*; a pricing serves all buckets of earlier epochs at one price,
/// whatever their number. Who asked is served one by one, by anyone.
abstract contract PoolQueue is IPoolVault, ERC20, ReentrancyGuardTransient {
    using SharePrice for IPoolVault.Pricing;

    struct Request {
        uint128 amount; // [1e-6 quote] or [1e-12 share]
        uint40 epoch;
    }

    struct Bucket {
        uint128 cash; //    not yet served [1e-6 quote]
        uint128 shares; //  not yet served [1e-12 share]
        uint128 minted; //  held for depositors that are not yet served [1e-12 share]
        uint128 owed; //    to redeemers that are not yet served [1e-6 quote]
        uint64 pricing; //  index + 1; 0 = not priced
    }

    // Immutables

    uint256 private constant MAX_BUCKETS = 64; // served by one pricing

    IMarketOracle public immutable ORACLE;
    IERC20 public immutable QUOTE;

    // Storage

    ILiquidationAuction public house; // zero until it is deployed
    uint256 public queuedCash; // of depositors without shares: not priced, or to be refunded [1e-6 quote]
    uint256 public owedCash; //   to redeemers [1e-6 quote]
    mapping(address holder => Request) public deposits;
    mapping(address holder => Request) public redemptions;
    mapping(uint40 epoch => Bucket) public buckets;
    uint40[] private _pending; // epochs of buckets that are not priced, ascending
    uint256 private _firstPending;
    Pricing[] internal _pricings;

    // Init

    constructor(IMarketOracle oracle, IERC20 quote) {
        (ORACLE, QUOTE) = (oracle, quote);
    }

    // Actions

    /// @inheritdoc IPoolVault
    function requestDeposit(uint256 amount) external nonReentrant returns (uint256 received) {
        require(amount > 0, AmountZero());
        received = TokenTransfer.take(QUOTE, amount);
        uint40 epoch = _queue(deposits[msg.sender], received);
        buckets[epoch].cash += SafeCast.toUint128(received);
        queuedCash += received;
        emit DepositQueued(msg.sender, received, epoch);
    }

    /// @inheritdoc IPoolVault
    function requestRedemption(uint256 shares) external nonReentrant {
        require(shares > 0, AmountZero());
        uint40 epoch = _queue(redemptions[msg.sender], shares);
        buckets[epoch].shares += SafeCast.toUint128(shares);
        _transfer(msg.sender, address(this), shares);
        emit RedemptionQueued(msg.sender, shares, epoch);
    }

    /// @inheritdoc IPoolVault
    function serveDeposit(address holder) external nonReentrant returns (uint256 shares) {
        (uint256 cash, Bucket storage bucket, Pricing memory at) = _served(deposits[holder]);
        bucket.cash -= uint128(cash);
        if (at.isVoid()) {
            queuedCash -= cash;
            TokenTransfer.send(QUOTE, holder, cash);
        } else {
            shares = at.minted(cash);
            bucket.minted -= uint128(shares);
            _transfer(address(this), holder, shares);
            if (bucket.cash == 0) {
                // What rounding left belongs to everybody.
                _burn(address(this), bucket.minted);
                bucket.minted = 0;
            }
        }
        emit DepositServed(holder, cash, shares);
    }

    /// @inheritdoc IPoolVault
    function serveRedemption(address holder) external nonReentrant returns (uint256 amount) {
        (uint256 shares, Bucket storage bucket, Pricing memory at) = _served(redemptions[holder]);
        bucket.shares -= uint128(shares);
        if (at.isVoid()) {
            _transfer(address(this), holder, shares);
        } else {
            amount = at.redeemed(shares);
            _payOwed(bucket, holder, amount);
            if (bucket.shares == 0) {
                owedCash -= bucket.owed;
                bucket.owed = 0;
            }
        }
        emit RedemptionServed(holder, shares, amount);
    }

    // Views

    /// @inheritdoc IPoolVault
    function pricing(uint256 index) external view returns (Pricing memory) {
        return _pricings[index];
    }

    /// @inheritdoc IPoolVault
    function freeCash() public view returns (uint256) {
        uint256 held = QUOTE.balanceOf(address(this));
        return held > queuedCash + owedCash ? held - queuedCash - owedCash : 0;
    }

    /// @notice Shares have six more digits than the quote token.
    function decimals() public pure override returns (uint8) {
        return 12;
    }

    // Internal

    function _requireOpen() internal view {
        require(address(house) != address(0) && !house.isBlocking(), Blocked());
    }

    /// @dev Prices the buckets of epochs before that of `at`, the newest of `_pricings`.
    function _priceBuckets(Pricing memory at) internal {
        uint256 last = _pending.length;
        if (last > _firstPending + MAX_BUCKETS) last = _firstPending + MAX_BUCKETS;
        uint256 i = _firstPending;
        for (; i < last && _pending[i] < at.epoch; ++i) {
            Bucket storage bucket = buckets[_pending[i]];
            bucket.pricing = uint64(_pricings.length);
            // Cash to be refunded was never the pool's, and stays out of reach of those whom the pool owes.
            if (at.isVoid()) continue;
            queuedCash -= bucket.cash;
            bucket.owed = SafeCast.toUint128(at.redeemed(bucket.shares));
            owedCash += bucket.owed;
            bucket.minted = SafeCast.toUint128(at.minted(bucket.cash));
            _burn(address(this), bucket.shares);
            _mint(address(this), bucket.minted);
        }
        _firstPending = i;
    }

    function _queue(Request storage request, uint256 amount) private returns (uint40 epoch) {
        _requireOpen();
        epoch = ORACLE.latestEpoch();
        require(request.amount == 0 || request.epoch == epoch, RequestPending(request.epoch));
        (request.amount, request.epoch) = (SafeCast.toUint128(request.amount + amount), epoch);
        if (_pending.length == 0 || _pending[_pending.length - 1] != epoch) _pending.push(epoch);
    }

    /// @dev Takes a request whose bucket is priced.
    function _served(Request storage request)
        private
        returns (uint256 amount, Bucket storage bucket, Pricing memory at)
    {
        amount = request.amount;
        bucket = buckets[request.epoch];
        require(amount > 0 && bucket.pricing > 0, NotPriced(request.epoch));
        at = _pricings[bucket.pricing - 1];
        request.amount = 0;
    }

    function _payOwed(Bucket storage bucket, address to, uint256 amount) private {
        uint256 held = QUOTE.balanceOf(address(this)) - queuedCash;
        require(amount <= held, CashTooSmall(amount, held));
        bucket.owed -= uint128(amount);
        owedCash -= amount;
        TokenTransfer.send(QUOTE, to, amount);
    }
}
