// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title What a keeper gets for showing that an account is in shortfall.
/// @notice Cost plus a margin and a share of the penalty, clamped, and strictly below the penalty, so
/// that reporting oneself never pays. `zkmargin/keeper_reward.py` has the same integers.
///
///   reward = min(max(cost (1 + margin) + share penalty, minimum), maximum, penalty - 1, bounty)
library KeeperReward {
    struct Terms {
        uint16 margin; //   on top of the keeper's cost                  [bps]
        uint16 share; //    of the penalty                               [bps]
        uint64 minimum; //  a reward is at least this, if it can be paid [1e-6 quote]
        uint64 maximum; //  and never above this                         [1e-6 quote]
    }

    /// @notice Thrown when the minimum exceeds the maximum or the share exceeds the whole.
    error InvalidTerms();

    uint256 internal constant BPS = 1e4; // 1 [bps]

    /// @notice Reverts unless `terms` can be met.
    function validate(Terms memory terms) internal pure {
        require(terms.minimum <= terms.maximum && terms.share <= BPS, InvalidTerms());
    }

    /// @notice The reward, rounded down; 0 if there is no penalty. [1e-6 quote]
    /// @param cost What the keeper is taken to have spent, below 2^128. [1e-6 quote]
    /// @param penalty What the account is charged, below 2^128. [1e-6 quote]
    /// @param bounty The account's public deposit. [1e-6 quote]
    function reward(Terms memory terms, uint256 cost, uint256 penalty, uint256 bounty)
        internal
        pure
        returns (uint256 amount)
    {
        if (penalty == 0) return 0;
        amount = (cost * (BPS + terms.margin) + penalty * terms.share) / BPS;
        if (amount < terms.minimum) amount = terms.minimum;
        if (amount > terms.maximum) amount = terms.maximum;
        if (amount >= penalty) amount = penalty - 1;
        if (amount > bounty) amount = bounty;
    }
}
