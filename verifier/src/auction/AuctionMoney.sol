// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Auction, ILiquidationAuction, Settlement} from "../interfaces/ILiquidationAuction.sol";
import {ICashPool} from "../interfaces/ICashPool.sol";
import {IInsuranceFund} from "../interfaces/IInsuranceFund.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {KeeperReward} from "../KeeperReward.sol";
import {LossWaterfall} from "../LossWaterfall.sol";
import {PriceCurve} from "../PriceCurve.sol";
import {TokenTransfer} from "../TokenTransfer.sol";
import {AuctionConfig} from "./AuctionConfig.sol";

/// @title Where the money of an auction comes from and goes to
/// @notice Called last in an action, under its re-entrancy lock.
abstract contract AuctionMoney is AuctionConfig {
    using SafeERC20 for IERC20;

    // Immutables

    IMarginRegistry public immutable REGISTRY;
    IVault public immutable VAULT;
    ICashPool public immutable CASH_POOL;
    IInsuranceFund public immutable INSURANCE;
    IERC20 public immutable QUOTE;

    // Storage

    mapping(uint64 account => uint48) private _penalised; // last episode that paid the penalty
    mapping(address who => uint256) public owed; // [1e-6 quote]

    // Init

    constructor(IMarginRegistry registry, IVault vault, ICashPool cashPool, IInsuranceFund insurance) {
        (REGISTRY, VAULT, CASH_POOL, INSURANCE) = (registry, vault, cashPool, insurance);
        QUOTE = IERC20(vault.token());
    }

    // Internal

    /// @dev Takes the penalty from the bounty, once an episode; the keeper gets less than all of it.
    function _rewardKeeper(uint64 id, uint64 account, uint48 episode, address beneficiary) internal {
        if (_penalised[account] == episode) return;
        _penalised[account] = episode;
        uint256 bounty = REGISTRY.bounty(account);
        uint256 penalty = Math.min(_params.penalty, bounty);
        // The base fee cannot be raised by who is paid back, as the priority fee can.
        uint256 cost = block.basefee * _params.keeperGas * _params.nativePrice / 1 ether;
        uint256 reward = KeeperReward.reward(_params.keeper, cost, penalty, bounty);
        emit KeeperRewarded(id, beneficiary, reward, penalty);
        if (penalty == 0) return;
        REGISTRY.payBounty(account, beneficiary, reward);
        REGISTRY.payBounty(account, address(INSURANCE), penalty - reward);
    }

    /// @dev Takes exactly `amount` from the sender.
    function _take(uint256 amount) internal {
        uint256 received = TokenTransfer.take(QUOTE, amount);
        require(received == amount, ReceivedLess(amount, received));
    }

    /// @dev Everything that a settlement moves: price and top-up into the vault, a deficit's payout in the order
    /// of capital, the fee. The lot and the remainder together hold price + top-up more cash than before.
    function _pay(uint64 id, Auction memory a, Settlement calldata s) internal returns (uint256 fee) {
        uint256 payout = _payout(a, s);
        uint256 due = uint256(s.price) + s.topUp - payout;
        fee = Math.ceilDiv(uint256(s.price) * _params.fee, BPS);
        _take(due + fee);
        uint256 socialised = payout == 0 ? 0 : _meet(id, payout);
        if (due > 0) _contribute(due);
        VAULT.credit(uint256(s.price) + s.topUp, socialised);
        _shareFee(a.account, fee);
    }

    /// @dev A bond that its winner lost.
    function _forfeit(uint256 bond, address reporter) internal {
        uint256 share = bond * _params.slashShare / BPS;
        TokenTransfer.send(QUOTE, reporter, share);
        TokenTransfer.send(QUOTE, address(INSURANCE), bond - share);
    }

    /// @dev What the protocol adds to the lot of an insolvent account; rises with the time it was on offer.
    function _payout(Auction memory a, Settlement calldata s) private view returns (uint256) {
        if (s.deficit == 0) return 0;
        uint256 low = uint256(s.deficit) * _params.payoutStart / BPS;
        uint256 most = PriceCurve.payout(low, s.deficit, a.bidAt - a.startedAt, _params.payoutLength);
        return Math.min(most, s.topUp);
    }

    /// @return socialised Part of the payout that nobody covered.
    function _meet(uint64 id, uint256 payout) private returns (uint256 socialised) {
        LossWaterfall.Capital memory capital =
            LossWaterfall.Capital(0, CASH_POOL.capacity(), 0, INSURANCE.balance());
        LossWaterfall.Charge memory charged = LossWaterfall.charge(payout, capital);
        uint256 fromPool = charged.pool == 0 ? 0 : CASH_POOL.absorb(charged.pool);
        uint256 fromFund = charged.insurance == 0 ? 0 : INSURANCE.cover(charged.insurance);
        socialised = payout - fromPool - fromFund;
        emit DeficitPaid(id, fromPool, fromFund, socialised);
    }

    function _contribute(uint256 amount) private {
        QUOTE.forceApprove(address(VAULT), amount);
        uint256 received = VAULT.contribute(amount);
        require(received == amount, ReceivedLess(amount, received));
    }

    /// @dev Bounty up to its target, then the cash pool's share, then insurance.
    function _shareFee(uint64 account, uint256 fee) private {
        if (fee == 0) return;
        uint256 bounty = REGISTRY.bounty(account);
        uint256 refill = bounty < _params.bountyTarget ? Math.min(fee, _params.bountyTarget - bounty) : 0;
        if (refill > 0) {
            QUOTE.forceApprove(address(REGISTRY), refill);
            REGISTRY.fundBounty(account, refill);
        }
        uint256 share = (fee - refill) * _params.poolShare / BPS;
        if (share > 0 && CASH_POOL.total() > 0) {
            QUOTE.forceApprove(address(CASH_POOL), share);
            CASH_POOL.earn(share);
        } else {
            share = 0;
        }
        TokenTransfer.send(QUOTE, address(INSURANCE), fee - refill - share);
    }
}
