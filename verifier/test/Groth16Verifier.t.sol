// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IGroth16Verifier, Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Simulator} from "./Simulator.sol";
import {Test} from "./Test.sol";
import {Trapdoor} from "./Trapdoor.sol";
import {LiquidateTestVerifier} from "./generated/LiquidateTestVerifier.sol";
import {MarginTestVerifier} from "./generated/MarginTestVerifier.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice A contract that inherits and goes on after a proof: its frame must not have ended.
contract Inheritor is MarginTestVerifier {
    uint256 public accepted;

    function accept(Proof calldata proof, uint256[] calldata signals) external {
        this.verify(proof, signals);
        accepted += 1;
    }
}

contract Groth16VerifierTest is Test {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 internal constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    MarginTestVerifier internal verifier = new MarginTestVerifier();
    uint256[] internal signals = [uint256(7), 2 ** 200 + 1, 0, R - 1];

    function simulated(uint256 salt) internal view returns (Proof memory) {
        return Simulator.prove(TestKeys.margin(), signals, salt);
    }

    function refused(Proof memory proof, bytes memory reason) internal {
        vm.expectRevert(reason);
        verifier.verify(proof, signals);
    }

    function test_a_simulated_proof_is_accepted() public view {
        verifier.verify(simulated(1), signals);
    }

    function test_a_proof_of_fourteen_signals_is_accepted() public {
        uint256[] memory many = new uint256[](14);
        for (uint256 i = 0; i < 14; ++i) {
            many[i] = uint256(keccak256(abi.encode(i))) % R;
        }
        new LiquidateTestVerifier().verify(Simulator.prove(TestKeys.liquidate(), many, 3), many);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_a_proof_holds_for_its_own_signals_only(
        uint256[4] memory values,
        uint256 salt,
        uint256 place
    ) public {
        uint256[] memory own = new uint256[](4);
        for (uint256 i = 0; i < 4; ++i) {
            own[i] = values[i] % R;
        }
        Proof memory proof = Simulator.prove(TestKeys.margin(), own, salt);
        verifier.verify(proof, own);

        own[place % 4] = addmod(own[place % 4], 1, R);
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        verifier.verify(proof, own);
    }

    function testFuzz_V1_an_aliased_signal_is_refused(uint256 place, uint256 times) public {
        Proof memory proof = simulated(1);
        place %= 3; // r - 1 has four aliases, the others five
        signals[place] += R * (times % 4 + 1);
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalNotCanonical.selector, signals[place]));
        verifier.verify(proof, signals);
    }

    function test_V2_a_point_off_its_curve_is_refused() public {
        Proof memory proof = simulated(1);
        proof.a[1] ^= 1;
        refused(proof, abi.encodePacked(IGroth16Verifier.PointNotInG1.selector));
        proof = simulated(1);
        proof.c[0] = 0;
        refused(proof, abi.encodePacked(IGroth16Verifier.PointNotInG1.selector));
    }

    function test_V2_a_B_off_the_twist_is_refused() public {
        Proof memory proof = simulated(1);
        (proof.b[1][0], proof.b[1][1]) = (proof.b[1][1], proof.b[1][0]);
        refused(proof, abi.encodePacked(IGroth16Verifier.ProofInvalid.selector));
    }

    function test_V2_a_B_outside_the_subgroup_is_refused() public {
        Proof memory proof = simulated(1);
        proof.b[0] = [uint256(0), 1]; // on the twist, of another order
        proof.b[1] = [
            5912654199736721486680175016176231956195085055698687135131307249486702594212,
            18278151005453108793778860132295291098363647455926340152056652516292830556603
        ];
        refused(proof, abi.encodePacked(IGroth16Verifier.ProofInvalid.selector));
    }

    function test_V2_coordinates_not_below_q_are_refused() public {
        Proof memory proof = simulated(1);
        proof.a[1] += Q;
        refused(proof, abi.encodePacked(IGroth16Verifier.PointNotInG1.selector));
        for (uint256 i = 0; i < 4; ++i) {
            proof = simulated(1);
            proof.b[i / 2][i % 2] += Q;
            refused(proof, abi.encodePacked(IGroth16Verifier.PointNotInG2.selector));
        }
    }

    function test_V2_infinity_is_refused() public {
        Proof memory proof = simulated(1);
        proof.a = [uint256(0), 0];
        refused(proof, abi.encodePacked(IGroth16Verifier.PointNotInG1.selector));
        proof = simulated(1);
        proof.b = [[uint256(0), 0], [uint256(0), 0]];
        refused(proof, abi.encodePacked(IGroth16Verifier.PointNotInG2.selector));
    }

    function testFuzz_V4_a_proof_cut_short_is_refused(uint256 length) public view {
        bytes memory whole = abi.encodeCall(verifier.verify, (simulated(1), signals));
        length = length % whole.length;
        bytes memory part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = whole[i];
        }
        (bool done,) = address(verifier).staticcall(part);
        vm.assertFalse(done);
    }

    function test_V4_a_wrong_number_of_signals_is_refused() public {
        Proof memory proof = simulated(1);
        uint256[] memory three = new uint256[](3);
        uint256[] memory five = new uint256[](5);
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalCountWrong.selector, 3, 4));
        verifier.verify(proof, three);
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalCountWrong.selector, 5, 4));
        verifier.verify(proof, five);
    }

    function test_a_wrong_proof_reverts_and_a_right_one_lets_an_inheritor_go_on() public {
        Inheritor inheritor = new Inheritor();
        Proof memory proof = simulated(1);
        inheritor.accept(proof, signals);
        vm.assertEq(inheritor.accepted(), 1);
        proof.a = proof.c;
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        inheritor.accept(proof, signals);
    }

    function test_a_proof_from_its_own_base_is_accepted() public view {
        verifier.verifyFrom(simulated(1), verifier.baseOf(signals[0]), rest());
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_a_proof_from_the_base_of_another_signal_is_refused(uint256 other) public {
        other %= R;
        vm.assume(other != signals[0]);
        uint256[2] memory base = verifier.baseOf(other);
        (Proof memory proof, uint256[] memory others) = (simulated(1), rest());
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        verifier.verifyFrom(proof, base, others);
    }

    function test_V1_a_base_of_an_aliased_signal_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalNotCanonical.selector, R));
        verifier.baseOf(R);
    }

    function test_V2_a_base_off_the_curve_is_refused() public {
        (Proof memory proof, uint256[] memory others) = (simulated(1), rest());
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        verifier.verifyFrom(proof, [uint256(1), 1], others);
    }

    function test_V4_a_base_takes_the_place_of_exactly_one_signal() public {
        Proof memory proof = simulated(1);
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalCountWrong.selector, 5, 4));
        verifier.verifyFrom(proof, [uint256(0), 0], signals);
    }

    function test_V1_an_aliased_signal_after_a_base_is_refused() public {
        (Proof memory proof, uint256[] memory others) = (simulated(1), rest());
        uint256[2] memory base = verifier.baseOf(signals[0]);
        others[0] += R;
        vm.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalNotCanonical.selector, others[0]));
        verifier.verifyFrom(proof, base, others);
    }

    function rest() internal view returns (uint256[] memory others) {
        others = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            others[i] = signals[i + 1];
        }
    }

    function test_a_proof_under_another_key_is_refused() public {
        Trapdoor memory key = TestKeys.margin();
        key.alphaBeta = addmod(key.alphaBeta, 1, R);
        refused(Simulator.prove(key, signals, 1), abi.encodePacked(IGroth16Verifier.ProofInvalid.selector));
    }
}
