// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {MarketOracle} from "../src/MarketOracle.sol";
import {IMarketOracle, Publication} from "../src/interfaces/IMarketOracle.sol";
import {OracleFixture} from "./OracleFixture.sol";

contract SignerQuorumTest is OracleFixture {
    uint256 internal constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public {
        setUpOracle();
    }

    function refusedWith(bytes[] memory signatures, bytes memory reason) internal {
        Publication memory publication = next(PRICE);
        vm.expectRevert(reason);
        oracle.publish(publication, DATA, signatures);
    }

    function notAccepted(address signer) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMarketOracle.SignerNotAccepted.selector, signer);
    }

    function test_any_two_of_three_signers_are_a_quorum() public {
        for (uint256 i = 0; i < 3; ++i) {
            Publication memory publication = next(PRICE);
            bytes[] memory signatures = signedBy(publication, i == 2 ? 1 : 0, i == 0 ? 1 : 2);
            oracle.publish(publication, DATA, signatures);
            vm.warp(block.timestamp + 60);
        }
        vm.assertEq(oracle.latestEpoch(), 3);
    }

    function test_one_signature_is_no_quorum() public {
        bytes[] memory one = new bytes[](1);
        one[0] = signature(keys[0], oracle.publicationDigest(next(PRICE)));
        refusedWith(one, abi.encodeWithSelector(IMarketOracle.QuorumNotReached.selector, 1, 2));
    }

    function test_one_signer_twice_is_no_quorum() public {
        refusedWith(signedBy(next(PRICE), 1, 1), notAccepted(vm.addr(keys[1])));
    }

    function test_signatures_out_of_order_are_refused() public {
        refusedWith(signedBy(next(PRICE), 1, 0), notAccepted(vm.addr(keys[0])));
    }

    function testFuzz_a_stranger_is_refused(uint256 key) public {
        key = key % (N - 1) + 1;
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        signatures[1] = signature(key, oracle.publicationDigest(publication));
        vm.assume(!oracle.isSigner(vm.addr(key)));
        vm.expectPartialRevert(IMarketOracle.SignerNotAccepted.selector);
        oracle.publish(publication, DATA, signatures);
    }

    function test_R8_a_signature_of_the_other_half_is_refused() public {
        bytes[] memory signatures = signed(next(PRICE));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[0], oracle.publicationDigest(next(PRICE)));
        bytes32 other = bytes32(N - uint256(s));
        signatures[0] = abi.encodePacked(r, other, v == 27 ? uint8(28) : uint8(27));
        refusedWith(signatures, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, other));
    }

    function test_V4_a_signature_of_another_length_is_refused() public {
        bytes[] memory signatures = signed(next(PRICE));
        signatures[1] = hex"00";
        refusedWith(signatures, abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 1));
    }

    function test_R3_signatures_for_another_chain_are_refused() public {
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        vm.chainId(2);
        vm.expectPartialRevert(IMarketOracle.SignerNotAccepted.selector);
        oracle.publish(publication, DATA, signatures);
    }

    function test_R4_signatures_for_another_oracle_are_refused() public {
        MarketOracle other =
            new MarketOracle(feedRules(), varianceRules(), GOVERNOR, addresses(keys), 2, rungs(3));
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        vm.expectPartialRevert(IMarketOracle.SignerNotAccepted.selector);
        other.publish(publication, DATA, signatures);
    }

    function testFuzz_a_signed_field_that_is_changed_is_refused(uint256 field) public {
        Publication memory publication = next(PRICE);
        bytes[] memory signatures = signed(publication);
        field %= 6;
        if (field == 0) publication.index += 1;
        if (field == 1) publication.perpMark += 1;
        if (field == 2) publication.rest += 1;
        if (field == 3) publication.indexTime -= 1;
        if (field == 4) publication.perpTime -= 1;
        if (field == 5) publication.surfaceTime -= 1;
        vm.expectPartialRevert(IMarketOracle.SignerNotAccepted.selector);
        oracle.publish(publication, DATA, signatures);
    }
}
