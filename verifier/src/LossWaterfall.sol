// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Who pays for a loss, in which order.
/// @notice Each source is emptied before the next is touched; what is left falls on every holder of
/// cash alike. `zkmargin/loss_waterfall.py` has the same integers.
///
///   owner top-up -> pool -> bidder of the auction -> insurance fund -> socialised
library LossWaterfall {
    struct Capital {
        uint256 owner; //     paid in by the owner after the call       [1e-6 quote]
        uint256 pool; //      the pool's cash that may be used          [1e-6 quote]
        uint256 bidder; //    what the winner adds beyond the price     [1e-6 quote]
        uint256 insurance; // the insurance fund                        [1e-6 quote]
    }

    struct Charge {
        uint256 owner; //      [1e-6 quote]
        uint256 pool; //       [1e-6 quote]
        uint256 bidder; //     [1e-6 quote]
        uint256 insurance; //  [1e-6 quote]
        uint256 socialised; // [1e-6 quote]
    }

    /// @notice Splits `loss`; the parts sum to it exactly. [1e-6 quote]
    function charge(uint256 loss, Capital memory capital) internal pure returns (Charge memory charged) {
        (charged.owner, loss) = _draw(loss, capital.owner);
        (charged.pool, loss) = _draw(loss, capital.pool);
        (charged.bidder, loss) = _draw(loss, capital.bidder);
        (charged.insurance, loss) = _draw(loss, capital.insurance);
        charged.socialised = loss;
    }

    function _draw(uint256 loss, uint256 capital) private pure returns (uint256 drawn, uint256 left) {
        drawn = loss < capital ? loss : capital;
        left = loss - drawn;
    }
}
