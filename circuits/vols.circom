// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "cdf.circom";
include "compare.circom";
include "fixed.circom";
include "ln.circom";
include "range.circom";

// Moneyness: k = ln(strike / forward), floored, with its coarse cut and its sign.      (M1)
//
//   in   strike       integer in [1, 2^48)
//   in   lnForward    [2^-32]
//   out  k            [2^-32], |k| < 8;  coarse floor(k) [2^-21];  below 1 iff k < 0
//   twin zkmargin/option.py log_moneyness
template Moneyness() {
    signal input strike;
    signal input lnForward;
    signal output k;
    signal output coarse;
    signal output below;

    signal lnStrike <== NaturalLog()(strike);
    k <== FloorCut(72, 110)(lnStrike - lnForward * (1 << 72));
    signal bits[36] <== Bits(36)(k + (1 << 35));
    coarse <== Part(36, 11, 25, 1 << 24)(bits);
    below <== 1 - bits[35];
}

// Vols: total vol of every vol mode, and their inverses.                         (M1, M5)
//
//   in   fine         [2^-36]
//   in   up, down     vol multipliers [2^-16];  floor [2^-24]
//   out  s[3]         none, up, down [2^-24];  inverse[3] [2^-13]
//   out  fineInverse  [2^-20]
//   twin zkmargin/option.py total_vols, inverse, fine_inverse
template Vols() {
    signal input fine;
    signal input up;
    signal input down;
    signal input floor;
    signal output s[3];
    signal output inverse[3];
    signal output fineInverse;

    // s[0] is ranged by d2 = d1 - s, which is within 2^31; so is s[2], and by its own division too.
    s[0] <== FloorCut(12, 42)(fine);
    signal raised <== FloorCut(28, 60)(fine * up);
    s[1] <== Max(31)(raised, floor);
    s[2] <== FloorCut(28, 60)(fine * down);

    signal fineBits[36];
    (fineInverse, fineBits) <== FloorDivide(56, 42, 36)(fine);
    inverse[0] <== Part(36, 7, 29, 0)(fineBits);
    signal bits[2][29];
    (inverse[1], bits[0]) <== FloorDivide(37, 30, 29)(s[1]);
    (inverse[2], bits[1]) <== FloorDivide(37, 30, 29)(s[2]);
}
