// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, BatchItem, Phase, Status} from "../interfaces/IAccounts.sol";
import {IGroth16Verifier, Proof} from "../interfaces/IGroth16Verifier.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {ISoundnessAlarm} from "../interfaces/ISoundnessAlarm.sol";
import {AccountStore} from "./AccountStore.sol";
import {EpochRules} from "./EpochRules.sol";
import {PublicSignals} from "./PublicSignals.sol";
import {BatchCall, VerifierCall} from "./VerifierCall.sol";

/// @title What proofs do to accounts
/// @notice Effects come before the pairing check, which reverts all of them if a proof is wrong.
abstract contract ProofActions is AccountStore {
    using VerifierCall for BatchCall;
    using VerifierCall for IGroth16Verifier;

    /// @dev What margin proofs of one epoch share.
    struct Shared {
        uint256 domain;
        uint256 snapshotHash;
        uint40 epoch;
    }

    // Immutables

    /// @notice Verifiers; a registry keeps its own for ever.
    IGroth16Verifier public immutable MARGIN_VERIFIER;
    IGroth16Verifier public immutable SHORTFALL_VERIFIER;

    /// @inheritdoc IMarginRegistry
    ISoundnessAlarm public immutable alarm;

    bytes32 private immutable MARGIN_KEY;
    bytes32 private immutable SHORTFALL_KEY;

    // Of the sum over the margin circuit's signals the part that is the domain's, on the chain of deployment.
    uint256 private immutable CHAIN;
    uint256 private immutable BASE_X;
    uint256 private immutable BASE_Y;

    // Init

    constructor(IGroth16Verifier margin, IGroth16Verifier shortfall, ISoundnessAlarm alarm_) {
        require(margin.signalCount() == 4, ParamOutOfRange("margin signals", margin.signalCount()));
        require(shortfall.signalCount() == 5, ParamOutOfRange("shortfall signals", shortfall.signalCount()));
        (MARGIN_VERIFIER, SHORTFALL_VERIFIER) = (margin, shortfall);
        alarm = alarm_;
        bytes32 key = margin.vkDigest();
        (MARGIN_KEY, SHORTFALL_KEY) = (key, shortfall.vkDigest());
        uint256[2] memory base = margin.baseOf(PublicSignals.domain(PublicSignals.MARGIN, key));
        (CHAIN, BASE_X, BASE_Y) = (block.chainid, base[0], base[1]);
    }

    // Actions

    /// @inheritdoc IMarginRegistry
    function prove(uint64 id, uint40 epoch, Proof calldata proof) external {
        Account storage a = _accounts[id];
        _requireProvable(id, a);
        EpochRules.requireMargin(a, epoch, _latest(), WINDOW);
        _verifyMargin(id, epoch, PublicSignals.MAINTENANCE, proof);
    }

    /// @inheritdoc IMarginRegistry
    function proveBatch(BatchItem[] calldata items, Proof[] calldata proofs)
        external
        returns (uint256 accepted)
    {
        require(items.length == proofs.length, ProofCountWrong(proofs.length));
        BatchCall memory batch = VerifierCall.begin(items.length);
        Shared memory shared = Shared(_marginDomain(), 0, 0);
        uint40 latest = _latest();
        for (uint256 i = 0; i < items.length; ++i) {
            BatchItem calldata item = items[i];
            if (_counts(item, latest)) {
                // Most proofs are of the epoch of the one before; none that counts is of epoch 0.
                if (item.epoch != shared.epoch) {
                    (shared.epoch, shared.snapshotHash) = (item.epoch, _snapshotHash(item.epoch));
                }
                batch.add(proofs[i], _accept(item.id, PublicSignals.MAINTENANCE, shared));
            } else {
                emit BatchItemSkipped(item.id, item.version, item.epoch);
            }
        }
        accepted = batch.count;
        if (accepted != 0) batch.run(MARGIN_VERIFIER);
    }

    /// @inheritdoc IMarginRegistry
    function reportShortfall(uint64 id, uint40 epoch, Proof calldata proof, address beneficiary) external {
        require(beneficiary != address(0), AddressZero());
        _requireNoAlarm();
        _requireOracleBelow(NOTHING_ADVERSE);
        Account storage a = _accounts[id];
        _expireIfLate(id, a);
        Phase phase = a.phase;
        _requirePhase(id, a, phase == Phase.Open || phase == Phase.Called || phase == Phase.Presumed);
        EpochRules.requireShortfall(a, epoch, _latest(), WINDOW);
        require(!_snapshot(epoch).suspect, SnapshotSuspect(epoch));
        if (phase == Phase.Called) _returnBond(a, a.caller, 0);
        a.episode += 1;
        // From here on only margin at a later epoch than the shortfall's cures.
        (a.phase, a.callEpoch, a.caller) = (Phase.Liquidatable, epoch + 1, beneficiary);
        emit ShortfallReported(id, beneficiary, a.episode, a.version, epoch);
        SHORTFALL_VERIFIER.verify(proof, shortfallSignals(id, epoch, beneficiary));
    }

    // Views

    /// @inheritdoc IMarginRegistry
    function marginSignals(uint64 id, uint40 epoch) external view returns (uint256[] memory signals) {
        Shared memory shared = Shared(_marginDomain(), _snapshotHash(epoch), epoch);
        uint256[4] memory four = _marginSignals(id, _accounts[id], PublicSignals.MAINTENANCE, shared);
        signals = new uint256[](4);
        (signals[0], signals[1], signals[2], signals[3]) = (four[0], four[1], four[2], four[3]);
    }

    /// @inheritdoc IMarginRegistry
    function shortfallSignals(uint64 id, uint40 epoch, address beneficiary)
        public
        view
        returns (uint256[] memory)
    {
        Account storage a = _accounts[id];
        uint256 header = PublicSignals.header(id, a.version, PublicSignals.MAINTENANCE);
        uint256 domain = PublicSignals.domain(PublicSignals.SHORTFALL, SHORTFALL_KEY);
        return PublicSignals.shortfall(domain, header, a.commitment, _snapshotHash(epoch), beneficiary);
    }

    /// @inheritdoc IMarginRegistry
    function domains() external view returns (uint256 margin, uint256 shortfall) {
        margin = _marginDomain();
        shortfall = PublicSignals.domain(PublicSignals.SHORTFALL, SHORTFALL_KEY);
    }

    // Internal

    /// @dev Verifies a margin proof of the stored commitment and stores what it proves.
    function _verifyMargin(uint64 id, uint40 epoch, uint32 level, Proof calldata proof) internal {
        Shared memory shared = Shared(_marginDomain(), _snapshotHash(epoch), epoch);
        uint256[4] memory signals = _accept(id, level, shared);
        uint256[2] memory base = [BASE_X, BASE_Y];
        // After a fork the domain is another one, and so is its part of the sum.
        if (block.chainid != CHAIN) base = MARGIN_VERIFIER.baseOf(signals[0]);
        MARGIN_VERIFIER.verifyFrom(proof, base, signals);
    }

    /// @dev Ends what a margin proof ends and stores what it proves; returns the signals to verify.
    function _accept(uint64 id, uint32 level, Shared memory shared) private returns (uint256[4] memory) {
        Account storage a = _accounts[id];
        if (a.phase != Phase.Open) _endEpisode(id, a);
        a.provenEpoch = shared.epoch;
        emit Proven(id, a.version, shared.epoch, level);
        return _marginSignals(id, a, level, shared);
    }

    function _endEpisode(uint64 id, Account storage a) private {
        _expireIfLate(id, a);
        if (a.phase == Phase.Called) {
            emit CallAnswered(id, a.episode);
            _returnBond(a, a.owner, 0);
        } else {
            a.caller = address(0);
            emit Cured(id, a.episode);
        }
        a.phase = Phase.Open;
    }

    function _marginSignals(uint64 id, Account storage a, uint32 level, Shared memory shared)
        private
        view
        returns (uint256[4] memory)
    {
        uint256 header = PublicSignals.header(id, a.version, level);
        return [shared.domain, header, a.commitment, shared.snapshotHash];
    }

    function _marginDomain() private view returns (uint256) {
        return PublicSignals.domain(PublicSignals.MARGIN, MARGIN_KEY);
    }

    function _requireProvable(uint64 id, Account storage a) private view {
        _requirePhase(id, a, _isProvable(a.phase));
    }

    function _isProvable(Phase phase) private pure returns (bool) {
        return phase != Phase.None && phase < Phase.Awarded;
    }

    function _counts(BatchItem calldata item, uint40 latest) private view returns (bool) {
        Account storage a = _accounts[item.id];
        if (!_isProvable(a.phase) || a.version != item.version) return false;
        return EpochRules.countsForMargin(a, item.epoch, latest, WINDOW);
    }
}
