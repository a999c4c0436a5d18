// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "requirement.circom";
include "sale.circom";
include "slice.circom";

// Restoration: a slice leaves what reaches the target, and one step less would not.       (L1, L4)
//
//   in   held, signs        the account, as of Signs;  left  what the slice leaves, as of Slice
//   in   prices, market     as of Valuation
//   in   before             excess at level 1 before, as of Excess
//   in   discount, fraction, value   as of SalePrice;  worthless  as of ForSale
//   in   target             [bps], ranged by the caller
//   cost SmallerSlice + Value + RequirementUpper + 712
//   twin zkmargin/liquidation.py Slice.restores, improves, minimal
template Restoration(SLOTS, EXPIRIES, BLOCKS) {
    input Holdings(SLOTS) held;
    input SignedHoldings(SLOTS) signs;
    input Holdings(SLOTS) left;
    input Prices(SLOTS, EXPIRIES, BLOCKS) prices;
    input Market(EXPIRIES, BLOCKS) market;
    signal input before;
    signal input discount;
    signal input fraction;
    signal input value;
    signal input worthless;
    signal input target;

    // C1: what is left reaches the target, and its excess at level 1 is not below the old one's.
    component after = Value(SLOTS, EXPIRIES, BLOCKS);
    (after.held, after.prices, after.market) <== (left, prices, market);
    signal required <== RequirementUpper(scenarioCount(BLOCKS), EXPIRIES)(
        after.pnl, after.shift, after.charges, market.basisFactor
    );
    signal reached <== Excess()(after.nav, after.reserve, target, market.params.phi, required);
    AssertSafe()(reached);
    signal excess <== Excess()(after.nav, after.reserve, 10000, market.params.phi, required);
    AssertSafe()(excess - before);

    // C2: one step less would not reach it, unless the account goes whole for nothing.
    component less = SmallerSlice(SLOTS, EXPIRIES, BLOCKS);
    (less.held, less.signs, less.prices, less.market) <== (held, signs, prices, market);
    (less.discount, less.fraction, less.value, less.target) <== (discount, fraction - 1, value, target);
    AssertShortUnless()(worthless, less.excess);
}

// SmallerSlice: the excess of what another fraction would leave, from below.
//
//   in   held, signs   as of Signs;  prices, market as of Valuation
//   in   discount, fraction, value   as of SalePrice
//   in   target        [bps], ranged by the caller
//   out  excess        as of Excess
//   cost Slice + SalePrice + Value + RequirementLower
//   twin zkmargin/liquidation.py Slice.one_step_less
template SmallerSlice(SLOTS, EXPIRIES, BLOCKS) {
    input Holdings(SLOTS) held;
    input SignedHoldings(SLOTS) signs;
    input Prices(SLOTS, EXPIRIES, BLOCKS) prices;
    input Market(EXPIRIES, BLOCKS) market;
    signal input discount;
    signal input fraction;
    signal input value;
    signal input target;
    signal output excess;

    component slice = Slice(SLOTS);
    (slice.held, slice.signs, slice.fraction) <== (held, signs, fraction);
    slice.price <== SalePrice()(discount, fraction, value);
    component left = Value(SLOTS, EXPIRIES, BLOCKS);
    (left.held, left.prices, left.market) <== (slice.left, prices, market);
    signal required <== RequirementLower(scenarioCount(BLOCKS), EXPIRIES)(
        left.pnl, left.shift, left.charges, market.basisFactor
    );
    excess <== Excess()(left.nav, left.reserve, target, market.params.phi, required);
}
