// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

// Bits: the bits of an integer, low order first.
//
//   statement   in = sum of out[i] 2^i, so in is in [0, 2^BITS); any other field element has no witness
//   BITS        below 253, so that no two bit strings give the same field element
//   in   in          field element
//   out  out[BITS]   0 or 1
//   cost BITS
template Bits(BITS) {
    signal input in;
    signal output out[BITS];

    assert(BITS < 253);
    var sum = 0;
    for (var i = 0; i < BITS; i++) {
        out[i] <-- (in >> i) & 1; // unique: binary digits below the modulus are
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * (1 << i);
    }
    in === sum;
}

// AssertRange: in is in [0, 2^BITS); any other field element has no witness.
//
//   BITS   below 253
//   in   in   field element
//   cost BITS
template AssertRange(BITS) {
    signal input in;
    signal bit[BITS];

    assert(BITS < 253);
    var sum = 0;
    for (var i = 0; i < BITS; i++) {
        bit[i] <-- (in >> i) & 1; // unique: binary digits below the modulus are
        bit[i] * (bit[i] - 1) === 0;
        sum += bit[i] * (1 << i);
    }
    in === sum;
}
