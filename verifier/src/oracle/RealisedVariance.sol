// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {VarianceConfig} from "../interfaces/IMarketOracle.sol";

/// @title Annualised variance of a price, as an exponentially weighted mean over time
/// @notice All in [2^-48]; rounded up, so that a requirement that follows it is not too low.
/// Python: `zkmargin/market_oracle/realised_variance.py`; derivation: docs/oracle.md.
library RealisedVariance {
    uint256 internal constant ONE = 1 << 48;
    uint256 internal constant YEAR = 365 days; // [s]
    uint256 internal constant BPS = 10_000;

    /// @dev |ln(current / previous)| by 2 artanh(z), z = difference / sum, to z^5; rounded down [2^-48].
    /// @param previous Price before, above 0 [1e-6 quote].
    /// @param current Price after, above 0 [1e-6 quote].
    function logReturn(uint48 previous, uint48 current) internal pure returns (uint256) {
        uint256 difference = previous < current ? current - previous : previous - current;
        uint256 z = (difference << 48) / (uint256(previous) + current);
        uint256 square = (z * z) >> 48;
        uint256 series = ONE + square / 3 + ((square * square) >> 48) / 5;
        return (2 * z * series) >> 48;
    }

    /// @dev (recall v + r^2 year) / (recall + interval): an interval weighs as much as its length.
    /// @param variance Variance so far [2^-48 per year].
    /// @param move Log return over the interval [2^-48].
    /// @param interval Its length, above 0 [s].
    /// @return Variance after it, at most 2^64 - 1 [2^-48 per year].
    function updated(VarianceConfig memory config, uint64 variance, uint256 move, uint40 interval)
        internal
        pure
        returns (uint64)
    {
        uint256 cap = config.returnCap * ONE / BPS;
        if (move > cap) move = cap;
        uint256 sum = uint256(variance) * config.recall + ((move * move * YEAR) >> 48);
        return _saturated(_divideUp(sum, uint256(config.recall) + interval));
    }

    /// @dev The variance that selects a rung: max(floor, v, (1 - weight) v + weight stress) [2^-48 per year].
    function effective(VarianceConfig memory config, uint64 variance) internal pure returns (uint64) {
        uint256 blend = variance * (BPS - config.stressWeight) + uint256(config.stress) * config.stressWeight;
        uint64 blended = _saturated(_divideUp(blend, BPS));
        uint64 most = variance > blended ? variance : blended;
        return most > config.floor ? most : config.floor;
    }

    function _divideUp(uint256 numerator, uint256 divisor) private pure returns (uint256) {
        return (numerator + divisor - 1) / divisor;
    }

    function _saturated(uint256 value) private pure returns (uint64) {
        return value > type(uint64).max ? type(uint64).max : uint64(value);
    }
}
