// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";

// FloorShift: floor(in / 2^SHIFT), for either sign.
//
//   statement   in = out 2^SHIFT + remainder, remainder in [0, 2^SHIFT), out in [-2^(BITS-1), 2^(BITS-1))
//   SHIFT       bits that are cut off
//   BITS        bits of the result with its sign; SHIFT + BITS below 253
//   in   in     field element; outside [-2^(SHIFT+BITS-1), 2^(SHIFT+BITS-1)) it has no witness
//   out  out
//   cost SHIFT + BITS
//   twin zkmargin/fixed.py shift_down
//
// Both ranges are needed: without the second, out could be any field element that leaves a small
// remainder, and there is one for every remainder.
template FloorShift(SHIFT, BITS) {
    signal input in;
    signal output out;

    assert(SHIFT + BITS < 253);
    // Unique: the ranged pair (out, remainder) numbers 2^(SHIFT+BITS) integers, each once.
    out <-- ((in + (1 << (SHIFT + BITS - 1))) >> SHIFT) - (1 << (BITS - 1));
    AssertRange(SHIFT)(in - out * (1 << SHIFT));
    AssertRange(BITS)(out + (1 << (BITS - 1)));
}

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
//   For a quotient that its consumer takes apart anyway: FloorShift would range it twice.
//
//   SPAN   |in| < 2^SPAN; only the witness program uses it
//   in   in    integer
//   out  out   unique once the consumer has ranged it to less than 252 - SHIFT bits
//   cost SHIFT
template FloorCut(SHIFT, SPAN) {
    signal input in;
    signal output out;

    out <-- ((in + (1 << SPAN)) >> SHIFT) - (1 << (SPAN - SHIFT)); // unique, see above
    AssertRange(SHIFT)(in - out * (1 << SHIFT));
}
