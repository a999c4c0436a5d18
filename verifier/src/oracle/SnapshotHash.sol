// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PoseidonT6} from "poseidon-solidity/PoseidonT6.sol";

import {IMarketOracle, Publication} from "../interfaces/IMarketOracle.sol";

/// @title The hash of a snapshot, from what is published of it
/// @notice Poseidon(rest, paramsHash, timestamp + epoch * 2^64, index, perp mark), as in `zkmargin/snapshot.py`.
library SnapshotHash {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    bytes32 internal constant PUBLICATION_TYPE = keccak256(
        "Publication(uint40 epoch,uint40 timestamp,uint40 indexTime,uint40 perpTime,uint40 surfaceTime,"
        "uint48 index,uint48 perpMark,uint256 rest,uint256 paramsHash,bytes32 dataHash)"
    );

    /// @dev The snapshot's hash. Reverts with HashInputNotCanonical if rest or paramsHash is not below r.
    function snapshotHash(Publication calldata publication) internal pure returns (uint256) {
        (uint256 rest, uint256 params) = (publication.rest, publication.paramsHash);
        require(rest < R, IMarketOracle.HashInputNotCanonical(rest));
        require(params < R, IMarketOracle.HashInputNotCanonical(params));
        uint256 clock = publication.timestamp | (uint256(publication.epoch) << 64);
        return PoseidonT6.hash([rest, params, clock, publication.index, publication.perpMark]);
    }

    /// @dev The EIP-712 hash of a publication, without the domain.
    function structHash(Publication calldata publication) internal pure returns (bytes32) {
        return keccak256(abi.encode(PUBLICATION_TYPE, publication));
    }
}
