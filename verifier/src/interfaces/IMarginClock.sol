// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The clock that deadlines are kept by
/// @notice The chain's time less every second in which it stood: while the guardian paused it, and while the
/// sequencer of the rollup was down; for ever after a soundness alarm. A stop can only add to the time that an owner has.
interface IMarginClock {
    /// @param reasons Bits of what holds the clock: 1 guardian, 2 sequencer, 4 soundness alarm; 0 = it runs.
    /// @param clock [clock, s] What it shows.
    event ClockChanged(uint8 reasons, uint40 clock);

    /// @notice Thrown when a pause is started or ended by one who may not, or not yet, both [unix, s].
    error PauseRefused(uint40 time, uint40 allowedFrom);

    /// @notice Thrown when the sender is not the guardian.
    error SenderNotGuardian(address sender);

    /// @notice Thrown when the sender is not the registry's soundness alarm.
    error SenderNotAlarm(address sender);

    /// @notice Stops the clock for ever. Errors: SenderNotAlarm.
    function raiseAlarm() external;

    /// @notice Stops the clock. After a pause as long again as the longest pause must pass before the next.
    /// @dev Errors: SenderNotGuardian, PauseRefused.
    function pause() external;

    /// @notice Ends the pause: the guardian at any time, anyone after the longest pause.
    /// @dev Errors: PauseRefused.
    function unpause() external;

    /// @notice Reads the sequencer's feed into the clock; whoever acts on a deadline does it first.
    /// @return clock_ [clock, s] What the clock shows now.
    /// @return reasons 0 if it runs; else bits as in `ClockChanged`.
    function sync() external returns (uint40 clock_, uint8 reasons);

    /// @notice What `sync` would return.
    /// @dev Does not fall from one `sync` to the next. In between it may: downtime is known afterwards only.
    function read() external view returns (uint40 clock_, uint8 reasons);
}
