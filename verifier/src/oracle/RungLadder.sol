// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMarketOracle, Rung} from "../interfaces/IMarketOracle.sol";

/// @title Which rung of a ladder of risk parameters a variance selects
/// @notice Up by at most some rungs an epoch, down by one after a hold. Python: `realised_variance.py`.
library RungLadder {
    uint256 internal constant MAX_RUNGS = 256;

    /// @dev Reverts with LadderInvalid unless rungs increase up to 2^64 - 1.
    function requireValid(Rung[] memory rungs) internal pure {
        uint256 count = rungs.length;
        require(count != 0 && count <= MAX_RUNGS, IMarketOracle.LadderInvalid());
        for (uint256 i = 1; i < count; ++i) {
            require(rungs[i - 1].maxVariance < rungs[i].maxVariance, IMarketOracle.LadderInvalid());
        }
        require(rungs[count - 1].maxVariance == type(uint64).max, IMarketOracle.LadderInvalid());
    }

    /// @dev The first rung made for a variance.
    /// @param variance [2^-48 per year]
    function wanted(Rung[] storage rungs, uint64 variance) internal view returns (uint8 place) {
        while (rungs[place].maxVariance < variance) ++place;
    }

    /// @dev The rung after one more epoch.
    /// @param place The rung so far.
    /// @param variance The variance that selects [2^-48 per year].
    /// @param maxStepUp Rungs that may be climbed.
    /// @param mayDescend Whether one may be given up.
    /// @return next The rung.
    /// @return behind Whether the variance is above what it is made for.
    function step(Rung[] storage rungs, uint8 place, uint64 variance, uint8 maxStepUp, bool mayDescend)
        internal
        view
        returns (uint8 next, bool behind)
    {
        next = place;
        while (next - place < maxStepUp && rungs[next].maxVariance < variance) ++next;
        behind = rungs[next].maxVariance < variance;
        if (mayDescend && next == place && place > 0 && rungs[place - 1].maxVariance >= variance) --next;
    }
}
