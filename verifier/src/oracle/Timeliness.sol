// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FeedConfig, IMarketOracle, Publication} from "../interfaces/IMarketOracle.sol";

/// @title Whether a publication is the next one, and no part of it too old
library Timeliness {
    /// @dev Reverts with EpochNotNext, TimeInFuture, PublicationTooOld, TimeNotMonotone or FieldStale.
    /// @param latest Latest epoch, 0 before the first.
    /// @param previousTime Its time [s].
    function requireTimely(
        FeedConfig memory feed,
        Publication calldata publication,
        uint40 latest,
        uint40 previousTime
    ) internal view {
        (uint40 time, uint40 present) = (publication.timestamp, uint40(block.timestamp));
        require(publication.epoch == latest + 1, IMarketOracle.EpochNotNext(publication.epoch, latest + 1));
        require(time <= present, IMarketOracle.TimeInFuture(time, present));
        uint40 oldest = _before(present, feed.maxDelay);
        require(time >= oldest, IMarketOracle.PublicationTooOld(time, oldest));
        uint40 earliest = latest == 0 ? 1 : previousTime + feed.minInterval;
        require(time >= earliest, IMarketOracle.TimeNotMonotone(time, earliest));
        _requireFresh("index", publication.indexTime, time, feed.indexHeartbeat);
        _requireFresh("perp", publication.perpTime, time, feed.perpHeartbeat);
        _requireFresh("surface", publication.surfaceTime, time, feed.surfaceHeartbeat);
    }

    function _requireFresh(bytes32 field, uint40 observed, uint40 time, uint32 heartbeat) private pure {
        uint40 earliest = _before(time, heartbeat);
        bool fresh = observed <= time && observed >= earliest;
        require(fresh, IMarketOracle.FieldStale(field, observed, earliest));
    }

    function _before(uint40 time, uint32 age) private pure returns (uint40) {
        return time > age ? time - age : 0;
    }
}
