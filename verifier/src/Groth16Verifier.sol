// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IGroth16Verifier, Proof} from "./interfaces/IGroth16Verifier.sol";

/// @title Groth16 verification over BN254 by the precompiles; a circuit's contract adds its key
/// @notice With IC(s) = IC_0 + s_1 IC_1 + .., a proof is valid when
///
///     e(A, B) e(-alpha1, beta2) e(-IC(s), gamma2) e(-C, delta2) = 1
///
/// and a batch when the product of e(r_i A_i, B_i) over its proofs, with R = sum r_i, satisfies
///
///     prod e(r_i A_i, B_i) e(-R alpha1, beta2) e(-sum r_i IC(s_i), gamma2) e(-sum r_i C_i, delta2) = 1
/// @dev The precompiles take what a verifier must not: a signal >= r and a point at infinity. They refuse a
/// coordinate >= q, a point off its curve or outside G2, and take all the gas that they are given with them;
/// what is cheap to see is therefore refused before. Python: `zkmargin/proving/batch.py`.
abstract contract Groth16Verifier is IGroth16Verifier {
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant EC_ADD = 6;
    uint256 private constant EC_MUL = 7;
    uint256 private constant EC_PAIRING = 8;

    uint256 private constant PAIR = 192; // a point of G1 and one of G2 [bytes]
    uint256 private constant PROOF = 256; // [bytes]

    /// Actions ///

    /// @inheritdoc IGroth16Verifier
    function verify(Proof calldata proof, uint256[] calldata signals) external view {
        uint256 count = signalCount();
        require(signals.length == count, SignalCountWrong(signals.length, count));
        uint256[] memory scalars = _scalars(signals, 1);
        scalars[0] = 1;
        _requireProduct(_pairs(proof), 1, scalars, [uint256(0), 0]);
    }

    /// @inheritdoc IGroth16Verifier
    function verifyFrom(Proof calldata proof, uint256[2] calldata base, uint256[] calldata rest)
        external
        view
    {
        uint256 count = signalCount();
        require(rest.length + 1 == count, SignalCountWrong(rest.length + 1, count));
        // The scalars of IC_0 and IC_1 stay zero: their terms are in the base.
        _requireProduct(_pairs(proof), 1, _scalars(rest, 2), base);
    }

    /// @inheritdoc IGroth16Verifier
    function verifyBatch(Proof[] calldata proofs, uint256[][] calldata signals) external view {
        uint256 count = proofs.length;
        require(count != 0, BatchEmpty());
        require(count == signals.length, BatchLengthsDiffer(count, signals.length));
        bytes32 seed = _seed(proofs, signals);
        uint256[] memory scalars = new uint256[](signalCount() + 1);
        bytes memory pairs = new bytes((count + 3) * PAIR);
        uint256 at;
        assembly ("memory-safe") {
            at := add(pairs, 0x20)
        }
        for (uint256 i = 0; i < count; ++i) {
            _requireInGroups(proofs[i]);
            uint256 weight = _weight(seed, i);
            _addScalars(scalars, weight, signals[i]);
            _addProof(at + i * PAIR, at + (count + 2) * PAIR, weight, proofs[i]);
        }
        _requireProduct(pairs, scalars[0], scalars, [uint256(0), 0]);
    }

    /// Views ///

    /// @inheritdoc IGroth16Verifier
    function baseOf(uint256 first) external view returns (uint256[2] memory base) {
        require(first < R, SignalNotCanonical(first));
        uint256[] memory scalars = new uint256[](signalCount() + 1);
        (scalars[0], scalars[1]) = (1, first);
        uint256[5] memory point; // and the words that `_combineIc` overwrites
        uint256 at;
        assembly ("memory-safe") {
            at := point
        }
        _combineIc(at, scalars);
        return [point[0], point[1]];
    }

    /// @inheritdoc IGroth16Verifier
    function vkDigest() public view virtual returns (bytes32);

    /// @inheritdoc IGroth16Verifier
    function signalCount() public view virtual returns (uint256);

    /// @inheritdoc IGroth16Verifier
    function batchDomain() public view returns (uint256) {
        return (block.chainid << 160) | uint160(address(this));
    }

    /// Internal: the key ///

    /// @dev The point alpha1.
    function _alpha1() internal pure virtual returns (uint256 x, uint256 y);

    /// @dev Writes beta2, gamma2 and delta2 into the second halves of three pairs.
    /// @param at Memory address of the first of the three.
    function _writeG2(uint256 at) internal pure virtual;

    /// @dev Sets the point at a memory address to the sum of scalars[i] IC_i.
    /// @param at Memory address of the point; the three words behind it are overwritten.
    /// @param scalars One for each IC, each below 2^256.
    function _combineIc(uint256 at, uint256[] memory scalars) internal view virtual;

    /// Internal: arithmetic ///

    /// @dev Sets the point at a memory address to scalar * (x, y); overwrites the word behind it. A zero costs nothing.
    function _setTerm(uint256 at, uint256 x, uint256 y, uint256 scalar) internal view {
        bool done = true;
        assembly ("memory-safe") {
            let some := iszero(iszero(scalar))
            mstore(at, mul(x, some))
            mstore(add(at, 0x20), mul(y, some))
            if gt(scalar, 1) {
                mstore(add(at, 0x40), scalar)
                done := staticcall(gas(), EC_MUL, at, 0x60, at, 0x40)
            }
        }
        require(done, ProofInvalid());
    }

    /// @dev Adds scalar * (x, y) to the point at a memory address, and overwrites the three words behind it.
    function _addTerm(uint256 at, uint256 x, uint256 y, uint256 scalar) internal view {
        if (scalar == 0) return;
        bool done;
        assembly ("memory-safe") {
            let term := add(at, 0x40)
            mstore(term, x)
            mstore(add(term, 0x20), y)
            mstore(add(term, 0x40), scalar)
            done := 1
            if gt(scalar, 1) { done := staticcall(gas(), EC_MUL, term, 0x60, term, 0x40) }
            done := and(done, staticcall(gas(), EC_ADD, at, 0x80, at, 0x40))
        }
        require(done, ProofInvalid());
    }

    /// @dev Completes the last three pairs from the scalars of IC and a point added to their sum, infinity
    /// being (0, 0), and requires that the product be one. In the last pair stands the sum of the C, not yet
    /// negated.
    function _requireProduct(
        bytes memory pairs,
        uint256 weight,
        uint256[] memory scalars,
        uint256[2] memory base
    ) private view {
        uint256 key;
        assembly ("memory-safe") {
            key := sub(add(add(pairs, 0x20), mload(pairs)), mul(3, PAIR))
        }
        (uint256 x, uint256 y) = _alpha1();
        _setTerm(key, x, y, weight);
        _combineIc(key + PAIR, scalars);
        if (base[0] | base[1] != 0) _addTerm(key + PAIR, base[0], base[1], 1);
        _writeG2(key);
        bool holds;
        assembly ("memory-safe") {
            function negate(place) {
                mstore(place, mod(sub(Q, mload(place)), Q))
            }
            negate(add(key, 0x20))
            negate(add(key, 0xe0))
            negate(add(key, 0x1a0))
            holds := staticcall(gas(), EC_PAIRING, add(pairs, 0x20), mload(pairs), 0x00, 0x20)
            holds := and(and(holds, eq(returndatasize(), 0x20)), eq(mload(0x00), 1))
        }
        require(holds, ProofInvalid());
    }

    /// @dev The pair (A, B), two that are empty, and C in the last.
    function _pairs(Proof calldata proof) private pure returns (bytes memory pairs) {
        _requireInGroups(proof);
        pairs = new bytes(4 * PAIR);
        assembly ("memory-safe") {
            calldatacopy(add(pairs, 0x20), proof, 0xc0)
            calldatacopy(add(pairs, 0x260), add(proof, 0xc0), 0x40)
        }
    }

    /// @dev Signals as scalars, with some zeros in front.
    function _scalars(uint256[] calldata signals, uint256 zeros)
        private
        pure
        returns (uint256[] memory scalars)
    {
        _requireCanonical(signals);
        scalars = new uint256[](signals.length + zeros);
        assembly ("memory-safe") {
            let to := add(add(scalars, 0x20), mul(zeros, 0x20))
            calldatacopy(to, signals.offset, mul(signals.length, 0x20))
        }
    }

    /// @dev Writes the pair (weight A, B), and adds weight C to the sum in the last pair.
    function _addProof(uint256 pair, uint256 sum, uint256 weight, Proof calldata proof) private view {
        bool done;
        assembly ("memory-safe") {
            calldatacopy(pair, proof, 0x40)
            mstore(add(pair, 0x40), weight)
            done := staticcall(gas(), EC_MUL, pair, 0x60, pair, 0x40)
            calldatacopy(add(pair, 0x40), add(proof, 0x40), 0x80)
        }
        require(done, ProofInvalid());
        _addTerm(sum, proof.c[0], proof.c[1], weight);
    }

    /// @dev Adds weight to the scalar of IC_0 and weight * signal mod r to those of the others.
    function _addScalars(uint256[] memory scalars, uint256 weight, uint256[] calldata signals) private pure {
        assembly ("memory-safe") {
            let at := add(scalars, 0x20)
            mstore(at, add(mload(at), weight)) // fewer than 2^128 weights below 2^128
            for { let i := 0 } lt(i, signals.length) { i := add(i, 1) } {
                at := add(at, 0x20)
                let term := mulmod(weight, calldataload(add(signals.offset, shl(5, i))), R)
                mstore(at, addmod(mload(at), term, R))
            }
        }
    }

    /// Internal: weights ///

    /// @dev Keccak of digest, domain, count, every signal, every proof; refuses signals that are not canonical.
    function _seed(Proof[] calldata proofs, uint256[][] calldata signals)
        internal
        view
        returns (bytes32 seed)
    {
        uint256 expected = signalCount();
        uint256 length = expected * 32;
        bytes memory data = new bytes(96 + proofs.length * (length + PROOF));
        (bytes32 digest, uint256 domain, uint256 at) = (vkDigest(), batchDomain(), 0);
        assembly ("memory-safe") {
            mstore(add(data, 0x20), digest)
            mstore(add(data, 0x40), domain)
            mstore(add(data, 0x60), proofs.length)
            at := add(data, 0x80)
        }
        for (uint256 i = 0; i < signals.length; ++i) {
            uint256[] calldata statement = signals[i];
            if (statement.length != expected) revert SignalCountWrong(statement.length, expected);
            _requireCanonical(statement);
            assembly ("memory-safe") {
                calldatacopy(at, statement.offset, length)
                at := add(at, length)
            }
        }
        assembly ("memory-safe") {
            calldatacopy(at, proofs.offset, mul(proofs.length, PROOF))
            seed := keccak256(add(data, 0x20), mload(data))
        }
    }

    /// @dev The low 128 bits of keccak(seed, i); were they zero, of the keccak of that, and so on.
    function _weight(bytes32 seed, uint256 i) internal pure returns (uint256 weight) {
        assembly ("memory-safe") {
            mstore(0x00, seed)
            mstore(0x20, i)
            let word := keccak256(0x00, 0x40)
            weight := and(word, 0xffffffffffffffffffffffffffffffff)
            for {} iszero(weight) {} {
                mstore(0x00, word)
                word := keccak256(0x00, 0x20)
                weight := and(word, 0xffffffffffffffffffffffffffffffff)
            }
        }
    }

    /// Internal: admission ///

    function _requireCanonical(uint256[] calldata signals) private pure {
        uint256 place = signals.length; // of the first that is not below r
        assembly ("memory-safe") {
            for { let i := place } i {} {
                i := sub(i, 1)
                if iszero(lt(calldataload(add(signals.offset, shl(5, i))), R)) { place := i }
            }
        }
        if (place != signals.length) revert SignalNotCanonical(signals[place]);
    }

    /// @dev A and C: coordinates below q on y^2 = x^3 + 3, which infinity, (0, 0), is not. B: coordinates below
    /// q, not all zero.
    function _requireInGroups(Proof calldata proof) private pure {
        bool g1;
        bool g2;
        assembly ("memory-safe") {
            function isInG1(at) -> yes {
                let x := calldataload(at)
                let y := calldataload(add(at, 0x20))
                let right := addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q)
                yes := and(and(lt(x, Q), lt(y, Q)), eq(mulmod(y, y, Q), right))
            }
            g1 := and(isInG1(proof), isInG1(add(proof, 0xc0)))
            let x1 := calldataload(add(proof, 0x40))
            let x0 := calldataload(add(proof, 0x60))
            let y1 := calldataload(add(proof, 0x80))
            let y0 := calldataload(add(proof, 0xa0))
            g2 := and(and(lt(x1, Q), lt(x0, Q)), and(lt(y1, Q), lt(y0, Q)))
            g2 := and(g2, iszero(iszero(or(or(x1, x0), or(y1, y0)))))
        }
        require(g1, PointNotInG1());
        require(g2, PointNotInG2());
    }
}
