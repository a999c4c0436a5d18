// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";

// RequirementUpper: Scan + C, at least; a larger number is only worse for the account. (M6 to M8)
//
//   statement   out >= Scan + C with Scan >= every scenario loss and the basis loss, each rounded up
//   in   pnl[SCENARIOS]      [1e-20 quote, 2^-120]
//   in   shift[2][EXPIRIES]  [1e-16 quote, 2^-120]
//   in   charges             [1e-16 quote, 2^-147]
//   in   basisFactor[EXPIRIES]   [bps]
//   out  out                 [1e-6 quote], < 2^60
//   twin zkmargin/margin.py basis, scan, static, requirement
template RequirementUpper(SCENARIOS, EXPIRIES) {
    signal input pnl[SCENARIOS];
    signal input shift[2][EXPIRIES];
    signal input charges;
    signal input basisFactor[EXPIRIES];
    signal output out;

    var ONE = 1 << 120;
    var SHOCKED = 10000000000 * ONE;         // units per 1e-6 quote; below 2^154
    var WEIGHTED = 10000 * SHOCKED;          // below 2^167
    var CHARGED = SHOCKED * (1 << 27);       // below 2^181

    // C1: loss of each expiry when its forward alone moves, from above.
    signal basisLoss[EXPIRIES];
    signal weighted[EXPIRIES];
    var basis = 0;
    for (var j = 0; j < EXPIRIES; j++) {
        basisLoss[j] <-- ceilOfLoss(min(shift[0][j], shift[1][j]), SHOCKED); // any larger is worse
        AssertRange(56)(basisLoss[j]);
        for (var d = 0; d < 2; d++) AssertRange(211)(basisLoss[j] * SHOCKED + shift[d][j]);
        weighted[j] <== basisFactor[j] * basisLoss[j];
        basis += weighted[j];
    }

    // C2: the scan loss is at least the basis and every scenario's loss.
    var worst = 0;
    for (var w = 0; w < SCENARIOS; w++) worst = min(worst, pnl[w]);
    signal scan;
    scan <-- max(ceilOfLoss(-basis, 10000), ceilOfLoss(worst, WEIGHTED)); // any larger is worse
    AssertRange(59)(scan);
    AssertRange(73)(scan * 10000 - basis);
    for (var w = 0; w < SCENARIOS; w++) AssertRange(226)(scan * WEIGHTED + pnl[w]);

    // C3: contingencies, rounded up once.
    signal static;
    static <-- ceilOfLoss(-charges, CHARGED); // any larger is worse
    AssertRange(59)(static);
    AssertRange(240)(static * CHARGED - charges);

    out <== scan + static;
}

// RequirementLower: Scan + C, at most; a smaller number only makes a shortfall harder to show. (M6 to M8)
//
//   statement   out <= Scan + C, shown on the one branch of the scan that the prover chooses
//   in, out     as of RequirementUpper
//   twin zkmargin/margin.py basis, scan, static, requirement
template RequirementLower(SCENARIOS, EXPIRIES) {
    signal input pnl[SCENARIOS];
    signal input shift[2][EXPIRIES];
    signal input charges;
    signal input basisFactor[EXPIRIES];
    signal output out;

    var ONE = 1 << 120;
    var SHOCKED = 10000000000 * ONE;         // units per 1e-6 quote; below 2^154
    var WEIGHTED = 10000 * SHOCKED;          // below 2^167
    var CHARGED = SHOCKED * (1 << 27);       // below 2^181

    // C1: loss of each expiry when its forward alone moves, from below.
    signal basisLoss[EXPIRIES];
    signal weighted[EXPIRIES];
    var basis = 0;
    for (var j = 0; j < EXPIRIES; j++) {
        basisLoss[j] <== LossLower(2, SHOCKED, 154, 56)([-shift[0][j], -shift[1][j]]);
        weighted[j] <== basisFactor[j] * basisLoss[j];
        basis += weighted[j];
    }

    // C2: the scan loss is at most the basis, or at most one scenario's loss.
    component scan = LossLower(SCENARIOS + 1, WEIGHTED, 167, 59);
    scan.loss[0] <== basis * SHOCKED;
    for (var w = 0; w < SCENARIOS; w++) scan.loss[1 + w] <== -pnl[w];

    // C3: contingencies, rounded up once.
    signal static <== LossLower(1, CHARGED, 181, 59)([charges]);

    out <== scan.out + static;
}

