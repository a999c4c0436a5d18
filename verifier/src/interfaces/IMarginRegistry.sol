// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, BatchItem, RegistryParams, Role, Status} from "./IAccounts.sol";
import {ICredits} from "./ICredits.sol";
import {IHolderBonds} from "./IHolderBonds.sol";
import {IMarginClock} from "./IMarginClock.sol";
import {AdvanceKind} from "./IAdvanceAuthority.sol";
import {ISoundnessAlarm} from "./ISoundnessAlarm.sol";
import {Proof} from "./IGroth16Verifier.sol";

/// @title Accounts of which only a commitment is public, and what proofs and time make of them
/// @notice Every public signal that a proof is checked against is built from storage: calldata brings a
/// proof and declared outputs only. Money moves by credit: who is owed something withdraws it.
/// Money is in [1e-6 quote], prices in [1e-6 quote], times in [s], levels in [bps].
interface IMarginRegistry is ICredits {
    // Events

    event Opened(
        uint64 indexed account,
        address indexed owner,
        address indexed holder,
        uint64 version,
        uint256 commitment
    );
    event Advanced(uint64 indexed account, uint64 version, uint256 commitment, AdvanceKind kind);
    /// @param level [bps] Level that the proof was made for.
    event Proven(uint64 indexed account, uint64 version, uint40 epoch, uint32 level);
    event BatchItemSkipped(uint64 indexed account, uint64 version, uint40 epoch);
    /// @param deadline [registry clock, s] Last second in which the call can be answered.
    event CallStarted(
        uint64 indexed account, address indexed caller, uint48 episode, uint40 epoch, uint40 deadline
    );
    event CallAnswered(uint64 indexed account, uint48 episode);
    /// @param fine [1e-6 quote] What the bounty paid to the caller.
    event CallUnanswered(uint64 indexed account, uint48 episode, uint96 fine);
    event ShortfallReported(
        uint64 indexed account, address indexed beneficiary, uint48 episode, uint64 version, uint40 epoch
    );
    /// @notice A margin proof ended Presumed, Liquidatable or InAuction; an auction over it is void.
    event Cured(uint64 indexed account, uint48 episode);
    event Locked(uint64 indexed account, uint48 episode);
    event AwardRecorded(uint64 indexed account, uint48 episode);
    event Reopened(uint64 indexed account, uint48 episode);
    event Released(uint64 indexed account, uint48 episode);
    event Settled(uint64 indexed account, uint48 episode, uint64 version, uint256 commitment, uint40 epoch);
    event AccountClosed(uint64 indexed account, uint64 version);
    event BountyFunded(uint64 indexed account, address indexed from, uint256 amount);
    event BountyPaid(uint64 indexed account, address indexed to, uint256 amount);
    event HolderFailed(address indexed holder, uint64 indexed account, uint48 episode, uint256 amount);
    event SignaturesRevoked(uint64 indexed account, uint32 nonce);
    event RoleScheduled(Role indexed role, address next, uint40 readyAt);
    event RoleChanged(Role indexed role, address holder);

    // Errors: accounts

    /// @notice Thrown when the action is not open to an account of this status.
    error StatusWrong(uint64 account, Status status);
    /// @notice Thrown when a commitment is 0 or not below the field's order r.
    error CommitmentNotCanonical(uint256 commitment);
    /// @notice Thrown when a Stale account, or any account at breaker level 1 or above, would take risk.
    error RiskRefused(uint64 account, Status status, uint8 oracleLevel);
    /// @notice Thrown when this kind of change is not open to an account of this status.
    error KindRefused(AdvanceKind kind, Status status);
    /// @notice Thrown when more proofs come along than the one that may.
    error ProofCountWrong(uint256 count);
    /// @notice Thrown when the sender is not the owner of the account.
    error SenderNotOwner(uint64 account, address sender);
    /// @notice Thrown when the account's episode is not the one that the decision was made in.
    error EpisodeWrong(uint64 account, uint48 given, uint48 episode);
    /// @notice Thrown when an account opens with less than the least bounty, both [1e-6 quote].
    error BountyTooSmall(uint256 amount, uint256 least);

