// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the signers vouch for, of one epoch; one EIP-712 message.
/// @dev `rest` is the Poseidon hash of all that the contract does not look into (`zkmargin/snapshot.py`).
/// @param epoch Number of the publication, one more than the latest.
/// @param timestamp The snapshot's time [s].
/// @param indexTime When the index was observed, at most `timestamp` [s].
/// @param perpTime When the perp mark was observed, at most `timestamp` [s].
/// @param surfaceTime When forwards and volatilities were observed, at most `timestamp` [s].
/// @param index Index price S [1e-6 quote].
/// @param perpMark Perp mark P [1e-6 quote].
/// @param rest Hash of header and rows, below r.
/// @param paramsHash Hash of the risk parameters; must be that of the selected rung.
/// @param dataHash Keccak of the bytes of the whole snapshot, which go with the publication.
struct Publication {
    uint40 epoch;
    uint40 timestamp;
    uint40 indexTime;
    uint40 perpTime;
    uint40 surfaceTime;
    uint48 index;
    uint48 perpMark;
    uint256 rest;
    uint256 paramsHash;
    bytes32 dataHash;
}

/// @notice What is kept of a published epoch.
/// @param hash Poseidon hash of the snapshot, the public signal of proofs.
/// @param timestamp The snapshot's time [s].
/// @param index Index price S [1e-6 quote].
/// @param perpMark Perp mark P [1e-6 quote].
/// @param paramsRung Rung of the risk parameters: ladder version * 2^8 + place, so that a rung of another
/// ladder is another number.
/// @param suspect Its own values raised the breaker to level 2 or above, or a second signed snapshot of its
/// instant was shown: it is never used against an account, whatever the level is later.
struct EpochSnapshot {
    uint256 hash;
    uint40 timestamp;
    uint48 index;
    uint48 perpMark;
    uint24 paramsRung;
    bool suspect;
}

/// @notice One step of the ladder of risk parameters.
/// @param maxVariance Largest annualised variance that it is made for [2^-48 per year]; increasing along the
/// ladder, 2^64 - 1 in the last rung.
/// @param paramsHash Hash of its risk parameters.
struct Rung {
    uint64 maxVariance;
    uint256 paramsHash;
}

/// @notice The fixed rules of a feed.
/// @param minInterval Least time between two snapshots [s].
/// @param maxDelay Greatest age of a snapshot when it is published [s].
/// @param indexHeartbeat Greatest age of the index within its snapshot [s].
/// @param perpHeartbeat Greatest age of the perp mark within its snapshot [s].
/// @param surfaceHeartbeat Greatest age of forwards and volatilities within their snapshot [s].
/// @param silence Age of the latest snapshot above which nothing adverse may happen [s].
/// @param twapWindow Length of the average that guards the index [s].
/// @param cautionDeviation Distance of the index from its average above which the level is 1 [bps].
/// @param freezeDeviation The same for level 2 [bps].
/// @param freezeBasis Distance of the perp mark from the index above which the level is 2 [bps].
/// @param haltJump Change of the index between two snapshots above which the level is 3 [bps].
/// @param cautionTime How long level 1 outlasts its condition [s].
/// @param freezeTime How long level 2 outlasts its condition [s].
/// @param haltTime How long level 3 outlasts a jump; the governor may end it earlier [s].
/// @param timelock Notice that a change of ladder or signers needs [s].
/// @param history Epochs that are kept, at least 2.
struct FeedConfig {
    uint32 minInterval;
    uint32 maxDelay;
    uint32 indexHeartbeat;
    uint32 perpHeartbeat;
    uint32 surfaceHeartbeat;
    uint32 silence;
    uint32 twapWindow;
    uint16 cautionDeviation;
    uint16 freezeDeviation;
    uint16 freezeBasis;
    uint16 haltJump;
    uint32 cautionTime;
    uint32 freezeTime;
    uint32 haltTime;
    uint32 timelock;
    uint32 history;
}

