// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AuctionConfig} from "./auction/AuctionConfig.sol";
import {AuctionMoney} from "./auction/AuctionMoney.sol";
import {LiquidationSignals} from "./auction/LiquidationSignals.sol";
import {Account, Phase} from "./interfaces/IAccounts.sol";
import {ICashPool} from "./interfaces/ICashPool.sol";
import {IGroth16Verifier, Proof} from "./interfaces/IGroth16Verifier.sol";
import {IInsuranceFund} from "./interfaces/IInsuranceFund.sol";
import {
    Auction,
    AuctionParams,
    Award,
    ILiquidationAuction,
    Settlement,
    Stage
} from "./interfaces/ILiquidationAuction.sol";
import {IMarginRegistry} from "./interfaces/IMarginRegistry.sol";
import {IMarketOracle} from "./interfaces/IMarketOracle.sol";
import {IVault} from "./interfaces/IVault.sol";
import {PriceCurve} from "./PriceCurve.sol";
import {PublicSignals} from "./registry/PublicSignals.sol";
import {TokenTransfer} from "./TokenTransfer.sol";

/// @title Dutch auctions of slices of hidden accounts
/// @dev See {ILiquidationAuction}. The stages:
///
///   1. start    a Liquidatable account is locked; anyone may still cure it with a margin proof
///   2. bidding  pool's window at a fixed factor, then the curve, then the pool again at factor 0
///   3. awarded  the first bonded bid freezes factor, epoch and clock; the cure is closed
///   4. settled  the winner's proof moved the slice: the account is Healthy, the lot is the winner's account
///      or bidding goes on (2) after a partial slice, or after a winner was slashed
///      or cured (before an award), or failed (nobody bid; the account may be auctioned again)
contract LiquidationAuction is AuctionMoney, ReentrancyGuardTransient {
    // Immutables

    uint8 private constant NO_ADVERSE_ACTION = 2; // breaker level
    uint8 private constant HALTED = 3; //            breaker level
    uint8 private constant MAX_STALLS = 16; //       after which the bond does not double again

    IMarketOracle public immutable ORACLE;
    IGroth16Verifier public immutable VERIFIER;
    address public immutable POOL;
    bytes32 private immutable KEY;

    // Storage

    uint64 private _last; // latest auction id
    uint40 private _busySince; // when the first of the running auctions began [unix, s]
    uint64 public running;
    mapping(uint64 id => Auction) private _auctions;
    mapping(uint64 account => uint64) public auctionOf;

    // Init

    /// @param pool Who may bid in the pool's windows; zero for no windows.
    constructor(
        IMarginRegistry registry,
        IMarketOracle oracle,
        IGroth16Verifier verifier,
        IVault vault,
        ICashPool cashPool,
        IInsuranceFund insurance,
        address pool,
        AuctionParams memory p
    ) AuctionConfig(p) AuctionMoney(registry, vault, cashPool, insurance) {
        require(verifier.signalCount() == LiquidationSignals.COUNT, ParamOutOfRange("signals"));
        (ORACLE, VERIFIER, POOL, KEY) = (oracle, verifier, pool, verifier.vkDigest());
    }

    // Actions

    /// @inheritdoc ILiquidationAuction
    function start(uint64 account) external nonReentrant returns (uint64 id) {
        uint64 previous = auctionOf[account];
        if (previous != 0) {
            if (_auctions[previous].stage == Stage.Bidding && _isCured(previous)) {
                _end(previous, Stage.Cured);
            }
            Stage stage = _auctions[previous].stage;
            require(stage != Stage.Bidding && stage != Stage.Awarded, AuctionRuns(previous));
        }
        uint48 episode = REGISTRY.lock(account);
        Account memory stored = REGISTRY.account(account);
        id = ++_last;
        auctionOf[account] = id;
        Auction storage a = _auctions[id];
        (a.account, a.episode, a.version) = (account, episode, stored.version);
        (a.startedAt, a.stage) = (_clock(), Stage.Bidding);
        if (running++ == 0) _busySince = uint40(block.timestamp);
        emit Started(id, account, episode, stored.version);
        _rewardKeeper(id, account, episode, stored.caller);
    }

    /// @inheritdoc ILiquidationAuction
    function bid(uint64 id, Award calldata terms) external nonReentrant {
        Auction storage a = _inStage(id, Stage.Bidding);
        _requireLevelBelow(NO_ADVERSE_ACTION);
        _requireTerms(a, terms);
        uint40 now_ = _clock();
        uint40 elapsed = _elapsed(a.startedAt, now_);
        (a.startedAt, a.bidAt, a.deadline) = (now_ - elapsed, now_, now_ + _params.settleWindow);
        a.discount = _discountFor(elapsed, msg.sender);
        (a.winner, a.stage, a.epoch) = (msg.sender, Stage.Awarded, terms.epoch);
        (a.maxPrice, a.maxFraction, a.target) = (terms.maxPrice, terms.maxFraction, terms.target);
        a.bond = SafeCast.toUint96(bondOf(id, terms.maxPrice));
        emit BidAwarded(id, msg.sender, a.discount, a.target, a.epoch, a.deadline);
        REGISTRY.award(a.account, a.episode);
        _take(a.bond);
    }

    /// @inheritdoc ILiquidationAuction
    function settle(uint64 id, Settlement calldata s, Proof calldata liquidation, Proof calldata lotMargin)
        external
        nonReentrant
    {
        Auction memory a = _inStage(id, Stage.Awarded);
        require(msg.sender == a.winner, SenderNotWinner(msg.sender, a.winner));
        _requireLevelBelow(HALTED);
        // One epoch of delay, as for a shortfall: a single wrong publication can be answered.
        require(ORACLE.latestEpoch() > a.epoch, EpochWrong(a.epoch, ORACLE.latestEpoch()));
        require(!ORACLE.snapshot(a.epoch).suspect, EpochSuspect(a.epoch));
        bool whole = s.fraction == ONE;
        _requireDeclared(a, s, whole);
        VERIFIER.verify(liquidation, settlementSignals(id, s));
        bool healthy = whole || a.target == _params.target;
        if (healthy) {
            _end(id, Stage.Settled);
        } else {
            _resume(id);
            _auctions[id].reserved += s.price;
            _auctions[id].version += 1;
        }
        REGISTRY.settle(a.account, a.episode, s.commitment, a.epoch, healthy);
        REGISTRY.openLot(s.lotAccount, s.lotCommitment, a.winner, s.lotHolder, s.lotEpoch, lotMargin);
        uint256 fee = _pay(id, a, s);
        emit SliceSettled(id, a.winner, s.lotAccount, s.price, s.fraction, fee, s.topUp);
        TokenTransfer.send(QUOTE, a.winner, a.bond);
    }

    /// @inheritdoc ILiquidationAuction
    function slash(uint64 id) external nonReentrant {
        Auction memory a = _inStage(id, Stage.Awarded);
        uint40 now_ = _clock();
        bool late = now_ > a.deadline;
        bool barred = ORACLE.isHalted() || _isLost(a.epoch, late);
        require(barred || late, WinnerHasTime(now_, a.deadline));
        bool excused = barred || ORACLE.latestEpoch() == a.epoch;
        _resume(id);
        REGISTRY.reopen(a.account, a.episode);
        if (!excused && a.stalls < MAX_STALLS) _auctions[id].stalls = a.stalls + 1;
        if (excused) {
            owed[a.winner] += a.bond;
            emit BondReturned(id, a.winner, a.bond);
        } else {
            emit WinnerSlashed(id, a.winner, a.bond, msg.sender);
            _forfeit(a.bond, msg.sender);
        }
    }

    /// @inheritdoc ILiquidationAuction
    function void(uint64 id) external nonReentrant {
        Auction memory a = _inStage(id, Stage.Bidding);
        require(_isCured(id), NotCured(a.account));
        _end(id, Stage.Cured);
    }

    /// @inheritdoc ILiquidationAuction
    function fail(uint64 id) external nonReentrant {
        Auction memory a = _inStage(id, Stage.Bidding);
        (uint40 elapsed, uint40 end) = (_elapsed(a.startedAt, _clock()), _biddingEnd());
        require(elapsed > end, BiddingRuns(elapsed, end));
        bool cured = _isCured(id);
        _end(id, cured ? Stage.Cured : Stage.Failed);
        if (!cured) REGISTRY.release(a.account, a.episode);
    }

    /// @inheritdoc ILiquidationAuction
    function withdraw(address to) external nonReentrant returns (uint256 amount) {
        amount = owed[msg.sender];
        owed[msg.sender] = 0;
        TokenTransfer.send(QUOTE, to, amount);
    }

    // Views

    /// @inheritdoc ILiquidationAuction
    function auction(uint64 id) external view returns (Auction memory) {
        return _auctions[id];
    }

    /// @inheritdoc ILiquidationAuction
    function discountOf(uint64 id) external view returns (uint32 discount, uint40 elapsed) {
        Auction memory a = _inStage(id, Stage.Bidding);
        (uint40 now_,) = REGISTRY.clock();
        elapsed = _elapsed(a.startedAt, now_);
        discount = _discount(elapsed);
    }

    /// @inheritdoc ILiquidationAuction
    function bondOf(uint64 id, uint128 maxPrice) public view returns (uint256) {
        uint256 share = (uint256(maxPrice) * _params.bondShare + BPS - 1) / BPS;
        return (_params.bond + share) << _auctions[id].stalls;
    }

    /// @inheritdoc ILiquidationAuction
    function isBlocking() external view returns (bool) {
        return running > 0 && block.timestamp < _busySince + _params.maxBlock;
    }

    /// @inheritdoc ILiquidationAuction
    function settlementSignals(uint64 id, Settlement calldata s) public view returns (uint256[] memory) {
        Auction memory a = _auctions[id];
        uint256 commitment = REGISTRY.account(a.account).commitment;
        return LiquidationSignals.list(domain(), a, s, commitment, ORACLE.snapshot(a.epoch).hash);
    }

    /// @inheritdoc ILiquidationAuction
    function domain() public view returns (uint256) {
        return PublicSignals.domain(LiquidationSignals.LIQUIDATE, KEY);
    }

    // Internal

    function _inStage(uint64 id, Stage stage) private view returns (Auction storage a) {
        a = _auctions[id];
        require(a.stage == stage, StageWrong(id, a.stage));
    }

    function _requireLevelBelow(uint8 level) private view {
        uint8 present = ORACLE.level();
        require(present < level, OracleLevelTooHigh(present, level - 1));
    }

    function _requireTerms(Auction storage a, Award calldata terms) private view {
        require(terms.version == a.version, VersionWrong(terms.version, a.version));
        uint40 latest = ORACLE.latestEpoch();
        require(terms.epoch == latest, EpochWrong(terms.epoch, latest));
        // A lower target is a partial bid; between maintenance and the target there is nothing to choose.
        bool reaches = terms.target == _params.target || terms.target < PublicSignals.MAINTENANCE;
        require(reaches && terms.maxFraction > 0 && terms.maxFraction <= ONE, TermsOutOfRange());
        address owner = REGISTRY.account(a.account).owner;
        require(msg.sender != owner, OwnerCannotBid(owner));
    }

    function _requireDeclared(Auction memory a, Settlement calldata s, bool whole) private view {
        require(s.price <= a.maxPrice, PriceTooHigh(s.price, a.maxPrice));
        uint256 least = whole || a.target == _params.target ? 1 : _params.minFraction;
        require(
            s.fraction >= least && s.fraction <= a.maxFraction,
            FractionOutOfRange(s.fraction, least, a.maxFraction)
        );
        require(s.deficit == 0 || (s.price == 0 && whole), DeficitWrong(s.deficit));
    }

    /// @dev Nothing can be settled under a suspect epoch, nor under one that the oracle no longer keeps, as after a
    /// long pause. A winner that had its time is not excused by having let the epoch go.
    function _isLost(uint40 epoch, bool late) private view returns (bool) {
        if (ORACLE.snapshotHash(epoch) == 0) return !late;
        return ORACLE.snapshot(epoch).suspect;
    }

    function _isCured(uint64 id) private view returns (bool) {
        Account memory stored = REGISTRY.account(_auctions[id].account);
        return stored.phase != Phase.InAuction || stored.episode != _auctions[id].episode;
    }

    /// @dev Bidding goes on where it stood: an award stops the auction's clock, so that stalling buys no discount.
    function _resume(uint64 id) private {
        Auction storage a = _auctions[id];
        a.startedAt += _clock() - a.bidAt;
        (a.stage, a.winner, a.bond) = (Stage.Bidding, address(0), 0);
    }

    function _end(uint64 id, Stage stage) private {
        _auctions[id].stage = stage;
        running -= 1;
        emit Ended(id, stage);
    }

    function _clock() private returns (uint40 now_) {
        REGISTRY.pauseClock().sync();
        (now_,) = REGISTRY.clock();
    }

    /// @dev Bidding time that has passed. While the breaker forbade bids the price could not be answered, so
    /// after a freeze it begins anew.
    function _elapsed(uint40 startedAt, uint40 now_) private view returns (uint40 elapsed) {
        elapsed = now_ - startedAt;
        uint40 frozen = ORACLE.levelUntil(NO_ADVERSE_ACTION);
        uint40 halted = ORACLE.levelUntil(HALTED);
        if (halted > frozen) frozen = halted;
        uint40 time = uint40(block.timestamp);
        uint40 calm = time > frozen ? time - frozen : 0;
        if (calm < elapsed) elapsed = calm;
    }

    function _biddingEnd() private view returns (uint40) {
        return _poolWindow() + _params.curve.duration + (POOL == address(0) ? 0 : _params.backstopWindow);
    }

    function _poolWindow() private view returns (uint40) {
        return POOL == address(0) ? 0 : _params.poolWindow;
    }

    function _discountFor(uint40 elapsed, address bidder) private view returns (uint32) {
        uint40 end = _biddingEnd();
        require(elapsed <= end, BiddingOver(elapsed, end));
        uint40 opens = _poolWindow();
        bool forPool = elapsed < opens || elapsed > opens + _params.curve.duration;
        require(!forPool || bidder == POOL, PoolOnly(elapsed));
        return _discount(elapsed);
    }

    function _discount(uint40 elapsed) private view returns (uint32) {
        uint40 opens = _poolWindow();
        if (elapsed < opens) return _params.poolFactor;
        // At most ONE.
        return uint32(PriceCurve.price(_params.curve, ONE, elapsed - opens));
    }
}
