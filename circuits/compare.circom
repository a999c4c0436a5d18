// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";

// IsZero: 1 if in is 0, else 0.
//
//   in   in    field element
//   out  out   0 or 1
//   cost 3
template IsZero() {
    signal input in;
    signal output out;
    signal inverse;

    // Unique: 1 / in if in is not 0; and the last line makes it 0 if out is 1.
    inverse <-- in != 0 ? 1 / in : 0;
    out <== 1 - in * inverse;
    in * out === 0;
    inverse * out === 0;
}

// SignMagnitude: the sign of an integer, and its magnitude.
//
//   statement   in = magnitude, or in = -magnitude and negative = 1; zero is not negative
//   BITS        -2^BITS <= in < 2^BITS, enforced here; below 253
//   in   in          field element
//   out  negative    0 or 1
//   out  magnitude   in [0, 2^BITS]; 2^BITS only for in = -2^BITS
//   cost BITS + 2
template SignMagnitude(BITS) {
    signal input in;
    signal output negative;
    signal output magnitude;

    // Unique: magnitude - negative is in or -in - 1, and only one of these is in [0, 2^BITS).
    negative <-- in < 0 ? 1 : 0;
    negative * (negative - 1) === 0;
    magnitude <== in * (1 - 2 * negative);
    AssertRange(BITS)(magnitude - negative);
}

// Max: the larger of two integers.
//
//   BITS   -2^BITS <= a - b < 2^BITS, enforced here; below 253
//   in   a, b   integers that the caller knows to be below 2^252 in magnitude
//   out  out    max(a, b)
//   cost BITS + 2
template Max(BITS) {
    signal input a;
    signal input b;
    signal output out;

    signal distance;
    (_, distance) <== SignMagnitude(BITS)(a - b);
    out <== (a + b + distance) / 2; // an even number, halved
}
