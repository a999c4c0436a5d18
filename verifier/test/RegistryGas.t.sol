// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AdvanceKind} from "../src/interfaces/IAdvanceAuthority.sol";
import {BatchItem} from "../src/interfaces/IAccounts.sol";
import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Publication} from "../src/interfaces/IMarketOracle.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// @notice Gas of whole transactions, as `forge test --isolate` makes of every call: intrinsic gas and calldata
/// included. tests/contracts/test_gas.py compares what is emitted here with tests/snapshots/gas.json.
contract RegistryGas is RegistryFixture {
    event Measured(string name, uint256 gas);

    function setUp() public {
        setUpRegistry();
    }

    function measured(string memory name, uint256 parts) private {
        emit Measured(name, vm.lastCallGas().gasTotalUsed / parts);
    }

    function test_gas_of_proving_and_calling() public {
        open(ID);
        prove(ID, latest());
        publishAfter(60, PRICE);
        Proof memory proof = marginProof(ID, 2);
        registry.prove(ID, 2, proof);
        measured("prove", 1);
        vm.warp(block.timestamp + 3601);
        publish(next(PRICE));
        vm.prank(CALLER);
        registry.call(ID);
        measured("call", 1);
        proof = marginProof(ID, 3);
        registry.prove(ID, 3, proof);
        measured("proveAnswer", 1);
        vm.prank(owner);
        registry.withdraw(owner);
        measured("withdraw", 1);
    }

    function test_gas_of_opening_and_advancing() public {
        open(ID - 1);
        bytes memory signed_ = evidence(AdvanceKind.Open, ID, book(ID, 1));
        vm.prank(VENUE);
        registry.open(ID, book(ID, 1), owner, VENUE, 100e6, signed_, new Proof[](0));
        measured("open", 1);
        prove(ID, 1);
        signed_ = evidence(AdvanceKind.Trade, ID, book(ID, 2));
        vm.prank(VENUE);
        registry.advance(ID, book(ID, 2), AdvanceKind.Trade, signed_, new Proof[](0));
        measured("advance", 1);
        signed_ = evidence(AdvanceKind.Trade, ID, book(ID, 3));
        Proof[] memory proof = nextProof(ID, INITIAL);
        vm.prank(VENUE);
        registry.advance(ID, book(ID, 3), AdvanceKind.Trade, signed_, proof);
        measured("advanceProven", 1);
    }

    function test_gas_of_shortfall() public {
        healthy(ID);
        publishAfter(60, PRICE);
        publishAfter(60, PRICE);
        Proof memory proof = shortfallProof(ID, 2, KEEPER);
        registry.reportShortfall(ID, 2, proof, KEEPER);
        measured("reportShortfall", 1);
    }

    function test_gas_of_a_publication() public {
        publishAfter(60, PRICE);
        vm.warp(block.timestamp + 60);
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        oracle.publish(publication, DATA, signatures);
        measured("publish", 1);
    }

    function test_gas_of_a_batch() public {
        (BatchItem[] memory items, Proof[] memory proofs) = (new BatchItem[](32), new Proof[](32));
        for (uint64 i = 0; i < 32; ++i) {
            healthy(i);
        }
        publishAfter(60, PRICE);
        for (uint64 i = 0; i < 32; ++i) {
            items[i] = BatchItem(i, 1, 2);
            proofs[i] = marginProof(i, 2);
        }
        registry.proveBatch(items, proofs);
        measured("proveBatch32PerAccount", 32);
    }
}
