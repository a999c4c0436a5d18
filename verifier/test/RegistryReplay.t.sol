// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, BatchItem, Status} from "../src/interfaces/IAccounts.sol";
import {AdvanceKind} from "../src/interfaces/IAdvanceAuthority.sol";
import {IGroth16Verifier, Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {IMarginRegistry} from "../src/interfaces/IMarginRegistry.sol";
import {RegistryFixture} from "./RegistryFixture.sol";
import {Simulator} from "./Simulator.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @notice Proofs used where they do not belong: R1 to R9, V1, V7, V9.
contract RegistryReplayTest is RegistryFixture {
    function setUp() public {
        setUpRegistry();
        healthy(ID);
        publishAfter(60, PRICE);
    }

    function invalid(uint64 id, uint40 epoch, Proof memory proof) internal {
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        registry.prove(id, epoch, proof);
    }

    function test_R1_the_same_proof_twice_is_refused_by_its_epoch() public {
        Proof memory proof = marginProof(ID, 2);
        registry.prove(ID, 2, proof);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.EpochNotNewer.selector, 2, 2));
        registry.prove(ID, 2, proof);
    }

    function test_R2_a_proof_of_one_account_is_not_one_of_another() public {
        open(ID + 1);
        publishAfter(60, PRICE);
        invalid(ID + 1, 3, marginProof(ID, 3));
    }

    function test_R3_a_proof_is_not_valid_on_a_fork() public {
        Proof memory proof = marginProof(ID, 2);
        vm.chainId(999);
        invalid(ID, 2, proof);
        registry.prove(ID, 2, marginProof(ID, 2));
        requireStatus(ID, Status.Healthy);
    }

    function test_R4_a_proof_for_another_registry_is_refused() public {
        Proof memory proof = marginProof(ID, 2);
        setUpRegistry();
        healthy(ID);
        publishAfter(60, PRICE);
        invalid(ID, 2, proof);
    }

    function test_R5_a_proof_at_maintenance_does_not_take_risk() public {
        Proof[] memory proof = nextProof(ID, MAINTENANCE);
        bytes memory signed_ = evidence(AdvanceKind.Trade, ID, book(ID, 2));
        vm.prank(VENUE);
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        registry.advance(ID, book(ID, 2), AdvanceKind.Trade, signed_, proof);
        advance(ID, AdvanceKind.Trade, nextProof(ID, INITIAL));
        requireStatus(ID, Status.Healthy);
    }

    function test_R6_a_margin_proof_is_not_a_shortfall_proof() public {
        publishAfter(60, PRICE);
        Proof memory proof = marginProof(ID, 2);
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        registry.reportShortfall(ID, 2, proof, KEEPER);
    }

    function test_R7_a_proof_of_an_earlier_version_with_the_same_book_is_refused() public {
        uint256[] memory signals = registry.marginSignals(ID, 2);
        Proof memory old = Simulator.prove(TestKeys.margin(), signals, 1);
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, book(ID, 1));
        vm.prank(VENUE);
        registry.advance(ID, book(ID, 1), AdvanceKind.Deposit, signed_, new Proof[](0));
        vm.assertEq(registry.account(ID).commitment, signals[2]);
        invalid(ID, 2, old);
    }

    function test_R8_other_bytes_of_an_accepted_proof_change_nothing() public {
        uint256[] memory signals = registry.marginSignals(ID, 2);
        registry.prove(ID, 2, Simulator.prove(TestKeys.margin(), signals, 1));
        Proof memory other = Simulator.prove(TestKeys.margin(), signals, 2);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.EpochNotNewer.selector, 2, 2));
        registry.prove(ID, 2, other);
        vm.assertEq(registry.owed(owner), 0);
    }

    function test_R9_the_public_signals_are_those_of_storage() public view {
        Account memory a = registry.account(ID);
        uint256[] memory signals = registry.marginSignals(ID, 2);
        vm.assertEq(signals[1], (uint256(ID) << 96) | (uint256(a.version) << 32) | MAINTENANCE);
        vm.assertEq(signals[2], a.commitment);
        vm.assertEq(signals[3], oracle.snapshotHash(2));
        bytes32 digest = registry.MARGIN_VERIFIER().vkDigest();
        bytes32 domain = keccak256(abi.encode(block.chainid, address(registry), keccak256("margin"), digest));
        vm.assertEq(signals[0], uint256(domain) >> 8);
    }

    function test_V1_a_commitment_that_is_not_canonical_is_refused() public {
        uint256 alias_ = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
        bytes memory signed_ = evidence(AdvanceKind.Deposit, ID, alias_);
        vm.prank(VENUE);
        vm.expectRevert(abi.encodeWithSelector(IMarginRegistry.CommitmentNotCanonical.selector, alias_));
        registry.advance(ID, alias_, AdvanceKind.Deposit, signed_, new Proof[](0));
    }

    function test_V7_a_copied_shortfall_proof_pays_nobody_else() public {
        publishAfter(60, PRICE);
        Proof memory proof = shortfallProof(ID, 2, KEEPER);
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        registry.reportShortfall(ID, 2, proof, CALLER);
    }

    function test_V9_no_role_reaches_the_verifier_while_a_call_is_open() public {
        open(ID + 1);
        call(ID + 1);
        IGroth16Verifier before = registry.MARGIN_VERIFIER();
        vm.startPrank(GOVERNOR);
        for (uint8 which = 0; which < 3; ++which) {
            (bool done,) = address(registry)
                .call(abi.encodeWithSignature("scheduleRole(uint8,address)", which, address(this)));
            vm.assertTrue(done);
            vm.expectRevert();
            (done,) = address(registry).call(abi.encodeWithSignature("applyRole(uint8)", which));
        }
        vm.stopPrank();
        vm.assertEq(address(registry.MARGIN_VERIFIER()), address(before));
        prove(ID + 1, 2);
        vm.assertEq(registry.owed(owner), 50e6);
    }

    function test_a_batch_skips_what_became_stale() public {
        for (uint64 i = 20; i < 23; ++i) {
            healthy(i);
        }
        publishAfter(60, PRICE);
        BatchItem[] memory items = new BatchItem[](4);
        Proof[] memory proofs = new Proof[](4);
        for (uint64 i = 0; i < 3; ++i) {
            (items[i], proofs[i]) = (BatchItem(20 + i, 1, 3), marginProof(20 + i, 3));
        }
        (items[3], proofs[3]) = (items[0], proofs[0]); // B3: the same account twice
        prove(21, 3); // front-run
        vm.assertEq(registry.proveBatch(items, proofs), 2);
        vm.assertEq(registry.account(20).provenEpoch, 3);
        vm.assertEq(registry.account(22).provenEpoch, 3);
        vm.assertEq(registry.proveBatch(items, proofs), 0);
    }

    function test_B10_a_batch_with_a_wrong_proof_changes_nothing() public {
        healthy(20);
        publishAfter(60, PRICE);
        BatchItem[] memory items = new BatchItem[](2);
        Proof[] memory proofs = new Proof[](2);
        (items[0], proofs[0]) = (BatchItem(ID, 1, 3), marginProof(ID, 3));
        (items[1], proofs[1]) = (BatchItem(20, 1, 3), marginProof(ID, 3));
        vm.expectRevert(IGroth16Verifier.ProofInvalid.selector);
        registry.proveBatch(items, proofs);
        vm.assertEq(registry.account(ID).provenEpoch, 1);
    }
}