    // Errors: epochs

    /// @notice Thrown when the epoch is after the latest.
    error EpochInFuture(uint40 epoch, uint40 latest);
    /// @notice Thrown when the epoch is more than the window behind the latest.
    error EpochTooOld(uint40 epoch, uint40 oldest);
    /// @notice Thrown when the epoch is not after the newest proven one.
    error EpochNotNewer(uint40 epoch, uint40 provenEpoch);
    /// @notice Thrown when the epoch is before the one in which the commitment was stored.
    error EpochBeforeCommitment(uint40 epoch, uint40 commitEpoch);
    /// @notice Thrown when the epoch is before the call, or not after the shortfall that it should cure.
    error EpochBeforeCall(uint40 epoch, uint40 callEpoch);
    /// @notice Thrown when a shortfall is claimed at a snapshot that is not at least one epoch old.
    error EpochTooFresh(uint40 epoch, uint40 latest);

    /// @notice Thrown when a shortfall is claimed at a snapshot that the oracle marked suspect.
    error SnapshotSuspect(uint40 epoch);

    // Errors: calls, breakers

    /// @notice Thrown when the oracle's breaker level is above what the action allows.
    error OracleLevelTooHigh(uint8 level, uint8 highest);
    /// @notice Thrown when the action needs a running clock.
    error ClockStopped(uint8 reasons);
    /// @notice Thrown when the window of the account's last call is not over, both [registry clock, s].
    error CallTooSoon(uint40 clock, uint40 deadline);
    /// @notice Thrown when a deadline has not passed, both [registry clock, s]; it passes one second after.
    error DeadlineNotPassed(uint40 clock, uint40 deadline);
    /// @notice Thrown after a proven contradiction, by every action against an account.
    error AlarmRaised();

    // Errors: holders, roles

    /// @notice Thrown when the holder was slashed in this episode already.
    error HolderAlreadySlashed(address holder, uint48 episode);
    /// @notice Thrown when the sender does not have the role.
    error RoleMissing(Role role, address sender);
    /// @notice Thrown when a change of role is applied before its notice is over (readyAt 0: none scheduled).
    error RoleNotReady(Role role, uint40 readyAt);
    /// @notice Thrown at deployment when a parameter is out of its range.
    error ParamOutOfRange(bytes32 name, uint256 value);

    // Actions: the owner, with the authority (settlement)

    /// @notice Opens an account id that was never opened, or was closed; version is the stored one + 1.
    /// @dev Takes `bounty` of the quote token from the sender. Without a proof the account is Stale.
    /// Errors: StatusWrong, BountyTooSmall, HolderBondTooSmall, HolderLeaving, CommitmentNotCanonical, AddressZero,
    /// OracleLevelTooHigh, AlarmRaised, ProofCountWrong, ReceivedLess, those of the authority and, with a proof, of `prove`.
    /// @param id Account id, inside the commitment too.
    /// @param commitment Commitment to a book with this id and the next version.
    /// @param owner Owner.
    /// @param holder Bonded opening holder.
    /// @param bounty [1e-6 quote] Public deposit, at least `minBounty`.
    /// @param evidence What the authority asks for.
    /// @param proof None, or one margin proof at the initial level under the latest snapshot.
    function open(
        uint64 id,
        uint256 commitment,
        address owner,
        address holder,
        uint256 bounty,
        bytes calldata evidence,
        Proof[] calldata proof
    ) external;

