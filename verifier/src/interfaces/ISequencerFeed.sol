// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Uptime of a rollup's sequencer, as the chain itself reports it
/// @notice The shape that the uptime feeds of the large rollups have.
interface ISequencerFeed {
    /// @notice The latest report.
    /// @return roundId Not used.
    /// @return answer 0 if the sequencer is up, anything else if it is down.
    /// @return startedAt [unix, s] Since when.
    /// @return updatedAt Not used.
    /// @return answeredInRound Not used.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