/// @notice The fixed rules of realised variance.
/// @param recall Time constant of the weighted mean: an interval d weighs d / (d + recall) [s].
/// @param initialVariance Variance before the first return [2^-48 per year].
/// @param floor Least variance that selects a rung [2^-48 per year].
/// @param stress Variance of the stressed period [2^-48 per year].
/// @param stressWeight Its weight in the blend [bps].
/// @param returnCap Greatest return that counts, in log [bps].
/// @param maxStepUp Rungs that one epoch may climb.
/// @param holdDown Time since the last move before a rung is given up [s].
struct VarianceConfig {
    uint32 recall;
    uint64 initialVariance;
    uint64 floor;
    uint64 stress;
    uint16 stressWeight;
    uint16 returnCap;
    uint8 maxStepUp;
    uint32 holdDown;
}

/// @title Oracle of one feed: market snapshots, breakers, and the choice of risk parameters
/// @notice Anyone may publish what a quorum of signers signed. The snapshot's hash is computed here, from the
/// same message that feeds the breakers, and the whole snapshot is emitted, so that a wallet can rebuild any
/// epoch from logs alone.
/// @dev Breaker levels: 0 normal; 1 no new risk; 2 nothing adverse to an account either (no call, shortfall or
/// auction may start); 3 halted. Proofs of margin are accepted at every level.
interface IMarketOracle {
    /// @notice What raised the breaker.
    enum Cause {
        Deviation, // index far from its average
        Basis, // perp mark far from the index
        Jump, // index far from the one before
        Variance, // realised variance above what the rung in force is made for
        Silence, // no snapshot for longer than `silence`
        Equivocation, // two signed snapshots of one instant
        Contradiction, // margin and shortfall proven of one book at one snapshot
        Guardian // by hand
    }

    /// @notice A snapshot was accepted; `data` is the whole of it.
    /// @param epoch Its number.
    /// @param hash Its Poseidon hash.
    /// @param publication What was signed.
    /// @param data The snapshot's bytes, whose keccak was signed.
    event Published(uint40 indexed epoch, uint256 indexed hash, Publication publication, bytes data);

    /// @notice Realised variance after an epoch, and the rung that the next one must use.
    /// @param nextEpoch The epoch that the rung is for.
    /// @param variance Realised variance [2^-48 per year].
    /// @param rung Ladder version * 2^8 + place.
    event RungSelected(uint40 indexed nextEpoch, uint64 variance, uint24 rung);

    /// @notice The breaker was raised, or held up for longer.
    /// @param level 1, 2 or 3.
    /// @param cause What raised it.
    /// @param until When the level ends by itself; 2^40 - 1 if only the governor can end it [s].
    event Tripped(uint8 indexed level, Cause indexed cause, uint40 until);

    /// @notice The governor ended all levels.
    event Resumed();

    /// @notice A change was announced.
    /// @param change Keccak of its function and arguments.
    /// @param readyAt When it may be made [s].
    event ChangeScheduled(bytes32 indexed change, uint40 readyAt);

    /// @notice An announced change was withdrawn.
    /// @param change Keccak of its function and arguments.
    event ChangeCancelled(bytes32 indexed change);

    /// @notice The signers changed.
    /// @param signers All signers from now on.
    /// @param quorum Signatures that a publication needs.
    event SignersChanged(address[] signers, uint8 quorum);

    /// @notice A ladder was chosen; it is in force from the epoch after the next publication.
    /// @param version Its version.
    /// @param rungs Its rungs.
    event LadderChanged(uint16 indexed version, Rung[] rungs);

    /// @notice Thrown when a publication's epoch is not the next one.
    /// @param given The publication's epoch.
    /// @param expected The latest epoch + 1.
    error EpochNotNext(uint40 given, uint40 expected);

    /// @notice Thrown when a snapshot's time is less than `minInterval` after that of the latest.
    /// @param timestamp The snapshot's time [s].
    /// @param earliest The earliest that is allowed [s].
    error TimeNotMonotone(uint40 timestamp, uint40 earliest);

