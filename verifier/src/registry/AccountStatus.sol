// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account, Phase, Status} from "../interfaces/IAccounts.sol";

/// @notice What a status depends on besides the account.
/// @param time [unix, s] Time of the block.
/// @param clock [clock, s] What the registry's clock shows.
/// @param latest Latest epoch; 0 = none yet.
/// @param index [1e-6 quote] Index price of the latest snapshot.
/// @param rung Rung of risk params of the latest snapshot.
/// @param provenTime [unix, s] Time of the proven snapshot.
/// @param provenIndex [1e-6 quote] Index price of the proven snapshot.
/// @param provenRung Rung of risk params of the proven snapshot.
struct Moment {
    uint40 time;
    uint40 clock;
    uint40 latest;
    uint48 index;
    uint24 rung;
    uint40 provenTime;
    uint48 provenIndex;
    uint24 provenRung;
}

/// @notice How long a margin proof says something; see `RegistryParams`.
/// @param freshEpochs [epochs] F.
/// @param maxAge [s]
/// @param staleMove [bps]
struct Freshness {
    uint40 freshEpochs;
    uint40 maxAge;
    uint32 staleMove;
}

/// @title Status of an account
/// @notice Pure, and the same in `zkmargin/registry/account_status.py`: nobody has to act for an account to
/// become Stale or Presumed.
library AccountStatus {
    uint256 private constant BPS = 10_000;

    /// @notice Status of an account at a moment.
    function statusOf(Account memory account, Moment memory moment, Freshness memory fresh)
        internal
        pure
        returns (Status)
    {
        Phase phase = account.phase;
        if (phase == Phase.Open) return isFresh(account, moment, fresh) ? Status.Healthy : Status.Stale;
        if (phase == Phase.Called) {
            return isLate(account, moment.clock) ? Status.Presumed : Status.Called;
        }
        if (phase == Phase.None) return Status.None;
        if (phase == Phase.Presumed) return Status.Presumed;
        if (phase == Phase.Liquidatable) return Status.Liquidatable;
        if (phase == Phase.InAuction) return Status.InAuction;
        return phase == Phase.Awarded ? Status.Awarded : Status.Closed;
    }

    /// @notice Whether the last second in which a call can be answered is over.
    function isLate(Account memory account, uint40 clock) internal pure returns (bool) {
        return clock > account.deadline;
    }

    /// @notice Whether the newest margin proof still says something: by epochs, age, price and fresh.
    function isFresh(Account memory account, Moment memory moment, Freshness memory fresh)
        internal
        pure
        returns (bool)
    {
        if (account.provenEpoch == 0 || moment.provenRung != moment.rung) return false;
        if (moment.latest > account.provenEpoch + fresh.freshEpochs) return false;
        if (moment.time > moment.provenTime + fresh.maxAge) return false;
        uint256 proven = moment.provenIndex;
        uint256 move = moment.index > proven ? moment.index - proven : proven - moment.index;
        return move * BPS <= proven * fresh.staleMove;
    }
}
