// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";

// FloorSqrt: r with r^2 <= in < (r + 1)^2.
//
//   BITS   in < 2^(2 BITS) has a witness; at most 123
//   in   in    an integer that the caller knows to be below 2^250 in magnitude; in < 0 has no witness
//   out  out   in [0, 2^BITS)
//   cost 2 BITS + 3
//   twin zkmargin/fixed.py root_down
//
// Why two ranges are enough, and out needs none: let rest = in - out^2 and slack = 2 out - rest, both
// ranged. Then 2 out = rest + slack, so (rest + slack)^2 = 4 (in - rest) in the field. Both sides are
// integers below 2^253 in magnitude, so this holds over the integers too. Hence rest + slack is even,
// out is the integer (rest + slack) / 2 >= 0, and 0 <= in - out^2 <= 2 out: the floor of the root.
template FloorSqrt(BITS) {
    signal input in;
    signal output out;

    assert(BITS < 124);
    out <-- rootDown(in, BITS); // unique, as shown above
    signal rest <== in - out * out;
    AssertRange(BITS + 1)(rest);
    AssertRange(BITS + 1)(2 * out - rest);
}

// rootDown: floor(sqrt(x)) for 0 <= x < 2^(2 BITS), bit by bit from the top.
function rootDown(x, BITS) {
    var root = 0;
    for (var i = BITS - 1; i >= 0; i--) {
        var next = root + (1 << i);
        if (next * next <= x) { root = next; }
    }
    return root;
}
