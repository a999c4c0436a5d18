// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IGroth16Verifier, Proof} from "../interfaces/IGroth16Verifier.sol";

/// @notice A call of `verifyBatch` that grows proof by proof.
/// @param data Calldata: selector, two offsets, number and points of the proofs; room for the signals.
/// @param signals Four words for each proof, moved behind the proofs at the end.
/// @param count Proofs so far.
struct BatchCall {
    bytes data;
    uint256[] signals;
    uint256 count;
}

/// @title Calls of a margin verifier, written word by word
/// @notice The compiler copies an array of proofs field by field, twice, for 5,000 gas a proof; this copies it
/// once. The words are those that `abi.encodeCall` would write, which a test compares.
library VerifierCall {
    uint256 private constant PROOF = 256; // [bytes]
    uint256 private constant SIGNALS = 4;
    uint256 private constant LIST = 160; // one list of signals with its length [bytes]
    uint256 private constant HEAD = 100; // selector, offsets of both arrays, number of proofs [bytes]

    /// @notice A call with room for `most` proofs.
    function begin(uint256 most) internal pure returns (BatchCall memory call) {
        call.data = new bytes(HEAD + most * (PROOF + 32 + LIST) + 32);
        call.signals = new uint256[](SIGNALS * most);
    }

    /// @notice Adds a proof and its signals.
    function add(BatchCall memory call, Proof calldata proof, uint256[4] memory signals) internal pure {
        bytes memory data = call.data;
        uint256[] memory flat = call.signals;
        uint256 place = call.count++;
        assembly ("memory-safe") {
            calldatacopy(add(data, add(add(0x20, HEAD), mul(place, PROOF))), proof, PROOF)
            mcopy(add(flat, add(0x20, mul(place, 0x80))), signals, 0x80)
        }
    }

    /// @notice Reverts as the verifier does if one proof of the batch is wrong.
    function run(BatchCall memory call, IGroth16Verifier verifier) internal view {
        bytes4 selector = IGroth16Verifier.verifyBatch.selector;
        bytes memory data = call.data;
        uint256[] memory flat = call.signals;
        uint256 count = call.count;
        uint256 size;
        assembly ("memory-safe") {
            let start := add(data, 0x20)
            mstore(start, selector)
            mstore(add(start, 0x04), 0x40)
            mstore(add(start, 0x24), add(0x60, mul(count, PROOF)))
            mstore(add(start, 0x44), count)
            let to := add(start, add(HEAD, mul(count, PROOF)))
            mstore(to, count)
            let offsets := add(to, 0x20)
            let lists := add(offsets, mul(count, 0x20))
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                mstore(add(offsets, mul(i, 0x20)), add(mul(count, 0x20), mul(i, LIST)))
                mstore(lists, SIGNALS)
                mcopy(add(lists, 0x20), add(flat, add(0x20, mul(i, 0x80))), 0x80)
                lists := add(lists, LIST)
            }
            size := sub(lists, start)
            mstore(data, size)
        }
        _call(verifier, data);
    }

    /// @notice Reverts as the verifier does if the proof is wrong; the first signal is in `base`.
    function verifyFrom(
        IGroth16Verifier verifier,
        Proof calldata proof,
        uint256[2] memory base,
        uint256[4] memory signals
    ) internal view {
        bytes4 selector = IGroth16Verifier.verifyFrom.selector;
        bytes memory data = new bytes(4 + PROOF + 0x40 + 0x20 + 0x80);
        assembly ("memory-safe") {
            let to := add(data, 0x20)
            mstore(to, selector)
            calldatacopy(add(to, 0x04), proof, PROOF)
            mcopy(add(to, 0x104), base, 0x40)
            mstore(add(to, 0x144), 0x160) // offset of the list: behind proof, base and this word
            mstore(add(to, 0x164), 3)
            mcopy(add(to, 0x184), add(signals, 0x20), 0x60)
        }
        _call(verifier, data);
    }

    function _call(IGroth16Verifier verifier, bytes memory data) private view {
        (bool done, bytes memory reason) = address(verifier).staticcall(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
