// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

import {FeedConfig, IMarketOracle, Rung, VarianceConfig} from "../interfaces/IMarketOracle.sol";
import {CircuitBreaker} from "./CircuitBreaker.sol";
import {RungLadder} from "./RungLadder.sol";
import {SignerQuorum} from "./SignerQuorum.sol";
import {TimeLock} from "./TimeLock.sol";

/// @title Who may change what of an oracle: signers and ladder with notice, breaker by hand
abstract contract OracleControl is IMarketOracle, AccessControl {
    using CircuitBreaker for CircuitBreaker.Breaker;
    using RungLadder for Rung[];
    using SignerQuorum for SignerQuorum.Signers;
    using TimeLock for TimeLock.Changes;

    /// @notice Who may raise the breaker by hand.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    /// @notice Who may report a contradiction: the registry.
    bytes32 public constant REPORTER_ROLE = keccak256("REPORTER_ROLE");

    /// Storage ///

    FeedConfig internal _feed;
    VarianceConfig internal _variance;
    CircuitBreaker.Breaker internal _breaker;
    SignerQuorum.Signers internal _signers;
    TimeLock.Changes private _changes;
    mapping(uint16 version => Rung[]) internal _ladders;
    uint16 internal _newestLadder; // version that the epoch after the next publication uses

    /// Init ///

    /// @dev Reverts with ConfigInvalid if a rule is out of its range.
    constructor(FeedConfig memory feed, VarianceConfig memory variance, address governor) {
        _requireFeed(feed);
        _requireVariance(variance);
        (_feed, _variance) = (feed, variance);
        _grantRole(DEFAULT_ADMIN_ROLE, governor);
    }

    /// Actions ///

    /// @inheritdoc IMarketOracle
    function tripContradiction() external onlyRole(REPORTER_ROLE) {
        _tripForEver(Cause.Contradiction);
    }

    /// @inheritdoc IMarketOracle
    function tripByGuardian(uint8 level_) external onlyRole(GUARDIAN_ROLE) {
        require(level_ > 0 && level_ <= CircuitBreaker.HALT, ConfigInvalid("level"));
        _trip(level_, Cause.Guardian);
    }

    /// @inheritdoc IMarketOracle
    function resume() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _breaker.reset(uint40(block.timestamp));
        emit Resumed();
    }

    /// @inheritdoc IMarketOracle
    function scheduleChange(bytes32 change) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _changes.schedule(change, uint40(block.timestamp) + _feed.timelock);
    }

    /// @inheritdoc IMarketOracle
    function cancelChange(bytes32 change) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _changes.cancel(change);
    }

    /// @inheritdoc IMarketOracle
    function changeLadder(Rung[] calldata rungs) external {
        _changes.use(keccak256(abi.encode(this.changeLadder.selector, rungs)));
        _addLadder(rungs);
    }

    /// @inheritdoc IMarketOracle
    function changeSigners(address[] calldata signers, uint8 quorum_) external {
        _changes.use(keccak256(abi.encode(this.changeSigners.selector, signers, quorum_)));
        _setSigners(signers, quorum_);
    }

    /// Views ///

    /// @inheritdoc IMarketOracle
    function levelUntil(uint8 level_) external view returns (uint40) {
        return _breaker.until[level_];
    }

    /// @inheritdoc IMarketOracle
    function ladder(uint16 version) external view returns (Rung[] memory) {
        return _ladders[version];
    }

    /// @inheritdoc IMarketOracle
    function feedConfig() external view returns (FeedConfig memory) {
        return _feed;
    }

    /// @inheritdoc IMarketOracle
    function varianceConfig() external view returns (VarianceConfig memory) {
        return _variance;
    }

    /// @inheritdoc IMarketOracle
    function isSigner(address account) external view returns (bool) {
        return _signers.contains(account);
    }

    /// @inheritdoc IMarketOracle
    function quorum() external view returns (uint8) {
        return _signers.quorum;
    }

    /// Internal ///

    function _addLadder(Rung[] memory rungs) internal {
        rungs.requireValid();
        uint16 version = ++_newestLadder;
        for (uint256 i = 0; i < rungs.length; ++i) {
            _ladders[version].push(rungs[i]);
        }
        emit LadderChanged(version, rungs);
    }

    function _setSigners(address[] memory signers, uint8 quorum_) internal {
        _signers.replace(signers, quorum_);
        emit SignersChanged(signers, quorum_);
    }

    /// @dev Holds a level up for as long as its conditions do.
    function _trip(uint8 level_, Cause cause) internal {
        uint32 time = level_ == CircuitBreaker.CAUTION
            ? _feed.cautionTime
            : level_ == CircuitBreaker.FREEZE ? _feed.freezeTime : _feed.haltTime;
        emit Tripped(level_, cause, _breaker.hold(level_, uint40(block.timestamp), time));
    }

    /// @dev Halts until the governor resumes.
    function _tripForEver(Cause cause) internal {
        emit Tripped(
            CircuitBreaker.HALT, cause, _breaker.holdUntil(CircuitBreaker.HALT, CircuitBreaker.FOR_EVER)
        );
    }

    function _requireFeed(FeedConfig memory feed) private pure {
        require(feed.minInterval > 0, ConfigInvalid("minInterval"));
        require(feed.maxDelay > 0, ConfigInvalid("maxDelay"));
        require(feed.silence >= feed.minInterval, ConfigInvalid("silence"));
        require(feed.twapWindow > 0, ConfigInvalid("twapWindow"));
        require(feed.cautionDeviation <= feed.freezeDeviation, ConfigInvalid("cautionDeviation"));
        require(feed.haltJump > 0, ConfigInvalid("haltJump"));
        require(feed.timelock > 0, ConfigInvalid("timelock"));
        require(feed.history > 1, ConfigInvalid("history"));
    }

    function _requireVariance(VarianceConfig memory variance) private pure {
        require(variance.recall > 0, ConfigInvalid("recall"));
        require(variance.stressWeight <= CircuitBreaker.BPS, ConfigInvalid("stressWeight"));
        require(variance.returnCap > 0, ConfigInvalid("returnCap"));
        require(variance.maxStepUp > 0, ConfigInvalid("maxStepUp"));
    }
}
