// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Time-weighted average of a price that holds from one observation to the next
/// @notice A ring of cumulative prices; the average of a window costs a few reads however many observations it
/// has, because its start only moves forward. Python: `zkmargin/market_oracle/twap_buffer.py`.
library TwapBuffer {
    uint256 internal constant SIZE = 256;

    /// @param timestamp [s]
    /// @param price Price from then on [1e-6 quote].
    /// @param cumulative Sum of price * seconds up to then [1e-6 quote s].
    struct Observation {
        uint40 timestamp;
        uint48 price;
        uint88 cumulative;
    }

    /// @param count Observations made so far.
    /// @param edge Number of the last one at or before the start of the window.
    struct Buffer {
        Observation[SIZE] ring;
        uint40 count;
        uint40 edge;
    }

    /// @dev Average over the window that ends at a time not before the last observation, rounded down; over what
    /// is kept if that is shorter; 0 without observations. Times must not decrease from call to call.
    /// @param timestamp End of the window [s].
    /// @param window Its length [s].
    /// @return [1e-6 quote]
    function average(Buffer storage self, uint40 timestamp, uint32 window) internal returns (uint48) {
        uint40 count = self.count;
        if (count == 0) return 0;
        Observation memory last = _at(self, count - 1);
        uint40 start = timestamp > window ? timestamp - window : 0;
        Observation memory first = _moveEdge(self, count, start);
        if (start < first.timestamp) start = first.timestamp;
        if (start == timestamp) return last.price;
        uint88 area = _cumulativeAt(last, timestamp) - _cumulativeAt(first, start);
        return uint48(area / (timestamp - start));
    }

    /// @dev Adds an observation; its time must be after that of the last.
    function record(Buffer storage self, uint40 timestamp, uint48 price) internal {
        uint40 count = self.count;
        uint88 cumulative = count == 0 ? 0 : _cumulativeAt(_at(self, count - 1), timestamp);
        self.ring[count % SIZE] = Observation(timestamp, price, cumulative);
        self.count = count + 1;
    }

    /// @dev The last observation at or before a time, or the oldest that is kept.
    function _moveEdge(Buffer storage self, uint40 count, uint40 start)
        private
        returns (Observation memory observation)
    {
        uint40 edge = self.edge;
        if (count > SIZE && edge < count - SIZE) edge = count - uint40(SIZE);
        observation = _at(self, edge);
        while (edge + 1 < count) {
            Observation memory next = _at(self, edge + 1);
            if (next.timestamp > start) break;
            (edge, observation) = (edge + 1, next);
        }
        self.edge = edge;
    }

    function _cumulativeAt(Observation memory from, uint40 timestamp) private pure returns (uint88) {
        return from.cumulative + uint88(from.price) * (timestamp - from.timestamp);
    }

    function _at(Buffer storage self, uint40 number) private view returns (Observation memory) {
        return self.ring[number % SIZE];
    }
}
