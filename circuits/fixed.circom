// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";

// FloorDivide: floor(2^EXPONENT / divisor).
//
//   statement   2^EXPONENT = quotient divisor + remainder, 0 <= remainder < divisor
//   EXPONENT       of the numerator, below 252
//   DIVISOR_BITS   1 <= divisor <= 2^DIVISOR_BITS has a witness; 0 and negative integers have none
//   QUOTIENT_BITS  quotient < 2^QUOTIENT_BITS, enforced here; DIVISOR_BITS + QUOTIENT_BITS below 252
//   in   divisor   field element; below 2^(DIVISOR_BITS+1) is enforced here
//   out  quotient
//   out  bits[QUOTIENT_BITS]   of the quotient, low order first
//   cost 2 DIVISOR_BITS + QUOTIENT_BITS + 1
//   twin zkmargin/fixed.py divide_down
//
// remainder and divisor - 1 - remainder are ranged, so the divisor is their sum plus 1: an integer from
// 1 to 2^(DIVISOR_BITS+1). With the quotient ranged too, quotient divisor + remainder is below the
// modulus and equals 2^EXPONENT over the integers. Without it, the quotient could be any element.
template FloorDivide(EXPONENT, DIVISOR_BITS, QUOTIENT_BITS) {
    signal input divisor;
    signal output quotient;
    signal output bits[QUOTIENT_BITS];

    assert(EXPONENT < 252);
    assert(DIVISOR_BITS + QUOTIENT_BITS < 252);
    quotient <-- divisor != 0 ? (1 << EXPONENT) \ divisor : 0; // unique, as integer division is
    signal remainder <== (1 << EXPONENT) - quotient * divisor;
    AssertRange(DIVISOR_BITS)(remainder);
    AssertRange(DIVISOR_BITS)(divisor - 1 - remainder);
    bits <== Bits(QUOTIENT_BITS)(quotient);
}

// FloorCut: floor(in / 2^SHIFT) with only the remainder ranged; THE CONSUMER MUST RANGE THE QUOTIENT.
//
//   For a quotient that its consumer takes apart anyway, which ranges it: there is a field element
//   for every remainder, so an unranged quotient could be anything.
//
//   SPAN   |in| < 2^SPAN; only the witness program uses it
//   in   in    integer
//   out  out   floor for either sign, unique once the consumer has ranged it to less than 252 - SHIFT bits
//   cost SHIFT
//   twin zkmargin/fixed.py shift_down
template FloorCut(SHIFT, SPAN) {
    signal input in;
    signal output out;

    out <-- ((in + (1 << SPAN)) >> SHIFT) - (1 << (SPAN - SHIFT)); // unique, see above
    AssertRange(SHIFT)(in - out * (1 << SHIFT));
}

// AssertQuotient: quotient = floor(in / DIVISOR); THE CALLER MUST RANGE THE QUOTIENT.
//
//   statement   in = quotient DIVISOR + remainder, 0 <= remainder < DIVISOR, in the field
//   DIVISOR   from 1 to 2^251; its remainders have BITS bits
//   in   in         integer
//   in   quotient   ranged by the caller: |in| + |quotient DIVISOR| below the modulus makes it one of integers
//   cost 2 BITS
//   twin zkmargin/fixed.py divide_down
//
// A quotient that is rounded up is that of in + DIVISOR - 1.
template AssertQuotient(DIVISOR) {
    signal input in;
    signal input quotient;

    assert(1 <= DIVISOR && DIVISOR <= 1 << 251);
    var BITS = bitLength(DIVISOR - 1);
    signal remainder <== in - quotient * DIVISOR;
    AssertRange(BITS)(remainder);
    AssertRange(BITS)(DIVISOR - 1 - remainder);
}

function bitLength(n) {
    var bits = 0;
    while (n != 0) {
        n >>= 1;
        bits++;
    }
    return bits;
}