// LossLower: the loss of one branch, rounded up, at most; or 0.
//
//   statement   0 <= out - 1 < loss[b] / UNIT for one b, or out = 0 and no branch is chosen
//   UNIT        units of a loss per unit of out, below 2^UNIT_BITS
//   BITS        out <= 2^BITS, enforced here; UNIT_BITS + BITS below 250
//   in   loss[BRANCHES]   positive when the account loses; below 2^250 in magnitude
//   out  out
//   cost 2 BRANCHES + 1 + UNIT_BITS + BITS
template LossLower(BRANCHES, UNIT, UNIT_BITS, BITS) {
    signal input loss[BRANCHES];
    signal output out;

    var greatest = 0;
    for (var b = 0; b < BRANCHES; b++) greatest = max(greatest, loss[b]);

    // At most one branch counts; any other choice gives a smaller loss, which is only harder to use.
    signal chosen[BRANCHES];
    signal picked[BRANCHES];
    var count = 0;
    var sum = 0;
    for (var b = 0; b < BRANCHES; b++) {
        chosen[b] <-- count == 0 && greatest > 0 && loss[b] == greatest ? 1 : 0;
        chosen[b] * (chosen[b] - 1) === 0;
        count += chosen[b];
        picked[b] <== chosen[b] * loss[b];
        sum += picked[b];
    }
    count * (count - 1) === 0;

    // Above the greatest loss rounded up there is none; within it the last range leaves few smaller ones.
    out <-- ceilOfLoss(-greatest, UNIT);
    AssertRange(BITS)(out - count); // so that a branch without a loss cannot be chosen
    AssertRange(UNIT_BITS)(sum - (out - 1) * UNIT - 1);
}

// Excess: NAV - Rn - level MMR, exact.                                                      (M9)
//
//   in   nav           [1e-12 quote, 2^-120]
//   in   reserve       [1e-16 quote, 2^-120]
//   in   level, phi    [bps];  requirement  Scan + C [1e-6 quote]
//   out  out           [1e-20 quote, 2^-120], below 2^235 in magnitude
//   cost 2
//   twin zkmargin/margin.py excess_unreduced
template Excess() {
    signal input nav;
    signal input reserve;
    signal input level;
    signal input phi;
    signal input requirement;
    signal output out;

    var ONE = 1 << 120;
    signal factor <== level * phi;
    signal required <== factor * requirement;
    out <== nav * 100000000 - reserve * 10000 - required * 1000000 * ONE;
}

// AssertSafe: an excess is not negative.                                                    (M9)
//
//   in   excess   as of Excess
//   cost 236
template AssertSafe() {
    signal input excess;

    AssertRange(236)(excess);
}

// AssertShort: an excess is negative.                                                       (M9)
//
//   in   excess   as of Excess
//   cost 236
template AssertShort() {
    signal input excess;

    AssertRange(236)(-excess - 1);
}

// AssertShortUnless: an excess is negative, or excused.                                     (L4)
//
//   in   excused   0 or 1
//   in   excess    as of Excess
//   cost 237
template AssertShortUnless() {
    signal input excused;
    signal input excess;

    signal counted <== (1 - excused) * (excess + 1);
    AssertShort()(counted - 1);
}

function min(a, b) { return a < b ? a : b; }

function max(a, b) { return a < b ? b : a; }

// ceilOfLoss: ceil(max(0, -x) / unit).
function ceilOfLoss(x, unit) {
    return x < 0 ? (unit - 1 - x) \ unit : 0;
}
