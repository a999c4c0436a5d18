// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase, Role, Status} from "../interfaces/IAccounts.sol";
import {AdvanceKind, AdvanceRequest, IAdvanceAuthority} from "../interfaces/IAdvanceAuthority.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";
import {Proof} from "../interfaces/IGroth16Verifier.sol";
import {EpochRules} from "./EpochRules.sol";
import {ProofActions} from "./ProofActions.sol";
import {PublicSignals} from "./PublicSignals.sol";

/// @title Opening, advancing and closing accounts
abstract contract AccountActions is ProofActions {
    uint256 private constant FIELD_ORDER =
        21888242871839275222246405745257275088548364400416034343698204186575808495617; // r of BN254

    // Actions

    /// @inheritdoc IMarginRegistry
    function open(
        uint64 id,
        uint256 commitment,
        address owner,
        address holder,
        uint256 bounty_,
        bytes calldata evidence,
        Proof[] calldata proof
    ) external nonReentrant {
        _requireNoAlarm();
        _requireOracleBelow(NO_NEW_RISK);
        require(bounty_ >= MIN_BOUNTY, BountyTooSmall(bounty_, MIN_BOUNTY));
        Account storage a = _accounts[id];
        _begin(id, a, commitment, owner, holder, _latest());
        _authorise(AdvanceKind.Open, id, a, a.version, commitment, evidence);
        _bounties[id] = bounty_;
        emit BountyFunded(id, msg.sender, bounty_);
        _proveAlong(id, a, INITIAL_LEVEL, proof);
        _take(bounty_);
    }

    /// @inheritdoc IMarginRegistry
    function advance(
        uint64 id,
        uint256 commitment,
        AdvanceKind kind,
        bytes calldata evidence,
        Proof[] calldata proof
    ) external nonReentrant {
        Account storage a = _accounts[id];
        Status now_ = _statusNow(a);
        require(
            now_ == Status.Healthy || now_ == Status.Stale || now_ == Status.Called, StatusWrong(id, now_)
        );
        _requireKind(id, kind, now_, proof.length != 0);
        _requireCanonical(commitment);
        _authorise(kind, id, a, a.version + 1, commitment, evidence);
        _replace(a, commitment, _latest());
        emit Advanced(id, a.version, commitment, kind);
        _proveAlong(id, a, kind == AdvanceKind.Trade ? INITIAL_LEVEL : PublicSignals.MAINTENANCE, proof);
    }

    /// @inheritdoc IMarginRegistry
    function close(uint64 id, bytes calldata evidence) external nonReentrant {
        Account storage a = _accounts[id];
        Status now_ = _statusNow(a);
        require(now_ == Status.Healthy, StatusWrong(id, now_));
        _authorise(AdvanceKind.Close, id, a, a.version + 1, 0, evidence);
        uint256 amount = _bounties[id];
        (a.phase, _bounties[id]) = (Phase.Closed, 0);
        emit AccountClosed(id, a.version);
        _credit(a.owner, amount);
    }

    /// @inheritdoc IMarginRegistry
    function revokeSignatures(uint64 id) external {
        Account storage a = _accounts[id];
        require(msg.sender == a.owner, SenderNotOwner(id, msg.sender));
        a.nonce += 1;
        emit SignaturesRevoked(id, a.nonce);
    }

    // Internal

    /// @dev A fresh account in the words of an unused or a closed one: version, episode and nonce go on, so
    /// that no proof, decision or signature of the earlier life has any force.
    function _begin(
        uint64 id,
        Account storage a,
        uint256 commitment,
        address owner,
        address holder,
        uint40 epoch
    ) internal {
        _requirePhase(id, a, a.phase == Phase.None || a.phase == Phase.Closed);
        require(owner != address(0), AddressZero());
        _requireCanonical(commitment);
        holders.requireBonded(holder);
        _replace(a, commitment, epoch);
        (a.phase, a.callEpoch, a.deadline) = (Phase.Open, 0, 0);
        (a.owner, a.holder, a.holderSlashed) = (owner, holder, false);
        (a.caller, a.bond) = (address(0), 0);
        emit Opened(id, owner, holder, a.version, commitment);
    }

    function _replace(Account storage a, uint256 commitment, uint40 epoch) internal {
        a.commitment = commitment;
        (a.version, a.provenEpoch, a.commitEpoch) = (a.version + 1, 0, epoch);
    }

    function _requireCanonical(uint256 commitment) internal pure {
        require(commitment != 0 && commitment < FIELD_ORDER, CommitmentNotCanonical(commitment));
    }

    function _proveAlong(uint64 id, Account storage a, uint32 level, Proof[] calldata proof) private {
        if (proof.length == 0) return;
        require(proof.length == 1, ProofCountWrong(proof.length));
        uint40 latest = _latest();
        EpochRules.requireOrder(a, latest);
        _verifyMargin(id, latest, level, proof[0]);
    }

    function _requireKind(uint64 id, AdvanceKind kind, Status now_, bool proven) private view {
        bool relieves = kind == AdvanceKind.Deposit || kind == AdvanceKind.Reduce;
        require(relieves || (kind == AdvanceKind.Trade && now_ != Status.Called), KindRefused(kind, now_));
        if (relieves) return;
        uint8 level = _level();
        bool allowed = level < NO_NEW_RISK && (now_ == Status.Healthy || proven);
        require(allowed, RiskRefused(id, now_, level));
    }

    function _authorise(
        AdvanceKind kind,
        uint64 id,
        Account storage a,
        uint64 version,
        uint256 commitment,
        bytes calldata evidence
    ) private view {
        AdvanceRequest memory request = AdvanceRequest({
            kind: kind,
            account: id,
            version: version,
            commitment: commitment,
            owner: a.owner,
            holder: a.holder,
            nonce: a.nonce,
            sender: msg.sender
        });
        IAdvanceAuthority(_roleHolder(Role.Authority)).authorise(request, evidence);
    }
}
