// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Groth16Verifier} from "$base";

/// @title Verifier of $count public signals; rendered from a verifying key, do not edit
contract $name is Groth16Verifier {
    // Keccak of the points below.
    bytes32 private constant VK_DIGEST = $digest;

    // alpha1
$alpha1
    // beta2, gamma2, delta2: imaginary part first
$beta2
$gamma2
$delta2
    // IC: one point for 1, one for each public signal
$ic
    /// @notice Keccak of the key's points.
    function vkDigest() public pure override returns (bytes32) {
        return VK_DIGEST;
    }

    /// @notice Number of public signals.
    function signalCount() public pure override returns (uint256) {
        return $count;
    }

    function _alpha1() internal pure override returns (uint256 x, uint256 y) {
        return (ALPHA_X, ALPHA_Y);
    }

    function _writeG2(uint256 at) internal pure override {
        assembly ("memory-safe") {
$writes
        }
    }

    function _combineIc(uint256 at, uint256[] memory scalars) internal view override {
$terms
    }
}
