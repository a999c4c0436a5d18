// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Losses and gains shared by all depositors in proportion, at a cost that is independent of
/// their number.
/// @notice Running product P of what survives a loss, and running sum S of gains a unit deposited at
/// the start would have received:
///
///   on a loss L and gain G with total T:   S += G P / T,   P *= (T - L) / T
///   a deposit d made at (P0, S0):          d P / P0 is left of it, and d (S - S0) / P0 is its gain
///
/// Everything is rounded down, so that claims never exceed what is there. One whole token stays, so P
/// never is 0; when P gets small it is multiplied by 1e9 and the *scale* counts it.
library ProductSum {
    struct Deposit {
        uint256 amount; //  at the time of the snapshot      [1e-6 quote]
        uint256 product; // P then                           [1e-36]
        uint256 sum; //     S of `scale` then                [1e-36 per unit]
        uint256 scale; //   number of rescales then          [1]
    }

    struct State {
        uint256 total; //   what is left of all deposits, at least the sum of them [1e-6 quote]
        uint256 product; // P; 0 stands for 1 before the first use                 [1e-36]
        uint256 scale; //   number of rescales of P                                [1]
        mapping(uint256 scale => uint256) sums; // S                               [1e-36 per unit]
        mapping(address holder => Deposit) deposits;
    }

    /// @notice Thrown when a loss would leave less than one whole token.
    error LossTooLarge(uint256 loss, uint256 bound);
    /// @notice Thrown when there is nobody to share a gain.
    error NoDeposits();

    uint256 internal constant UNIT = 1e36; //         P at the start                       [1e-36]
    uint256 internal constant RESCALE = 1e9; //       factor of one scale
    uint256 internal constant RESERVED = 1e6; //      one token, never absorbed            [1e-6 quote]
    uint256 internal constant SCALES = 2; // rescales after which what is left of a deposit is nothing

    /// @notice The largest loss that can be shared now. [1e-6 quote]
    function capacity(State storage state) internal view returns (uint256) {
        return state.total > RESERVED ? state.total - RESERVED : 0;
    }

    /// @notice Shares `loss` and `gain` over all deposits. [1e-6 quote]
    function share(State storage state, uint256 loss, uint256 gain) internal {
        uint256 bound = capacity(state);
        require(loss <= bound, LossTooLarge(loss, bound));
        uint256 total = state.total;
        require(total > 0, NoDeposits());
        uint256 product = _product(state);
        state.sums[state.scale] += Math.mulDiv(gain, product, total);
        state.total = total - loss;
        uint256 next = Math.mulDiv(product, total - loss, total);
        while (next < UNIT / RESCALE) {
            product *= RESCALE;
            next = Math.mulDiv(product, total - loss, total);
            state.scale += 1;
        }
        state.product = next;
    }

    /// @notice Sets what `holder` has deposited; call `left` and `gained` before, for they start anew.
    function put(State storage state, address holder, uint256 before, uint256 amount) internal {
        state.total = state.total - before + amount;
        state.deposits[holder] = Deposit(amount, _product(state), state.sums[state.scale], state.scale);
    }

    /// @notice What losses have left of the deposit of `holder`, rounded down. [1e-6 quote]
    function left(State storage state, address holder) internal view returns (uint256) {
        Deposit storage deposit = state.deposits[holder];
        if (deposit.amount == 0) return 0;
        uint256 rescales = state.scale - deposit.scale;
        if (rescales > SCALES) return 0;
        return Math.mulDiv(deposit.amount, _product(state), deposit.product * RESCALE ** rescales);
    }

    /// @notice What `holder` has gained since the deposit was last set, rounded down. [1e-6 quote]
    function gained(State storage state, address holder) internal view returns (uint256) {
        Deposit storage deposit = state.deposits[holder];
        if (deposit.amount == 0) return 0;
        uint256 sum = state.sums[deposit.scale] - deposit.sum;
        for (uint256 i = 1; i <= SCALES; i++) {
            sum += state.sums[deposit.scale + i] / RESCALE ** i;
        }
        return Math.mulDiv(deposit.amount, sum, deposit.product);
    }

    function _product(State storage state) private view returns (uint256) {
        return state.product == 0 ? UNIT : state.product;
    }
}
