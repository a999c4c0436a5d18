// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "compare.circom";
include "fixed.circom";
include "range.circom";

function VALUE() { return 1000000 * (1 << 120); } // units of NAV per 1e-6 quote; below 2^140

// WholeUnits: nav in 1e-6 quote, rounded down.                                           (M4)
//
//   in   exact   [1e-12 quote, 2^-120], below 2^208.2 in magnitude
//   in   nav     [1e-6 quote], plus 2^96; in [0, 2^97), enforced here
//   cost 377
//   twin zkmargin/margin.py MarginReport.nav
template WholeUnits() {
    signal input exact;
    signal input nav;

    AssertRange(97)(nav);
    AssertQuotient(VALUE())(exact, nav - (1 << 96));
}

// ForSale: what an account is worth to a bidder, and what it lacks.                      (L3)
//
//   in   nav          [1e-12 quote, 2^-120], below 2^208.2 in magnitude
//   in   reserved     [1e-6 quote], in [0, 2^63)
//   out  worthless    1 iff NAV <= R
//   out  value        max(0, NAV - R)   [1e-12 quote, 2^-120]
//   out  deficit      max(0, -NAV), up  [1e-6 quote], below 2^69
//   cost 773
//   twin zkmargin/liquidation.py for_sale_unreduced, deficit
template ForSale() {
    signal input nav;
    signal input reserved;
    signal output worthless;
    signal output value;
    signal output deficit;

    signal surplus <== nav - reserved * VALUE();
    (worthless, _) <== SignMagnitude(209)(surplus - 1);
    value <== (1 - worthless) * surplus;

    component sign = SignMagnitude(209);
    sign.in <== nav;
    signal owed <== sign.negative * sign.magnitude;
    deficit <-- (owed + VALUE() - 1) \ VALUE(); // unique: a ranged quotient
    AssertRange(69)(deficit);
    AssertQuotient(VALUE())(owed + VALUE() - 1, deficit);
}

// SalePrice: discount fraction value, up.                                               (L3)
//
//   in   discount, fraction   in [0, 1e6], ranged by the caller     [1e-6]
//   in   value                in [0, 2^209)                         [1e-12 quote, 2^-120]
//   out  price                [1e-6 quote], below 2^64, enforced here
//   cost 426
//   twin zkmargin/liquidation.py price
template SalePrice() {
    signal input discount;
    signal input fraction;
    signal input value;
    signal output price;

    var UNIT = 1000000000000 * VALUE(); // below 2^180
    signal rate <== discount * fraction;
    signal scaled <== rate * value; // below 2^249
    price <-- (scaled + UNIT - 1) \ UNIT; // unique: a ranged quotient
    AssertRange(64)(price);
    AssertQuotient(UNIT)(scaled + UNIT - 1, price);
}
