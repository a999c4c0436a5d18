// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Auction, Settlement} from "../interfaces/ILiquidationAuction.sol";
import {PublicSignals} from "../registry/PublicSignals.sol";

/// @title Public signals of `liquidate`
/// @notice Order as in `circuits/README.md`. Account, version, old commitment, snapshot, discount, reserved
/// cash, target and winner come from storage; price, fraction, new commitments, deficit and top-up are
/// declared by the winner, and are exact because the proof says so.
library LiquidationSignals {
    bytes32 internal constant LIQUIDATE = keccak256("liquidate");
    uint256 internal constant COUNT = 14;

    /// @notice The signals that settle `auction` as declared.
    /// @param commitment Stored commitment of the account.
    /// @param snapshotHash Hash of the award's epoch.
    function list(
        uint256 domain,
        Auction memory auction,
        Settlement memory declared,
        uint256 commitment,
        uint256 snapshotHash
    ) internal pure returns (uint256[] memory signals) {
        signals = new uint256[](COUNT);
        signals[0] = domain;
        signals[1] = PublicSignals.header(auction.account, auction.version, PublicSignals.MAINTENANCE);
        signals[2] = commitment;
        signals[3] = declared.commitment;
        signals[4] = declared.lotCommitment;
        signals[5] = snapshotHash;
        signals[6] = declared.price;
        signals[7] = declared.fraction;
        signals[8] = auction.discount;
        // An insolvent account has nothing to keep apart: what earlier slices paid goes to the taker too.
        signals[9] = declared.deficit > 0 ? 0 : auction.reserved;
        signals[10] = auction.target;
        signals[11] = declared.deficit;
        signals[12] = uint160(auction.winner);
        signals[13] = declared.topUp;
    }
}
