// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "compare.circom";
include "fixed.circom";
include "range.circom";
include "valuation.circom";

// Lot: what a slice takes out of a book; of the cash, only what is for sale.
bus Lot(SLOTS) {
    signal cash;         // [1e-6 quote]
    signal base;         // [1e-6 contract]
    signal perp;         // [1e-6 contract]
    signal perpEntry;    // [1e-6 quote]
    signal call[SLOTS];  // [1e-6 contract]
    signal put[SLOTS];   // [1e-6 contract]
}

// Share: fraction / 1e6 of an integer, toward zero, as sign and magnitude.          (L2)
//
//   BITS   magnitude <= 2^BITS; below 200
//   in   fraction    integer in [0, 1e6], ranged by the caller                     [1e-6]
//   in   negative, magnitude   as of SignMagnitude
//   out  part        of the integer's sign, or 0;  size |part|
//   cost BITS + 43
//   twin zkmargin/liquidation.py Slice._part
template Share(BITS) {
    signal input fraction;
    signal input negative;
    signal input magnitude;
    signal output part;
    signal output size;

    signal scaled <== fraction * magnitude;
    size <-- scaled \ 1000000; // unique: a ranged quotient
    AssertRange(BITS + 1)(size);
    AssertQuotient(1000000)(scaled, size);
    part <== size * (1 - 2 * negative);
}

// ShareUp: fraction / 1e6 of a signed integer, up.                                   (L2)
//
//   BITS   -2^BITS <= whole < 2^BITS, ranged by the caller; below 200
//   out  part
//   cost BITS + 42
template ShareUp(BITS) {
    signal input fraction;
    signal input whole;
    signal output part;

    // Unique: a ranged quotient; the hint divides a number that is not negative.
    signal scaled <== fraction * whole;
    part <-- (scaled + (1 << BITS) * 1000000 + 999999) \ 1000000 - (1 << BITS);
    AssertRange(BITS + 1)(part + (1 << BITS));
    AssertQuotient(1000000)(scaled + 999999, part);
}

// SignedHoldings: holdings whose numbers are taken apart once, for any number of slices.
bus SignedHoldings(SLOTS) {
    signal saleNegative;     // of cash - reserved
    signal saleMagnitude;    // at most 2^64
    signal perpNegative;
    signal callNegative[SLOTS];
    signal callMagnitude[SLOTS];
    signal putNegative[SLOTS];
    signal putMagnitude[SLOTS];
}

// Signs: signs and magnitudes of what a slice divides.
//
//   in   held       ranged by OpenBook and Slot
//   in   reserved   cash that is not for sale, in [0, 2^63), ranged by the caller
//   cost 109 + 84 SLOTS
template Signs(SLOTS) {
    input Holdings(SLOTS) held;
    signal input reserved;
    output SignedHoldings(SLOTS) signs;

    (signs.saleNegative, signs.saleMagnitude) <== SignMagnitude(65)(held.cash - reserved);
    (signs.perpNegative, _) <== SignMagnitude(40)(held.perp);
    for (var i = 0; i < SLOTS; i++) {
        (signs.callNegative[i], signs.callMagnitude[i]) <== SignMagnitude(40)(held.call[i]);
        (signs.putNegative[i], signs.putMagnitude[i]) <== SignMagnitude(40)(held.put[i]);
    }
}

// Slice: the lot that a fraction takes, and what it leaves behind.                    (L2)
//
//   statement   lot + left = held, of every number, to the last unit; left.cash has the price, too
//   in   held, signs   as of Signs
//   in   fraction      in [0, 1e6], ranged by the caller                           [1e-6]
//   in   price         [1e-6 quote], below 2^64
//   out  lot, left     left in the ranges of a book, enforced here
//   cost 442 + 209 SLOTS
//   twin zkmargin/liquidation.py Slice
template Slice(SLOTS) {
    input Holdings(SLOTS) held;
    input SignedHoldings(SLOTS) signs;
    signal input fraction;
    signal input price;
    output Lot(SLOTS) lot;
    output Holdings(SLOTS) left;

    // C1: cash; a debt is shared as cash is.
    (lot.cash, _) <== Share(65)(fraction, signs.saleNegative, signs.saleMagnitude);
    left.cash <== held.cash - lot.cash + price;
    signal cashBits[64] <== Bits(64)(left.cash + (1 << 63));
    left.cashNegative <== 1 - cashBits[63];

    // C2: base and perp keep their signs, so their magnitudes are differences.
    (lot.base, _) <== Share(40)(fraction, 0, held.base);
    left.base <== held.base - lot.base;
    signal perpSize;
    (lot.perp, perpSize) <== Share(40)(fraction, signs.perpNegative, held.perpMagnitude);
    left.perp <== held.perp - lot.perp;
    left.perpMagnitude <== held.perpMagnitude - perpSize;
    lot.perpEntry <== ShareUp(63)(fraction, held.perpEntry);
    left.perpEntry <== held.perpEntry - lot.perpEntry;

    // C3: strikes; calls and puts are rounded apart, so the net has a sign of its own.
    signal callSize[SLOTS];
    signal putSize[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        (lot.call[i], callSize[i]) <== Share(40)(fraction, signs.callNegative[i], signs.callMagnitude[i]);
        (lot.put[i], putSize[i]) <== Share(40)(fraction, signs.putNegative[i], signs.putMagnitude[i]);
        (left.call[i], left.put[i]) <== (held.call[i] - lot.call[i], held.put[i] - lot.put[i]);
        left.gross[i] <== held.gross[i] - callSize[i] - putSize[i];
        (_, left.magnitude[i]) <== SignMagnitude(41)(left.call[i] + left.put[i]);
    }
}
