// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ISequencerFeed} from "../src/interfaces/ISequencerFeed.sol";

/// @notice A sequencer that a test starts and stops.
contract TestSequencer is ISequencerFeed {
    int256 private _answer;
    uint256 private _since;

    function report(bool down, uint256 since) external {
        (_answer, _since) = (down ? int256(1) : int256(0), since);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, _answer, _since, _since, 1);
    }
}
