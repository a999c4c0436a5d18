// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, BatchItem, Phase, Status} from "../interfaces/IAccounts.sol";
import {IGroth16Verifier, Proof} from "../interfaces/IGroth16Verifier.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {ISoundnessAlarm} from "../interfaces/ISoundnessAlarm.sol";
import {AccountStore} from "./AccountStore.sol";
import {EpochRules} from "./EpochRules.sol";
import {PublicSignals} from "./PublicSignals.sol";

/// @title What proofs do to accounts
/// @notice Effects come before the pairing check, which reverts all of them if a proof is wrong.
abstract contract ProofActions is AccountStore {
    // Immutables

    /// @notice Verifiers; a registry keeps its own for ever.
    IGroth16Verifier public immutable MARGIN_VERIFIER;
    IGroth16Verifier public immutable SHORTFALL_VERIFIER;

    /// @inheritdoc IMarginRegistry
    ISoundnessAlarm public immutable alarm;

    bytes32 private immutable MARGIN_KEY;
    bytes32 private immutable SHORTFALL_KEY;

    // Init

    constructor(IGroth16Verifier margin, IGroth16Verifier shortfall, ISoundnessAlarm alarm_) {
        require(margin.signalCount() == 4, ParamOutOfRange("margin signals", margin.signalCount()));
        require(shortfall.signalCount() == 5, ParamOutOfRange("shortfall signals", shortfall.signalCount()));
        (MARGIN_VERIFIER, SHORTFALL_VERIFIER) = (margin, shortfall);
        alarm = alarm_;
        (MARGIN_KEY, SHORTFALL_KEY) = (margin.vkDigest(), shortfall.vkDigest());
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
        Proof[] memory kept = new Proof[](items.length);
        uint256[][] memory signals = new uint256[][](items.length);
        uint40 latest = _latest();
        for (uint256 i = 0; i < items.length; ++i) {
            if (!_counts(items[i], latest)) {
                emit BatchItemSkipped(items[i].id, items[i].version, items[i].epoch);
                continue;
            }
            kept[accepted] = proofs[i];
            signals[accepted] = _accept(items[i].id, items[i].epoch, PublicSignals.MAINTENANCE);
            accepted += 1;
        }
        if (accepted != 0) _verifyBatch(kept, signals, accepted);
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
    function marginSignals(uint64 id, uint40 epoch) public view returns (uint256[] memory) {
        return _marginSignals(id, _accounts[id], _snapshot(epoch).hash, PublicSignals.MAINTENANCE);
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
        return PublicSignals.shortfall(domain, header, a.commitment, _snapshot(epoch).hash, beneficiary);
    }

    /// @inheritdoc IMarginRegistry
    function domains() external view returns (uint256 margin, uint256 shortfall) {
        margin = PublicSignals.domain(PublicSignals.MARGIN, MARGIN_KEY);
        shortfall = PublicSignals.domain(PublicSignals.SHORTFALL, SHORTFALL_KEY);
    }

    // Internal

    /// @dev Verifies a margin proof of the stored commitment and stores what it proves.
    function _verifyMargin(uint64 id, uint40 epoch, uint32 level, Proof calldata proof) internal {
        MARGIN_VERIFIER.verify(proof, _accept(id, epoch, level));
    }

    /// @dev Ends what a margin proof ends and stores what it proves; returns the signals to verify.
    function _accept(uint64 id, uint40 epoch, uint32 level) private returns (uint256[] memory) {
        Account storage a = _accounts[id];
        if (a.phase != Phase.Open) _endEpisode(id, a);
        uint256 snapshotHash = _recordProof(a, epoch);
        emit Proven(id, a.version, epoch, level);
        return _marginSignals(id, a, snapshotHash, level);
    }

    function _verifyBatch(Proof[] memory kept, uint256[][] memory signals, uint256 accepted) private view {
        // The arrays were made for all items; only those that are kept go to the verifier.
        assembly ("memory-safe") {
            mstore(kept, accepted)
            mstore(signals, accepted)
        }
        MARGIN_VERIFIER.verifyBatch(kept, signals);
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

    function _marginSignals(uint64 id, Account storage a, uint256 snapshotHash, uint32 level)
        private
        view
        returns (uint256[] memory)
    {
        uint256 domain = PublicSignals.domain(PublicSignals.MARGIN, MARGIN_KEY);
        return
            PublicSignals.margin(
                domain, PublicSignals.header(id, a.version, level), a.commitment, snapshotHash
            );
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
