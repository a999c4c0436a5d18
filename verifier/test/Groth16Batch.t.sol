// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IGroth16Verifier, Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Simulator} from "./Simulator.sol";
import {Test} from "./Test.sol";
import {MarginTestVerifier} from "./generated/MarginTestVerifier.sol";
import {TestKeys} from "./generated/TestKeys.sol";

contract Groth16BatchTest is Test {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 internal constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    MarginTestVerifier internal verifier = new MarginTestVerifier();

    function batch(uint256 count, uint256 salt)
        internal
        view
        returns (Proof[] memory proofs, uint256[][] memory signals)
    {
        proofs = new Proof[](count);
        signals = new uint256[][](count);
        for (uint256 i = 0; i < count; ++i) {
            signals[i] = new uint256[](4);
            for (uint256 j = 0; j < 4; ++j) {
                signals[i][j] = uint256(keccak256(abi.encode(salt, i, j))) % R;
            }
            proofs[i] = Simulator.prove(TestKeys.margin(), signals[i], salt ^ i);
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_a_batch_of_valid_proofs_is_accepted(uint256 count, uint256 salt) public view {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(count % 5 + 1, salt);
        verifier.verifyBatch(proofs, signals);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_a_batch_with_one_wrong_signal_is_refused(uint256 salt) public {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(4, salt);
        signals[salt % 4][(salt >> 8) % 4] ^= 1;
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        verifier.verifyBatch(proofs, signals);
    }

    function test_B10_two_wrong_proofs_do_not_cancel() public {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(2, 9);
        (proofs[0].c, proofs[1].c) = (proofs[1].c, proofs[0].c); // their sum is what it was
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        verifier.verifyBatch(proofs, signals);
    }

    function test_an_empty_batch_is_refused() public {
        vm.expectRevert(IGroth16Verifier.BatchEmpty.selector);
        verifier.verifyBatch(new Proof[](0), new uint256[][](0));
    }

    function test_a_batch_needs_one_list_of_signals_for_each_proof() public {
        (Proof[] memory proofs,) = batch(2, 1);
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.BatchLengthsDiffer.selector, 2, 1));
        verifier.verifyBatch(proofs, new uint256[][](1));
    }

    function test_V1_an_aliased_signal_in_a_batch_is_refused() public {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(3, 5);
        signals[2][1] += R;
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalNotCanonical.selector, signals[2][1]));
        verifier.verifyBatch(proofs, signals);
    }

    function test_V2_points_in_a_batch_are_checked_like_those_of_one_proof() public {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(3, 5);
        proofs[1].a[1] += Q;
        vm.expectRevert(IGroth16Verifier.PointNotInG1.selector);
        verifier.verifyBatch(proofs, signals);
        (proofs,) = batch(3, 5);
        proofs[2].b[0][1] += Q;
        vm.expectRevert(IGroth16Verifier.PointNotInG2.selector);
        verifier.verifyBatch(proofs, signals);
    }

    function test_V4_a_statement_of_another_length_is_refused() public {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(2, 5);
        signals[1] = new uint256[](5);
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalCountWrong.selector, 5, 4));
        verifier.verifyBatch(proofs, signals);
    }

    function test_V8_gas_of_one_proof_and_of_a_batch_is_within_its_budget() public {
        (Proof[] memory proofs, uint256[][] memory signals) = batch(32, 5);
        uint256 before = gasleft();
        verifier.verify(proofs[0], signals[0]);
        uint256 single = before - gasleft();
        before = gasleft();
        verifier.verifyBatch(proofs, signals);
        uint256 each = (before - gasleft()) / 32;
        emit Gas(single, each);
        vm.assertLe(single, 219_000);
        vm.assertLe(each, 59_000);
    }

    event Gas(uint256 single, uint256 batchedEach);
}
