// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "tables/cdf_table.circom";

// SaturatingMagnitude: sign and magnitude of x about minus half a tick, cut off at 2^LOW.
//
//   statement   in = a or in = -a - 1, a >= 0; bits are those of a if a < 2^LOW, else saturated
//   LOW, HIGH   a < 2^LOW (1 + 2^HIGH), enforced here
//   in   in           signed integer
//   out  negative     0 or 1
//   out  saturated    1 iff a >= 2^LOW
//   out  bits[LOW]    the low bits of a, meaningful when not saturated
//   cost LOW + HIGH + 3
//   twin zkmargin/option.py cdf (its first line)
//
// Unique for every in: -1 and 0 have the two different signs of magnitude 0.
template SaturatingMagnitude(LOW, HIGH) {
    signal input in;
    signal output negative;
    signal output saturated;
    signal output bits[LOW];
    signal high[HIGH];

    // The sign is unique because exactly one of in and -in - 1 is not negative.
    negative <-- in < 0 ? 1 : 0;
    negative * (negative - 1) === 0;
    signal magnitude <== in * (1 - 2 * negative) - negative;

    // magnitude = low + 2^LOW (saturated + high); high is zero unless saturated, so the split is unique.
    saturated <-- magnitude >> LOW != 0 ? 1 : 0;
    saturated * (saturated - 1) === 0;
    var sum = saturated * (1 << LOW);
    for (var i = 0; i < LOW; i++) {
        bits[i] <-- (magnitude >> i) & 1;
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * (1 << i);
    }
    for (var i = 0; i < HIGH; i++) {
        high[i] <-- magnitude >> LOW != 0 ? (((magnitude >> LOW) - 1) >> i) & 1 : 0;
        high[i] * (high[i] - saturated) === 0;
        sum += high[i] * (1 << (LOW + i));
    }
    magnitude === sum;
}

// Fold: N(x) of either sign from the table's value for |x|.
//
//   out = 1 - upper if negative, else upper; upper = 1 if saturated, else value   [2^-120]
//   cost 2
template Fold() {
    signal input value;
    signal input negative;
    signal input saturated;
    signal output out;

    var ONE = 1 << 120;
    signal folded <== value + negative * (ONE - 2 * value);
    out <== folded + saturated * (ONE * (1 - negative) - folded);
}

// Cdf: N(x) at x + half a tick of 2^-24, 0 or 1 from |x| = 8 on.
//
//   HIGH   |x| < 8 (1 + 2^HIGH), enforced here
//   in   x            signed [2^-24]
//   out  value        N(x) [2^-120]
//   out  negative, saturated, bits[27]   x's magnitude, for Clamp and Density
//   out  slope        the table's Q, n at the cell's centre [2^-96]
//   cost 50 + HIGH
//   twin zkmargin/option.py cdf
template Cdf(HIGH) {
    signal input x;
    signal output value;
    signal output negative;
    signal output saturated;
    signal output bits[27];
    signal output slope;

    (negative, saturated, bits) <== SaturatingMagnitude(27, HIGH)(x);

    component table = CdfTable();
    for (var i = 0; i < 3; i++) table.segment[i] <== bits[24 + i];
    table.v <== Part(27, 11, 13, 1 << 12)(bits);
    table.d <== Part(27, 0, 11, 1 << 10)(bits);
    slope <== table.slope;

    value <== Fold()(table.value, negative, saturated);
}

// Density: n(x) of the x that a Cdf has taken apart.
//
//   n(x) = n(c) (1 - c (x - c)) about the cell's centre c, cut to 2^-6, with x - c cut to 2^-21
//
//   in   bits[27], saturated, slope   as Cdf gives them
//   out  out                          [2^-123], zero when saturated
//   cost 3
//   twin zkmargin/option.py density
template Density() {
    signal input bits[27];
    signal input saturated;
    signal input slope;
    signal output out;

    signal centre <== Part(27, 19, 8, 0)(bits);  // c - half a cut [2^-5]
    signal offset <== Part(27, 4, 7, 64)(bits);  // x - c - half a cut [2^-20]
    signal tilt <== (2 * centre + 1) * (2 * offset + 1);
    signal density <== slope * ((1 << 27) - tilt);
    out <== density * (1 - saturated);
}

// CellCdf: N(x) where x is the centre of a table cell of 2^-13.
//
//   HIGH   |x| < 8 (1 + 2^HIGH), enforced here
//   in   cell         signed, x is its centre [2^-13]
//   out  value        N(x) [2^-120]
//   out  clamped      x held within [-8, 8] [2^-24]
//   cost 16 + HIGH + 18
//   twin zkmargin/option.py scenario_d1, cdf, clamp
template CellCdf(HIGH) {
    signal input cell;
    signal output value;
    signal output clamped;

    component m = SaturatingMagnitude(16, HIGH);
    m.in <== cell;

    component table = CdfTableCentre();
    for (var i = 0; i < 3; i++) table.segment[i] <== m.bits[13 + i];
    table.v <== Part(16, 0, 13, 1 << 12)(m.bits);

    value <== Fold()(table.value, m.negative, m.saturated);
    signal x <== (1 << 11) * cell + (1 << 10) - m.negative;
    clamped <== Clamp(27)(x, m.negative, m.saturated);
}

// Clamp: x, or the end of the table on its side when saturated; cost 1.
template Clamp(LOW) {
    signal input x;
    signal input negative;
    signal input saturated;
    signal output out;

    out <== x + saturated * ((1 << LOW) * (1 - 2 * negative) - negative - x);
}

// Part: BITS bits from place FROM on, read as an integer, less OFFSET; linear, costs nothing.
template Part(LENGTH, FROM, BITS, OFFSET) {
    signal input in[LENGTH];
    signal output out;
    var sum = 0;
    for (var i = 0; i < BITS; i++) sum += in[FROM + i] * (1 << i);
    out <== sum - OFFSET;
}
