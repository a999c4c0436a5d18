// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AuctionParams, ILiquidationAuction} from "../interfaces/ILiquidationAuction.sol";
import {KeeperReward} from "../KeeperReward.sol";
import {PriceCurve} from "../PriceCurve.sol";
import {PublicSignals} from "../registry/PublicSignals.sol";

/// @title Numbers of an auction house
/// @notice Fixed at deployment: none can change while an auction runs.
abstract contract AuctionConfig is ILiquidationAuction {
    uint256 internal constant BPS = 1e4; // 1                        [bps]
    uint256 internal constant ONE = 1e6; // factor or fraction 1     [1e-6]

    // Storage

    AuctionParams internal _params;

    // Init

    constructor(AuctionParams memory p) {
        PriceCurve.validate(p.curve);
        KeeperReward.validate(p.keeper);
        // The price may not rise when the pool's window ends.
        _bound("poolFactor", p.poolFactor, p.curve.start, ONE);
        _bound("poolWindow", p.poolWindow, 0, 1 days);
        _bound("backstopWindow", p.backstopWindow, 0, 7 days);
        _bound("settleWindow", p.settleWindow, 1, 1 days);
        _bound("target", p.target, PublicSignals.MAINTENANCE, 2 * PublicSignals.MAINTENANCE);
        _bound("minFraction", p.minFraction, 1, ONE);
        _bound("fee", p.fee, 0, BPS / 4);
        _bound("poolShare", p.poolShare, 0, BPS);
        _bound("bond", p.bond, 1, type(uint96).max);
        _bound("bondShare", p.bondShare, 0, BPS);
        // Who slashes itself must lose.
        _bound("slashShare", p.slashShare, 0, BPS / 2);
        _bound("payoutStart", p.payoutStart, 0, BPS);
        _bound("payoutLength", p.payoutLength, 1, 7 days);
        _bound("maxBlock", p.maxBlock, 1, 30 days);
        _params = p;
    }

    // Views

    /// @inheritdoc ILiquidationAuction
    function params() external view returns (AuctionParams memory) {
        return _params;
    }

    // Internal

    function _bound(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        require(low <= value && value <= high, ParamOutOfRange(name));
    }
}
