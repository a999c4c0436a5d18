// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {RegistryParams} from "../interfaces/IAccounts.sol";
import {IMarginRegistry} from "../interfaces/IMarginRegistry.sol";

/// @title Numbers of a registry
/// @notice Fixed at deployment: a change of rules is a new registry, so that none can shorten a running
/// deadline or move a threshold under an account.
abstract contract RegistryConfig is IMarginRegistry {
    // Immutables

    uint40 internal immutable WINDOW; // [epochs]
    uint40 internal immutable FRESH_EPOCHS; // [epochs]
    uint40 internal immutable MAX_AGE; // [s]
    uint32 internal immutable STALE_MOVE; // [bps]
    uint40 internal immutable ANSWER_WINDOW; // [clock, s]
    uint40 internal immutable HOLDER_WINDOW; // [clock, s]
    uint96 internal immutable CALL_BOND; // [1e-6 quote]
    uint96 internal immutable FINE; // [1e-6 quote]
    uint96 internal immutable HOLDER_BOND; // [1e-6 quote]
    uint40 internal immutable HOLDER_EXIT; // [s]
    uint96 internal immutable MIN_BOUNTY; // [1e-6 quote]
    uint32 internal immutable INITIAL_LEVEL; // [bps]
    uint40 internal immutable ROLE_DELAY; // [s]
    uint40 internal immutable MAX_PAUSE; // [s]
    uint40 internal immutable RESUME_GRACE; // [s]

    uint40 private constant YEAR = 365 days; // [s] no duration is longer, so that sums fit 40 bits
    uint32 private constant MAX_LEVEL = 100_000; // [bps]

    // Init

    constructor(RegistryParams memory p) {
        _bound("window", p.window, 1, 255);
        _bound("freshEpochs", p.freshEpochs, 1, type(uint32).max);
        _bound("maxAge", p.maxAge, 1, YEAR);
        _bound("staleMove", p.staleMove, 1, 10_000);
        _bound("answerWindow", p.answerWindow, 1, YEAR);
        _bound("holderWindow", p.holderWindow, 1, YEAR);
        _bound("callBond", p.callBond, 1, type(uint96).max);
        _bound("holderBond", p.holderBond, 1, type(uint96).max);
        // An exit that is shorter than a call and the holder's window would let a holder leave with its bond.
        _bound("holderExit", p.holderExit, uint256(p.answerWindow) + p.holderWindow + 1, YEAR);
        _bound("minBounty", p.minBounty, p.fine, type(uint96).max);
        _bound("initialLevel", p.initialLevel, 10_000, MAX_LEVEL);
        _bound("roleDelay", p.roleDelay, 1, YEAR);
        _bound("maxPause", p.maxPause, 1, YEAR);
        _bound("resumeGrace", p.resumeGrace, 0, YEAR);
        (WINDOW, FRESH_EPOCHS, MAX_AGE, STALE_MOVE) = (p.window, p.freshEpochs, p.maxAge, p.staleMove);
        (ANSWER_WINDOW, HOLDER_WINDOW, CALL_BOND) = (p.answerWindow, p.holderWindow, p.callBond);
        (FINE, HOLDER_BOND, HOLDER_EXIT, MIN_BOUNTY) = (p.fine, p.holderBond, p.holderExit, p.minBounty);
        (INITIAL_LEVEL, ROLE_DELAY) = (p.initialLevel, p.roleDelay);
        (MAX_PAUSE, RESUME_GRACE) = (p.maxPause, p.resumeGrace);
    }

    // Views

    /// @inheritdoc IMarginRegistry
    function params() public view returns (RegistryParams memory p) {
        (p.window, p.freshEpochs, p.maxAge, p.staleMove) = (WINDOW, FRESH_EPOCHS, MAX_AGE, STALE_MOVE);
        (p.answerWindow, p.holderWindow, p.callBond) = (ANSWER_WINDOW, HOLDER_WINDOW, CALL_BOND);
        (p.fine, p.holderBond, p.holderExit, p.minBounty) = (FINE, HOLDER_BOND, HOLDER_EXIT, MIN_BOUNTY);
        (p.initialLevel, p.roleDelay) = (INITIAL_LEVEL, ROLE_DELAY);
        (p.maxPause, p.resumeGrace) = (MAX_PAUSE, RESUME_GRACE);
    }

    // Internal

    function _bound(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        require(low <= value && value <= high, ParamOutOfRange(name, value));
    }
}
