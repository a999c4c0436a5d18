// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IMarketOracle} from "../interfaces/IMarketOracle.sol";

/// @title A set of signers, and the number of them that must agree
library SignerQuorum {
    /// @param generation Of each address, the generation of the set that it is in.
    /// @param current Generation of the set in force.
    /// @param quorum Signatures that are needed.
    struct Signers {
        mapping(address => uint64) generation;
        uint64 current;
        uint8 quorum;
    }

    /// @dev Replaces the set. Reverts with SignersInvalid unless it increases and has a quorum of 1 or more.
    function replace(Signers storage self, address[] memory signers, uint8 quorum) internal {
        require(signers.length <= 255 && quorum != 0, IMarketOracle.SignersInvalid());
        require(quorum <= signers.length, IMarketOracle.SignersInvalid());
        uint64 current = self.current + 1;
        address previous = address(0);
        for (uint256 i = 0; i < signers.length; ++i) {
            require(previous < signers[i], IMarketOracle.SignersInvalid());
            self.generation[signers[i]] = current;
            previous = signers[i];
        }
        (self.current, self.quorum) = (current, quorum);
    }

    /// @dev Reverts unless every signature is by another signer, in increasing order, and they are a quorum.
    function requireSigned(Signers storage self, bytes32 digest, bytes[] calldata signatures) internal view {
        require(
            signatures.length >= self.quorum, IMarketOracle.QuorumNotReached(signatures.length, self.quorum)
        );
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = ECDSA.recover(digest, signatures[i]);
            require(previous < signer && contains(self, signer), IMarketOracle.SignerNotAccepted(signer));
            previous = signer;
        }
    }

    /// @dev Whether an address is in the set.
    function contains(Signers storage self, address account) internal view returns (bool) {
        return self.generation[account] == self.current;
    }
}
