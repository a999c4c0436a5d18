// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Breaker levels that end by themselves
/// @notice Each level has a time up to which it holds; the breaker's level is the highest that holds. A level that
/// is raised again while it holds is never cut short. Python: `zkmargin/market_oracle/circuit_breaker.py`.
library CircuitBreaker {
    uint8 internal constant CAUTION = 1;
    uint8 internal constant FREEZE = 2;
    uint8 internal constant HALT = 3;
    uint40 internal constant FOR_EVER = type(uint40).max; // only a reset ends it
    uint256 internal constant BPS = 10_000;

    /// @param until For levels 1 to 3, when it ends: it holds before that time [s].
    struct Breaker {
        uint40[4] until;
    }

    /// @dev Holds a level up for some time from now.
    /// @return end When it ends [s].
    function hold(Breaker storage self, uint8 level, uint40 present, uint32 time)
        internal
        returns (uint40 end)
    {
        return holdUntil(self, level, present + time);
    }

    /// @dev Holds a level up to a time, or longer if it does so already.
    function holdUntil(Breaker storage self, uint8 level, uint40 until) internal returns (uint40 end) {
        end = self.until[level];
        if (until > end) {
            self.until[level] = until;
            end = until;
        }
    }

    /// @dev Ends all levels now; those that ended before did so when they did.
    function reset(Breaker storage self, uint40 present) internal {
        for (uint8 level = CAUTION; level <= HALT; ++level) {
            if (self.until[level] > present) self.until[level] = present;
        }
    }

    /// @dev The highest level that holds.
    function levelAt(Breaker storage self, uint40 present) internal view returns (uint8 level) {
        uint40[4] memory until = self.until;
        for (level = HALT; level > 0 && until[level] <= present; --level) {}
    }

    /// @dev Whether two prices are further apart than a share of the second.
    /// @param price [1e-6 quote]
    /// @param anchor [1e-6 quote]
    /// @param share [bps]
    function isFar(uint48 price, uint48 anchor, uint16 share) internal pure returns (bool) {
        uint256 distance = price < anchor ? anchor - price : price - anchor;
        return distance * BPS > uint256(anchor) * share;
    }
}
