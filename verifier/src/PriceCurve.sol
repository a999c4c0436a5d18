// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The price of a Dutch auction as a pure function of the time that has passed.
/// @notice One question, `price(top, elapsed)`, and three answers. A price depends on nothing else, so
/// it cannot depend on who asked before, and it never rises. `zkmargin/price_curve.py` has the same
/// integers.
///
///   TwoPhaseLinear  start -> cutoff in `fast` seconds, then cutoff -> 0 in `slow` seconds
///   StairStep       start * cut^floor(elapsed / step)
///   Exponential     start * cut^elapsed
///
/// After `duration` every price is 0.
library PriceCurve {
    enum Shape {
        TwoPhaseLinear,
        StairStep,
        Exponential
    }

    struct Curve {
        Shape shape;
        uint32 start; //   factor at 0                                    [1e-6]
        uint32 cutoff; //  factor after `fast`; TwoPhaseLinear only       [1e-6]
        uint32 fast; //    length of the first phase; TwoPhaseLinear only [s]
        uint32 duration; // last second with a price                      [s]
        uint32 step; //    length of a stair; StairStep only              [s]
        uint96 cut; //     factor of one step, or of one second           [1e-27]
    }

    /// @notice Thrown when a curve could rise, never moves, or has a zero length.
    error InvalidCurve();
    /// @notice Thrown when a top price is too large to multiply.
    error TopTooLarge(uint256 top);

    uint256 internal constant ONE = 1e6; // factor 1                                  [1e-6]
    uint256 internal constant RAY = 1e27; // cut 1                                    [1e-27]
    // Below it one step is far larger than all rounding of `power`: the price cannot rise by an ulp.
    uint256 internal constant CUT_MAX = RAY - 1e18; //                                [1e-27]

    /// @notice Reverts unless `curve` falls from at most 1 to 0 and its shape's fields make sense.
    function validate(Curve memory curve) internal pure {
        require(curve.start <= ONE && curve.start > 0 && curve.duration > 0, InvalidCurve());
        if (curve.shape == Shape.TwoPhaseLinear) {
            require(curve.cutoff <= curve.start, InvalidCurve());
            require(curve.fast > 0 && curve.fast <= curve.duration, InvalidCurve());
        } else {
            require(curve.cut > 0 && curve.cut <= CUT_MAX, InvalidCurve());
            require(curve.shape == Shape.Exponential || curve.step > 0, InvalidCurve());
        }
    }

    /// @notice floor(top * factor(elapsed)), in the unit of `top`; `curve` has passed `validate`.
    /// @param top Price at factor 1, below 2^128.
    /// @param elapsed Seconds since the auction began. [s]
    function price(Curve memory curve, uint256 top, uint256 elapsed) internal pure returns (uint256) {
        require(top < 1 << 128, TopTooLarge(top));
        if (elapsed > curve.duration) return 0;
        if (curve.shape == Shape.TwoPhaseLinear) return _linear(curve, top, elapsed);
        uint256 steps = curve.shape == Shape.StairStep ? elapsed / curve.step : elapsed;
        // 128 + 20 + 90 bits
        return top * curve.start * power(curve.cut, steps) / (ONE * RAY);
    }

    /// @notice The payout for taking an insolvent account: low + (high - low) * elapsed / length, at most high.
    /// @dev Rounded down. low <= high < 2^128.
    function payout(uint256 low, uint256 high, uint256 elapsed, uint256 length)
        internal
        pure
        returns (uint256)
    {
        if (elapsed >= length) return high;
        return low + (high - low) * elapsed / length;
    }

    /// @notice base^exponent with base <= 1, by squaring; every product is rounded to the nearest. [1e-27]
    function power(uint256 base, uint256 exponent) internal pure returns (uint256 result) {
        result = RAY;
        while (exponent > 0) {
            if (exponent & 1 == 1) result = (result * base + RAY / 2) / RAY;
            base = (base * base + RAY / 2) / RAY;
            exponent >>= 1;
        }
    }

    function _linear(Curve memory curve, uint256 top, uint256 elapsed) private pure returns (uint256) {
        if (elapsed <= curve.fast) {
            uint256 fallen = (uint256(curve.start) - curve.cutoff) * elapsed;
            return top * (uint256(curve.start) * curve.fast - fallen) / (ONE * curve.fast);
        }
        uint256 slow = curve.duration - curve.fast; // > 0, since fast < elapsed <= duration
        return top * curve.cutoff * (curve.duration - elapsed) / (ONE * slow);
    }
}
