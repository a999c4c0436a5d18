// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the holder of a key's secrets needs to prove anything; gamma is 1.
/// @param alphaBeta alpha * beta mod r.
/// @param deltaInverse 1 / delta mod r.
/// @param ic Discrete logarithms of the IC points.
struct Trapdoor {
    uint256 alphaBeta;
    uint256 deltaInverse;
    uint256[] ic;
}
