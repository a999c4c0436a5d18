// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IGroth16Verifier, Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {BatchCall, VerifierCall} from "../src/registry/VerifierCall.sol";
import {Test} from "./Test.sol";

/// @notice Calls that are written word by word are the compiler's: this contract stands for the verifier and
/// compares what arrives with what it expects.
contract VerifierCallTest is Test {
    using VerifierCall for BatchCall;
    using VerifierCall for IGroth16Verifier;

    error Refused(uint256 length);

    bytes private _expected;

    fallback() external {
        require(keccak256(msg.data) == keccak256(_expected), Refused(msg.data.length));
    }

    function verifyFrom(Proof calldata proof, uint256[2] memory base, uint256[4] memory signals)
        external
        view
    {
        IGroth16Verifier(address(this)).verifyFrom(proof, base, signals);
    }

    function verifyBatch(Proof[] calldata proofs, uint256[4][] calldata signals, uint256 most) external view {
        BatchCall memory batch = VerifierCall.begin(most);
        for (uint256 i = 0; i < proofs.length; ++i) {
            batch.add(proofs[i], signals[i]);
        }
        batch.run(IGroth16Verifier(address(this)));
    }

    function word(uint256 seed, uint256 place) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, place)));
    }

    function proofOf(uint256 seed) private pure returns (Proof memory proof) {
        proof.a = [word(seed, 0), word(seed, 1)];
        proof.b = [[word(seed, 2), word(seed, 3)], [word(seed, 4), word(seed, 5)]];
        proof.c = [word(seed, 6), word(seed, 7)];
    }

    function testFuzz_a_single_call_is_what_the_compiler_writes(uint256 seed) public {
        uint256[4] memory signals = [word(seed, 8), word(seed, 9), word(seed, 10), word(seed, 11)];
        uint256[2] memory base = [word(seed, 12), word(seed, 13)];
        uint256[] memory rest = new uint256[](3);
        (rest[0], rest[1], rest[2]) = (signals[1], signals[2], signals[3]);
        _expected = abi.encodeCall(IGroth16Verifier.verifyFrom, (proofOf(seed), base, rest));
        VerifierCallTest(payable(address(this))).verifyFrom(proofOf(seed), base, signals);
    }

    function testFuzz_a_batch_is_what_the_compiler_writes(uint256 seed, uint256 count, uint256 spare) public {
        count = count % 5 + 1;
        Proof[] memory proofs = new Proof[](count);
        uint256[4][] memory signals = new uint256[4][](count);
        uint256[][] memory lists = new uint256[][](count);
        for (uint256 i = 0; i < count; ++i) {
            proofs[i] = proofOf(word(seed, i));
            lists[i] = new uint256[](4);
            for (uint256 j = 0; j < 4; ++j) {
                signals[i][j] = lists[i][j] = word(seed, 100 + 4 * i + j);
            }
        }
        _expected = abi.encodeCall(IGroth16Verifier.verifyBatch, (proofs, lists));
        VerifierCallTest(payable(address(this))).verifyBatch(proofs, signals, count + spare % 4);
    }

    function test_the_reason_of_a_refusal_is_passed_on() public {
        Proof memory proof = proofOf(1);
        vm.expectRevert(abi.encodeWithSelector(Refused.selector, 484));
        VerifierCallTest(payable(address(this))).verifyFrom(proof, [uint256(1), 2], [uint256(1), 2, 3, 4]);
    }
}
