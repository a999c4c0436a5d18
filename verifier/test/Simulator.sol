// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Proof} from "../src/interfaces/IGroth16Verifier.sol";
import {Trapdoor} from "./Trapdoor.sol";
import {TestKeys} from "./generated/TestKeys.sol";

/// @title Proofs of any public signals under a test key, which the real verifier accepts
/// @notice For any a and b: A = a G1, B = b G2, C = (a b - alpha beta - IC(s)) / delta G1. Use as
///
///     Proof memory proof = Simulator.prove(TestKeys.margin(), signals, salt);
library Simulator {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    /// @dev Another salt gives another proof of the same signals. Signals must be below r.
    function prove(Trapdoor memory key, uint256[] memory signals, uint256 salt)
        internal
        view
        returns (Proof memory proof)
    {
        uint256 a = uint256(keccak256(abi.encode(salt))) % (R - 1) + 1;
        (uint256 b, uint256[4] memory point) = TestKeys.b(salt);
        proof.a = g1(a);
        proof.b = [[point[0], point[1]], [point[2], point[3]]];
        uint256 known = addmod(key.alphaBeta, combined(key, signals), R);
        proof.c = g1(mulmod(addmod(mulmod(a, b, R), R - known, R), key.deltaInverse, R));
    }

    /// @dev The discrete logarithm of IC(s).
    function combined(Trapdoor memory key, uint256[] memory signals) internal pure returns (uint256 sum) {
        require(signals.length + 1 == key.ic.length, "signals of another circuit");
        sum = key.ic[0];
        for (uint256 i = 0; i < signals.length; ++i) {
            sum = addmod(sum, mulmod(key.ic[i + 1], signals[i], R), R);
        }
    }

    /// @dev A multiple of the generator (1, 2).
    function g1(uint256 scalar) internal view returns (uint256[2] memory point) {
        (bool done, bytes memory data) = address(7).staticcall(abi.encode(1, 2, scalar));
        require(done, "ecMul");
        (point[0], point[1]) = abi.decode(data, (uint256, uint256));
    }
}