    /// @notice Stores the next commitment. Without a proof the account has none afterwards: it is Stale.
    /// @dev While Called only Deposit and Reduce; call epoch and deadline stay, and a proof along with it
    /// answers. Trade on a Stale account needs a proof, and is refused at breaker level 1 and above. Refused
    /// on Presumed and later. Errors: StatusWrong, KindRefused, RiskRefused, ProofCountWrong, CommitmentNotCanonical, those of the authority and of `prove`.
    /// @param id Account id.
    /// @param commitment Commitment to the new book with the next version.
    /// @param kind Trade, Deposit or Reduce, as the settlement role says.
    /// @param evidence What the authority asks for.
    /// @param proof None, or one margin proof of the new commitment under the latest snapshot: at the initial
    /// level for Trade, at level 10000 otherwise.
    function advance(
        uint64 id,
        uint256 commitment,
        AdvanceKind kind,
        bytes calldata evidence,
        Proof[] calldata proof
    ) external;

    /// @notice Closes a Healthy account; its bounty is credited to the owner.
    /// @dev Errors: StatusWrong, those of the authority.
    function close(uint64 id, bytes calldata evidence) external;

    /// @notice Makes every signature that the owner gave and that was not used invalid.
    /// @dev Errors: SenderNotOwner.
    function revokeSignatures(uint64 id) external;

    // Actions: anyone

    /// @notice Proves margin at level 10000 under the snapshot of an epoch; answers a call, cures.
    /// @dev Epoch: latest - W <= epoch <= latest, epoch > provenEpoch, epoch >= commitEpoch, and epoch >=
    /// callEpoch while Called, Presumed, Liquidatable, InAuction. In time, the bond of the call is credited to
    /// the owner. Errors: StatusWrong, the epoch errors, those of the verifier.
    function prove(uint64 id, uint40 epoch, Proof calldata proof) external;

    /// @notice Proves many accounts with one pairing check; items that became stale are skipped before it.
    /// @dev Reverts if a proof that is not skipped is invalid. Errors: those of the verifier.
    /// @param items Accounts with the version and epoch expected.
    /// @param proofs A margin proof for each item.
    /// @return accepted Number of items that were not skipped; 0 checks nothing.
    function proveBatch(BatchItem[] calldata items, Proof[] calldata proofs)
        external
        returns (uint256 accepted);

    /// @notice Calls a Stale account: someone must prove margin at the latest epoch or later before the deadline.
    /// @dev Takes `callBond` of the quote token from the sender. Errors: StatusWrong, CallTooSoon, ClockStopped,
    /// OracleLevelTooHigh, AlarmRaised, ReceivedLess.
    function call(uint64 id) external;

    /// @notice Records that a call was not answered: freezes, fines, returns the bond. Status says so without it.
    /// @dev Errors: StatusWrong, DeadlineNotPassed, AlarmRaised.
    function expire(uint64 id) external;

    /// @notice Proves that the account is below maintenance: Liquidatable at once, from any status up to Presumed.
    /// @dev Epoch as for `prove` and epoch < latest. Level 10000. Not stopped by the guardian's pause.
    /// Errors: StatusWrong, the epoch errors, EpochTooFresh, SnapshotSuspect, OracleLevelTooHigh, AlarmRaised, those of the verifier.
    /// @param beneficiary Whom the proof names; is paid the keeper reward by the auction.
    function reportShortfall(uint64 id, uint40 epoch, Proof calldata proof, address beneficiary) external;

    /// @notice Slashes the opening holder of an account that is Presumed and whose holder window is over.
    /// @dev Takes one holder bond: a tenth is credited to who calls this, the rest to the insurance fund.
    /// Errors: StatusWrong, DeadlineNotPassed, HolderAlreadySlashed, OracleLevelTooHigh, AlarmRaised.
    function slashHolder(uint64 id) external;

    /// @notice Adds to the bounty of an account that is neither None nor Closed, from the sender.
    /// @dev Errors: StatusWrong, ReceivedLess.
    function fundBounty(uint64 id, uint256 amount) external;

    // Actions: the auction

    /// @notice Locks a Liquidatable account for an auction. Errors: RoleMissing, StatusWrong, OracleLevelTooHigh,
    /// AlarmRaised.
    /// @return episode Episode that the later hooks must name; another one means that the account was cured.
    function lock(uint64 id) external returns (uint48 episode);

