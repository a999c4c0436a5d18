// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";
include "cdf.circom";
include "tables/ln_table.circom";

// NaturalLog: ln of an integer 1 <= in < 2^48, which the caller has ranged.
//
//   in = mantissa 2^-shift, 2^47 <= mantissa < 2^48, so ln in = ln(mantissa 2^-47) + (47 - shift) ln 2
//
//   out  out    [2^-104]
//   cost 73; no witness for in = 0
//   twin zkmargin/option.py natural_log
template NaturalLog() {
    signal input in;
    signal output out;

    // The shift is unique: in is an integer below 2^48, and only one shift lands in [2^47, 2^48).
    signal bit[6];
    signal shifted[7];
    var shift = leadingZeros(in);
    shifted[6] <== in;
    var total = 0;
    for (var i = 5; i >= 0; i--) {
        bit[i] <-- (shift >> i) & 1;
        bit[i] * (bit[i] - 1) === 0;
        shifted[i] <== shifted[i + 1] * (1 + bit[i] * ((1 << (1 << i)) - 1));
        total += bit[i] * (1 << i);
    }
    signal mantissa[47] <== Bits(47)(shifted[0] - (1 << 47));

    component table = LnTable();
    for (var i = 0; i < 3; i++) table.segment[i] <== mantissa[44 + i];
    table.v <== Part(47, 31, 13, 1 << 12)(mantissa);
    table.d <== Part(47, 0, 31, 1 << 30)(mantissa);

    var LN_TWO = 14058695031733113177892216608772; // [2^-104]
    out <== table.value + (47 - total) * LN_TWO;
}

// leadingZeros: how far an integer below 2^48 must be shifted to reach 2^47; 0 for 0.
function leadingZeros(x) {
    var shift = 0;
    if (x != 0) {
        while ((x << shift) < (1 << 47)) {
            shift++;
        }
    }
    return shift;
}