    /// @notice Thrown when a snapshot's time is in the future.
    /// @param timestamp The snapshot's time [s].
    /// @param present The block's time [s].
    error TimeInFuture(uint40 timestamp, uint40 present);

    /// @notice Thrown when a snapshot is older than `maxDelay`.
    /// @param timestamp The snapshot's time [s].
    /// @param earliest The earliest that is allowed [s].
    error PublicationTooOld(uint40 timestamp, uint40 earliest);

    /// @notice Thrown when a field was observed after its snapshot's time, or too long before it.
    /// @param field "index", "perp" or "surface".
    /// @param observed When it was observed [s].
    /// @param earliest The earliest that is allowed [s].
    error FieldStale(bytes32 field, uint40 observed, uint40 earliest);

    /// @notice Thrown when a price is zero.
    error PriceZero();

    /// @notice Thrown when a hash input is not below r.
    /// @param value The input.
    error HashInputNotCanonical(uint256 value);

    /// @notice Thrown when the keccak of the data is not the one signed.
    /// @param given Keccak of the data.
    /// @param signed The publication's `dataHash`.
    error DataMismatch(bytes32 given, bytes32 signed);

    /// @notice Thrown when a publication's risk parameters are not those of the selected rung.
    /// @param given The publication's `paramsHash`.
    /// @param selected That of the rung.
    error ParamsNotSelected(uint256 given, uint256 selected);

    /// @notice Thrown when fewer signatures than the quorum are given.
    /// @param given Signatures in the call.
    /// @param quorum Signatures needed.
    error QuorumNotReached(uint256 given, uint256 quorum);

    /// @notice Thrown when a signature is not by a signer, or signatures are not in increasing order of signer.
    /// @param recovered Who signed.
    error SignerNotAccepted(address recovered);

    /// @notice Thrown when a set of signers is empty, has no order, a zero, or fewer members than its quorum.
    error SignersInvalid();

    /// @notice Thrown when a ladder is empty, longer than 256, does not increase, or does not end at 2^64 - 1.
    error LadderInvalid();

    /// @notice Thrown when a rule of a configuration is out of its range.
    /// @param field Name of the rule.
    error ConfigInvalid(bytes32 field);

    /// @notice Thrown when an epoch is unknown or no longer kept.
    /// @param epoch The epoch.
    error EpochUnknown(uint40 epoch);

    /// @notice Thrown when a trip's evidence does not show its condition.
    error EvidenceInsufficient();

    /// @notice Thrown when a change was not announced, or its notice has not ended.
    /// @param change Keccak of its function and arguments.
    /// @param readyAt When it may be made, 0 if it was not announced [s].
    error ChangeNotReady(bytes32 change, uint40 readyAt);

    /// @notice Accepts the next epoch; anyone may call it.
    /// @dev Reverts with any of the errors above, down to `SignerNotAccepted`.
    /// @param publication What the signers signed.
    /// @param data The whole snapshot, emitted as it is.
    /// @param signatures At least the quorum, each r, s, v, in increasing order of signer.
    /// @return hash The snapshot's hash.
    function publish(Publication calldata publication, bytes calldata data, bytes[] calldata signatures)
        external
        returns (uint256 hash);

    /// @notice Level 3, for anyone who shows a second signed publication of an epoch and instant already
    /// accepted, with another hash. Only the governor ends it.
    /// @dev Reverts with EpochUnknown, EvidenceInsufficient, or an error of the signatures.
    /// @param publication The second publication.
    /// @param signatures As for `publish`.
    function tripEquivocation(Publication calldata publication, bytes[] calldata signatures) external;

    /// @notice Level 2 for `freezeTime` from now, for anyone, while the feed has been silent for longer than
    /// `silence`: accounts get that time after it returns.
    /// @dev Reverts with EvidenceInsufficient. `publish` does the same when it ends a silence.
    function tripSilence() external;

    /// @notice Level 3, by the registry: margin and shortfall are both proven of one commitment at one snapshot.
    /// Only the governor ends it.
    /// @dev Needs REPORTER_ROLE.
    function tripContradiction() external;

