// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "cdf.circom";
include "fixed.circom";

// ScenarioBlack76: N(d1) and N(d2) of one option in one scenario.            (M2)
//
//   d1 = t / s + s / 2 at the centre of its table cell, d2 = clamp(d1) - s
//
//   in   t            ln(m F / K) [2^-21], |t| < 10
//   in   s            total vol [2^-24], 2^-16 < s < 56
//   in   inverse      1 / s [2^-13]
//   out  n1, n2       [2^-120]
//   cost 126
//   twin zkmargin/option.py scenario_d1, evaluate
template ScenarioBlack76() {
    signal input t;
    signal input s;
    signal input inverse;
    signal output n1;
    signal output n2;

    // d1 [2^-34], cut to its cell of 2^-13; the remainder is ranged here, the cell in CellCdf.
    signal ratio <== t * inverse;
    component cut = FloorCut(21, 60);
    cut.in <== ratio + s * (1 << 9);
    component d1 = CellCdf(17);
    d1.cell <== cut.out;
    n1 <== d1.value;

    component d2 = Cdf(3);
    d2.x <== d1.clamped - s;
    n2 <== d2.value;
}

// BaseBlack76: the same at the base point, with d1 on the tick and its density.   (M1, M2)
//
//   in   k            ln(K / F) [2^-32], |k| < 8
//   in   s            total vol [2^-24]
//   in   inverse      1 / s, fine [2^-20]
//   out  n1, n2       [2^-120];  density n(d1) [2^-123]
//   twin zkmargin/option.py base_d1, evaluate, density
template BaseBlack76() {
    signal input k;
    signal input s;
    signal input inverse;
    signal output n1;
    signal output n2;
    signal output density;

    signal ratio <== -k * inverse;
    component cut = FloorCut(28, 80);
    cut.in <== ratio + s * (1 << 27);
    component d1 = Cdf(17);
    d1.x <== cut.out;
    n1 <== d1.value;
    density <== Density()(d1.bits, d1.saturated, d1.slope);

    signal clamped <== Clamp(27)(d1.x, d1.negative, d1.saturated);
    component d2 = Cdf(3);
    d2.x <== clamped - s;
    n2 <== d2.value;
}