    /// @notice Ends the owner's right to cure: the auction has a winner. Errors: RoleMissing, StatusWrong, EpisodeWrong.
    function award(uint64 id, uint48 episode) external;

    /// @notice Gives the owner's right to cure back: the winner did not settle, the auction goes on. Errors: as `award`.
    function reopen(uint64 id, uint48 episode) external;

    /// @notice Puts an account that is InAuction or Awarded back to Liquidatable. Errors: as `award`.
    function release(uint64 id, uint48 episode) external;

    /// @notice Stores what a verified liquidation left over, version + 1: Healthy at `epoch`, or, after a slice that
    /// reaches less than maintenance, InAuction in the same episode, curable and without a proof.
    /// @dev From InAuction or Awarded: the auction verifies `liquidate`, with the header of the stored version.
    /// Errors: RoleMissing, StatusWrong, EpisodeWrong, CommitmentNotCanonical.
    /// @param epoch Epoch of the snapshot that the liquidation was proven under.
    /// @param healthy Whether the proof shows the remainder at maintenance or above.
    function settle(uint64 id, uint48 episode, uint256 commitment, uint40 epoch, bool healthy) external;

    /// @notice Opens the winner's lot as an account of its own, with a margin proof at the initial level.
    /// @dev The version is the stored one + 1 (1 for a new id); no authority, no bounty. Errors: RoleMissing,
    /// StatusWrong, CommitmentNotCanonical, AddressZero, HolderBondTooSmall, HolderLeaving, and those of `prove`.
    function openLot(
        uint64 id,
        uint256 commitment,
        address owner,
        address holder,
        uint40 epoch,
        Proof calldata proof
    ) external;

    /// @notice Credits at most `amount` from the account's bounty. Errors: RoleMissing.
    /// @return paid [1e-6 quote] The smaller of `amount` and the bounty.
    function payBounty(uint64 id, address to, uint256 amount) external returns (uint256 paid);

    // Actions: roles

    /// @notice Schedules a change of role. Errors: RoleMissing, AddressZero.
    function scheduleRole(Role role, address next) external;

    /// @notice Applies a scheduled change whose notice is over; anyone. Errors: RoleNotReady.
    function applyRole(Role role) external;

    // Views

    /// @notice Status of the account now.
    function status(uint64 id) external view returns (Status);

    /// @notice The stored words of the account.
    function account(uint64 id) external view returns (Account memory);

    /// @notice [1e-6 quote] Bounty of the account.
    function bounty(uint64 id) external view returns (uint256);

    /// @notice [clock, s] What the clock shows that deadlines are kept by.
    /// @return now_ [clock, s] Does not fall from one action that reads the sequencer's feed to the next.
    /// @return reasons 0 if it runs; else bits: 1 guardian, 2 sequencer, 4 alarm.
    function clock() external view returns (uint40 now_, uint8 reasons);

    /// @notice The clock itself: who pauses it, and `sync`.
    function pauseClock() external view returns (IMarginClock);

    /// @notice The bonds of opening holders.
    function holders() external view returns (IHolderBonds);

    /// @notice Where a contradiction of proofs is reported.
    function alarm() external view returns (ISoundnessAlarm);

    /// @notice Public signals of a margin proof of the account, as `prove` would build them (level 10000).
    function marginSignals(uint64 id, uint40 epoch) external view returns (uint256[] memory);

    /// @notice Public signals of a shortfall proof of the account, as `reportShortfall` would build them.
    function shortfallSignals(uint64 id, uint40 epoch, address beneficiary)
        external
        view
        returns (uint256[] memory);

    /// @notice Domain of this registry's margin and shortfall circuits:
    /// keccak(chain id, registry, circuit id, key digest) >> 8.
    function domains() external view returns (uint256 margin, uint256 shortfall);

    /// @notice Numbers of this registry.
    function params() external view returns (RegistryParams memory);

    /// @notice Holder of a role, and what is scheduled for it (readyAt 0: nothing).
    function role(Role which) external view returns (address holder, address next, uint40 readyAt);
}
