// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The three points of a proof, each coordinate in [0, q).
/// @dev Words as the EVM's precompiles have them (EIP-196, EIP-197): an element c0 + c1 u of F_q2 is
/// the pair (c1, c0). A proof identifies nothing: many proofs are valid for one statement.
/// @param a Point A of G1: x, y.
/// @param b Point B of G2: x, y, each with the imaginary part first.
/// @param c Point C of G1: x, y.
struct Proof {
    uint256[2] a;
    uint256[2][2] b;
    uint256[2] c;
}

/// @title Verifier of the Groth16 proofs of one circuit over BN254
/// @notice A call that returns has seen valid proofs; everything else reverts. There is no boolean that
/// a caller could forget to look at, and nothing that ends the caller's frame.
/// @dev One contract a circuit, rendered from its verifying key by `zkmargin/solidity_verifier.py`.
interface IGroth16Verifier {
    /// @notice Thrown when the number of public signals is not the circuit's.
    /// @param given Signals in the call.
    /// @param expected Signals of the circuit.
    error SignalCountWrong(uint256 given, uint256 expected);

    /// @notice Thrown when a public signal is not below r: s and s + r would be two statements of one proof.
    /// @param signal The signal.
    error SignalNotCanonical(uint256 signal);

    /// @notice Thrown when A or C is not a point of G1 with coordinates below q, or is infinity.
    error PointNotInG1();

    /// @notice Thrown when a coordinate of B is not below q, or B is infinity.
    /// @dev Whether B is on the twist and in the subgroup is for the pairing to say: `ProofInvalid`.
    error PointNotInG2();

    /// @notice Thrown when the pairing equation does not hold, or the precompile refuses a point.
    error ProofInvalid();

    /// @notice Thrown when a batch holds no proof.
    error BatchEmpty();

    /// @notice Thrown when a batch has not one list of public signals for each proof.
    /// @param proofs Proofs in the batch.
    /// @param statements Lists of public signals in the batch.
    error BatchLengthsDiffer(uint256 proofs, uint256 statements);

    /// @notice Returns if the proof is valid for these public signals.
    /// @param proof The proof; all coordinates must be below q.
    /// @param signals Public signals in the circuit's order, each below r.
    function verify(Proof calldata proof, uint256[] calldata signals) external view;

    /// @notice As `verify`, for a caller that always has the same first signal and keeps its part of the sum.
    /// @dev One multiplication less. It says nothing to anybody but the caller that `base` belongs to: whoever
    /// chooses `base` chooses the statement.
    /// @param proof The proof.
    /// @param base What `baseOf` returns for the first signal.
    /// @param rest The other public signals, each below r.
    function verifyFrom(Proof calldata proof, uint256[2] calldata base, uint256[] calldata rest) external view;

    /// @notice The point IC_0 + first * IC_1, for `verifyFrom`. Errors: SignalNotCanonical.
    /// @param first The first signal, below r.
    function baseOf(uint256 first) external view returns (uint256[2] memory base);

    /// @notice Returns if every proof is valid for its public signals; n + 3 pairings.
    /// @dev Each proof is raised to a weight that follows from all of the batch, from the key and from
    /// `batchDomain`, so that a batch with an invalid proof passes with probability 2^-128 at most.
    /// @param proofs At least one proof.
    /// @param signals For each proof its public signals.
    function verifyBatch(Proof[] calldata proofs, uint256[][] calldata signals) external view;

    /// @notice What enters the weights of a batch besides the key: chain id * 2^160 + this contract.
    function batchDomain() external view returns (uint256);

    /// @notice Keccak of the key's points: alpha1, beta2, gamma2, delta2, IC, in words of the precompiles.
    /// @dev Python: `zkmargin.proving.batch.key_hash`.
    function vkDigest() external view returns (bytes32);

    /// @notice Number of public signals of the circuit.
    function signalCount() external view returns (uint256);
}
