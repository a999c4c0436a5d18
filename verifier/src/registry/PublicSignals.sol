// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Public signals of the registry's circuits
/// @notice Order and packing as in `circuits/README.md`; every value comes from
/// storage, from the oracle or from this contract's own address and chain.
library PublicSignals {
    bytes32 internal constant MARGIN = keccak256("margin");
    bytes32 internal constant SHORTFALL = keccak256("shortfall");

    /// @notice [bps] Maintenance: the level of every proof that keeps or loses an account.
    uint32 internal constant MAINTENANCE = 10_000;

    /// @notice Domain of a circuit in a registry: below 2^248, so below r.
    /// @param circuit Keccak of the circuit's name.
    /// @param vkDigest Digest of the verifying key.
    function domain(bytes32 circuit, bytes32 vkDigest) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), circuit, vkDigest))) >> 8;
    }

    /// @notice account * 2^96 + version * 2^32 + level.
    function header(uint64 account, uint64 version, uint32 level) internal pure returns (uint256) {
        return (uint256(account) << 96) | (uint256(version) << 32) | level;
    }

    /// @notice Signals of `shortfall`: domain, header, commitment, snapshotHash, beneficiary.
    function shortfall(
        uint256 domain_,
        uint256 header_,
        uint256 commitment,
        uint256 snapshotHash,
        address beneficiary
    ) internal pure returns (uint256[] memory signals) {
        signals = new uint256[](5);
        (signals[0], signals[1], signals[2], signals[3]) = (domain_, header_, commitment, snapshotHash);
        signals[4] = uint160(beneficiary);
    }
}
