// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {
    EpochSnapshot,
    FeedConfig,
    IMarketOracle,
    Publication,
    Rung,
    VarianceConfig
} from "./interfaces/IMarketOracle.sol";
import {CircuitBreaker} from "./oracle/CircuitBreaker.sol";
import {OracleControl} from "./oracle/OracleControl.sol";
import {RealisedVariance} from "./oracle/RealisedVariance.sol";
import {RungLadder} from "./oracle/RungLadder.sol";
import {SignerQuorum} from "./oracle/SignerQuorum.sol";
import {SnapshotHash} from "./oracle/SnapshotHash.sol";
import {Timeliness} from "./oracle/Timeliness.sol";
import {TwapBuffer} from "./oracle/TwapBuffer.sol";

/// @title Oracle of one feed
/// @dev Python: `zkmargin/market_oracle/`; the reasons: docs/oracle.md.
contract MarketOracle is OracleControl, EIP712 {
    using CircuitBreaker for CircuitBreaker.Breaker;
    using CircuitBreaker for uint48;
    using RealisedVariance for VarianceConfig;
    using RungLadder for Rung[];
    using SignerQuorum for SignerQuorum.Signers;
    using SnapshotHash for Publication;
    using Timeliness for FeedConfig;
    using TwapBuffer for TwapBuffer.Buffer;

    /// @param epoch Latest epoch, 0 before the first.
    /// @param variance Realised variance after it [2^-48 per year].
    /// @param twap Average index of the window that ended with it [1e-6 quote].
    /// @param movedAt Time of the snapshot at which the rung last changed [s].
    /// @param ladder Version of the ladder that the next epoch uses.
    /// @param place The rung that the next epoch uses.
    struct State {
        uint40 epoch;
        uint64 variance;
        uint48 twap;
        uint40 movedAt;
        uint16 ladder;
        uint8 place;
    }

    /// Immutables ///

    uint40 private immutable HISTORY;

    /// Storage ///

    State private _state;
    mapping(uint256 place => EpochSnapshot) private _epochs; // epoch e in place e mod HISTORY
    TwapBuffer.Buffer private _twap;

    /// Init ///

    /// @param feed Rules of the feed.
    /// @param variance Rules of the variance.
    /// @param governor Holder of DEFAULT_ADMIN_ROLE: roles, announcements, resume.
    /// @param signers Signers in increasing order.
    /// @param quorum_ Signatures that a publication needs.
    /// @param rungs The first ladder.
    constructor(
        FeedConfig memory feed,
        VarianceConfig memory variance,
        address governor,
        address[] memory signers,
        uint8 quorum_,
        Rung[] memory rungs
    ) OracleControl(feed, variance, governor) EIP712("zkmargin MarketOracle", "1") {
        HISTORY = feed.history;
        _setSigners(signers, quorum_);
        _addLadder(rungs);
        _state.variance = variance.initialVariance;
        _state.ladder = 1;
        _state.place = _ladders[1].wanted(variance.effective(variance.initialVariance));
    }

    /// Actions ///

    /// @inheritdoc IMarketOracle
    function publish(Publication calldata publication, bytes calldata data, bytes[] calldata signatures)
        external
        returns (uint256 hash)
    {
        State memory state = _state;
        EpochSnapshot memory previous = _epochs[state.epoch % HISTORY];
        _feed.requireTimely(publication, state.epoch, previous.timestamp);
        _requireWhole(publication, data, _ladders[state.ladder][state.place].paramsHash);
        hash = publication.snapshotHash();
        _signers.requireSigned(publicationDigest(publication), signatures);
        _accept(publication, hash, state, previous);
        emit Published(publication.epoch, hash, publication, data);
        emit RungSelected(publication.epoch + 1, state.variance, _rungOf(state));
    }

    /// @inheritdoc IMarketOracle
    function tripEquivocation(Publication calldata publication, bytes[] calldata signatures) external {
        require(_isKept(publication.epoch), EpochUnknown(publication.epoch));
        EpochSnapshot storage accepted = _epochs[publication.epoch % HISTORY];
        bool differs = publication.snapshotHash() != accepted.hash;
        require(differs && publication.timestamp == accepted.timestamp, EvidenceInsufficient());
        _signers.requireSigned(publicationDigest(publication), signatures);
        accepted.suspect = true;
        _tripForEver(Cause.Equivocation);
    }

    /// @inheritdoc IMarketOracle
    function tripSilence() external {
        require(_state.epoch > 0 && _isSilent(), EvidenceInsufficient());
        _trip(CircuitBreaker.FREEZE, Cause.Silence);
    }

    /// Views ///

    /// @inheritdoc IMarketOracle
    function level() public view returns (uint8 highest) {
        highest = _breaker.levelAt(uint40(block.timestamp));
        if (highest < CircuitBreaker.FREEZE && _isSilent()) highest = CircuitBreaker.FREEZE;
    }

    /// @inheritdoc IMarketOracle
    function isHalted() external view returns (bool) {
        return level() == CircuitBreaker.HALT;
    }

    /// @inheritdoc IMarketOracle
    function latestEpoch() external view returns (uint40) {
        return _state.epoch;
    }

    /// @inheritdoc IMarketOracle
    function snapshotHash(uint40 epoch) external view returns (uint256) {
        return _isKept(epoch) ? _epochs[epoch % HISTORY].hash : 0;
    }

    /// @inheritdoc IMarketOracle
    function snapshot(uint40 epoch) external view returns (EpochSnapshot memory) {
        require(_isKept(epoch), EpochUnknown(epoch));
        return _epochs[epoch % HISTORY];
    }

    /// @inheritdoc IMarketOracle
    function isUsableAgainst(uint40 epoch) external view returns (bool) {
        if (!_isKept(epoch) || epoch == _state.epoch || level() >= CircuitBreaker.FREEZE) return false;
        return !_epochs[epoch % HISTORY].suspect;
    }

    /// @inheritdoc IMarketOracle
    function history() external view returns (uint40) {
        return HISTORY;
    }

    /// @inheritdoc IMarketOracle
    function twap() external view returns (uint48) {
        return _state.twap;
    }

    /// @inheritdoc IMarketOracle
    function realisedVariance() external view returns (uint64) {
        return _state.variance;
    }

    /// @inheritdoc IMarketOracle
    function rung() external view returns (uint24) {
        return _rungOf(_state);
    }

    /// @inheritdoc IMarketOracle
    function selectedParams() external view returns (uint256) {
        return _ladders[_state.ladder][_state.place].paramsHash;
    }

    /// @inheritdoc IMarketOracle
    function publicationDigest(Publication calldata publication) public view returns (bytes32) {
        return _hashTypedDataV4(publication.structHash());
    }

    /// Internal ///

    /// @dev Prices, data and risk parameters are there, and the ones meant.
    function _requireWhole(Publication calldata publication, bytes calldata data, uint256 selected)
        private
        pure
    {
        require(publication.index > 0 && publication.perpMark > 0, PriceZero());
        bytes32 given = keccak256(data);
        require(given == publication.dataHash, DataMismatch(given, publication.dataHash));
        require(publication.paramsHash == selected, ParamsNotSelected(publication.paramsHash, selected));
    }

    /// @dev Stores the epoch and what follows from it.
    function _accept(
        Publication calldata publication,
        uint256 hash,
        State memory state,
        EpochSnapshot memory previous
    ) private {
        EpochSnapshot memory accepted = EpochSnapshot({
            hash: hash,
            timestamp: publication.timestamp,
            index: publication.index,
            perpMark: publication.perpMark,
            paramsRung: _rungOf(state),
            suspect: false
        });
        _measure(state, accepted, previous);
        accepted.suspect = _judge(accepted, previous, state.twap);
        state.epoch = publication.epoch;
        _state = state;
        _epochs[state.epoch % HISTORY] = accepted;
    }

    /// @dev Takes the average, the variance and the next epoch's rung into the state.
    function _measure(State memory state, EpochSnapshot memory accepted, EpochSnapshot memory previous)
        private
    {
        VarianceConfig memory config = _variance;
        uint48 average = _twap.average(accepted.timestamp, _feed.twapWindow);
        _twap.record(accepted.timestamp, accepted.index);
        state.twap = average == 0 ? accepted.index : average;
        if (state.epoch > 0) {
            uint256 move = RealisedVariance.logReturn(previous.index, accepted.index);
            uint40 interval = accepted.timestamp - previous.timestamp;
            state.variance = config.updated(state.variance, move, interval);
        }
        _selectRung(state, config, accepted.timestamp);
    }

    /// @dev A new ladder is entered at the rung that it wants; on the same one the steps are limited.
    function _selectRung(State memory state, VarianceConfig memory config, uint40 time) private {
        uint64 effective = config.effective(state.variance);
        uint8 before = state.place;
        if (state.ladder != _newestLadder) {
            state.ladder = _newestLadder;
            (state.place, state.movedAt) = (_ladders[state.ladder].wanted(effective), time);
            return;
        }
        bool mayDescend = time >= state.movedAt + config.holdDown;
        bool behind;
        (state.place, behind) = _ladders[state.ladder].step(before, effective, config.maxStepUp, mayDescend);
        if (state.place != before) state.movedAt = time;
        if (behind) _trip(CircuitBreaker.CAUTION, Cause.Variance);
    }

    /// @dev Raises the breaker where the accepted values ask for it.
    /// @return suspect Whether they are never to be used against an account.
    function _judge(EpochSnapshot memory accepted, EpochSnapshot memory previous, uint48 average)
        private
        returns (bool suspect)
    {
        FeedConfig memory feed = _feed;
        bool first = previous.timestamp == 0;
        if (!first && block.timestamp > previous.timestamp + uint256(feed.silence)) {
            _trip(CircuitBreaker.FREEZE, Cause.Silence);
        }
        if (accepted.index.isFar(average, feed.freezeDeviation)) {
            suspect = true;
            _trip(CircuitBreaker.FREEZE, Cause.Deviation);
        } else if (accepted.index.isFar(average, feed.cautionDeviation)) {
            _trip(CircuitBreaker.CAUTION, Cause.Deviation);
        }
        if (accepted.perpMark.isFar(accepted.index, feed.freezeBasis)) {
            suspect = true;
            _trip(CircuitBreaker.FREEZE, Cause.Basis);
        }
        if (!first && accepted.index.isFar(previous.index, feed.haltJump)) {
            suspect = true;
            _trip(CircuitBreaker.HALT, Cause.Jump);
        }
    }

    function _isKept(uint40 epoch) private view returns (bool) {
        uint40 latest = _state.epoch;
        return epoch > 0 && epoch <= latest && latest - epoch < HISTORY;
    }

    /// @dev No snapshot for longer than `silence`, or none yet.
    function _isSilent() private view returns (bool) {
        uint40 latest = _state.epoch;
        return block.timestamp > _epochs[latest % HISTORY].timestamp + uint256(_feed.silence);
    }

    function _rungOf(State memory state) private pure returns (uint24) {
        return (uint24(state.ladder) << 8) | state.place;
    }
}