    /// @notice Raises the level by hand, for as long as a condition of that level would.
    /// @dev Needs GUARDIAN_ROLE. Reverts with ConfigInvalid unless the level is 1, 2 or 3.
    /// @param level_ 1, 2 or 3.
    function tripByGuardian(uint8 level_) external;

    /// @notice Ends all levels.
    /// @dev Needs DEFAULT_ADMIN_ROLE. A feed that is silent stays at level 2.
    function resume() external;

    /// @notice Announces a change; it may be made `timelock` seconds later.
    /// @dev Needs DEFAULT_ADMIN_ROLE.
    /// @param change Keccak of abi.encode(selector of `changeLadder` or `changeSigners`, its arguments).
    function scheduleChange(bytes32 change) external;

    /// @notice Withdraws an announced change.
    /// @dev Needs DEFAULT_ADMIN_ROLE. Reverts with ChangeNotReady if it was not announced.
    /// @param change As for `scheduleChange`.
    function cancelChange(bytes32 change) external;

    /// @notice Chooses an announced ladder, for the epoch after the next publication; anyone may call it.
    /// @dev Reverts with LadderInvalid or ChangeNotReady.
    /// @param rungs The rungs, by increasing variance.
    function changeLadder(Rung[] calldata rungs) external;

    /// @notice Replaces the signers as announced; anyone may call it.
    /// @dev Reverts with SignersInvalid or ChangeNotReady.
    /// @param signers In increasing order, at most 255.
    /// @param quorum_ Signatures that a publication needs, at least 1.
    function changeSigners(address[] calldata signers, uint8 quorum_) external;

    /// @notice Breaker level now, 0 to 3. A feed silent for longer than `silence` is at 2 or more.
    function level() external view returns (uint8);

    /// @notice Whether the level is 3.
    function isHalted() external view returns (bool);

    /// @notice When a level ends by itself; past if it does not hold now [s].
    /// @param level_ 1, 2 or 3.
    function levelUntil(uint8 level_) external view returns (uint40);

    /// @notice Latest epoch, 0 before the first.
    function latestEpoch() external view returns (uint40);

    /// @notice Hash of an epoch's snapshot, 0 if the epoch is unknown or no longer kept.
    /// @param epoch The epoch.
    function snapshotHash(uint40 epoch) external view returns (uint256);

    /// @notice What is kept of an epoch.
    /// @dev Reverts with EpochUnknown.
    /// @param epoch The epoch.
    function snapshot(uint40 epoch) external view returns (EpochSnapshot memory);

    /// @notice Whether an epoch may be used against an account now: kept, not the latest, not suspect, and level
    /// below 2.
    /// @param epoch The epoch.
    function isUsableAgainst(uint40 epoch) external view returns (bool);

    /// @notice Epochs that are kept.
    function history() external view returns (uint40);

    /// @notice Average index of the window that ends at the latest snapshot, the latest index not included;
    /// rounded down [1e-6 quote].
    function twap() external view returns (uint48);

    /// @notice Realised variance after the latest epoch [2^-48 per year].
    function realisedVariance() external view returns (uint64);

    /// @notice The rung that the next epoch must use: ladder version * 2^8 + place.
    function rung() external view returns (uint24);

    /// @notice Hash of the risk parameters that the next epoch must use.
    function selectedParams() external view returns (uint256);

    /// @notice The rungs of a ladder.
    /// @param version The ladder's version, from 1.
    function ladder(uint16 version) external view returns (Rung[] memory);

    /// @notice Rules of the feed.
    function feedConfig() external view returns (FeedConfig memory);

    /// @notice Rules of the variance.
    function varianceConfig() external view returns (VarianceConfig memory);

    /// @notice Whether an address signs for this feed.
    /// @param account The address.
    function isSigner(address account) external view returns (bool);

    /// @notice Signatures that a publication needs.
    function quorum() external view returns (uint8);

    /// @notice What the signers sign for a publication (EIP-712).
    /// @param publication The publication.
    function publicationDigest(Publication calldata publication) external view returns (bytes32);
}
