// SPDX-License-Identifier: Apache-2.0
pragma circom 2.1.6;

// Piecewise polynomials over 8 segments, the machinery of cdf_table.circom and ln_table.circom.
// Rows of coefficients are low order first, one row for each segment, as in zkmargin/tables.py.
// Nothing here is ranged: the caller has constrained the bits that segment, v and d are made of,
// and the degrees and bit lengths printed by zkmargin/generators/tablegen.py keep every step far below the field.

// SegmentMonomials: all products of subsets of the three segment bits.
//
//   statement   monomial[m] is the product of segment[i] over the bits i of m, and monomial[0] = 1
//   in   segment[3]    booleans by the caller, low order first
//   out  monomial[8]
//   cost 4 constraints
template SegmentMonomials() {
    signal input segment[3];
    signal output monomial[8];

    monomial[0] <== 1;
    monomial[1] <== segment[0];
    monomial[2] <== segment[1];
    monomial[3] <== segment[0] * segment[1];
    monomial[4] <== segment[2];
    monomial[5] <== segment[0] * segment[2];
    monomial[6] <== segment[1] * segment[2];
    monomial[7] <== monomial[3] * segment[2];
}

// SegmentPolynomial: the polynomial of the chosen segment, at v.
//
//   statement   value = sum over p of ROWS[s][p] * v**p, where s = segment[0] + 2 segment[1] + 4 segment[2]
//   DEGREE      degree of every polynomial
//   ROWS        integer coefficients, shape [8][DEGREE + 1]
//   in   monomial[8]   of SegmentMonomials
//        v             integer
//   out  value         exact
//   cost DEGREE constraints
template SegmentPolynomial(DEGREE, ROWS) {
    signal input monomial[8];
    signal input v;
    signal output value;

    // A function of three bits is linear in their monomials; its weights are the Moebius transform:
    // the value at mask m less the weights of all proper subsets of m.
    var weights[8][DEGREE + 1] = ROWS;
    for (var bit = 1; bit < 8; bit *= 2) {
        for (var m = 0; m < 8; m++) {
            for (var p = 0; p <= DEGREE; p++) {
                if ((m & bit) != 0) { weights[m][p] -= weights[m - bit][p]; }
            }
        }
    }

    signal step[DEGREE + 2];
    step[DEGREE + 1] <== 0;
    for (var p = DEGREE; p >= 0; p--) {
        var coefficient = 0;
        for (var m = 0; m < 8; m++) { coefficient += weights[m][p] * monomial[m]; }
        step[p] <== step[p + 1] * v + coefficient;
    }
    value <== step[0];
}

// PiecewiseTable: a tabulated function and its slope at any offset.
//
//   statement   value = P(v) + Q(v) * d and slope = Q(v) in the chosen segment
//   P_DEGREE, P   polynomials of the function at the centre of cell v
//   Q_DEGREE, Q   polynomials of its slope there
//   in   segment[3]   booleans by the caller, low order first
//        v, d         integers: cell in the segment and distance from its centre
//   out  value, slope exact
//   cost 4 + P_DEGREE + Q_DEGREE + 1 constraints
//   twin zkmargin/tables.py PiecewiseTable.evaluate, PiecewiseTable.slope
template PiecewiseTable(P_DEGREE, P, Q_DEGREE, Q) {
    signal input segment[3];
    signal input v;
    signal input d;
    signal output value;
    signal output slope;

    signal monomial[8] <== SegmentMonomials()(segment);
    signal centre <== SegmentPolynomial(P_DEGREE, P)(monomial, v);
    slope <== SegmentPolynomial(Q_DEGREE, Q)(monomial, v);
    value <== slope * d + centre;
}

// PiecewiseTableCentre: a tabulated function at the centre of a cell, PiecewiseTable with d = 0.
//
//   in   segment[3], v   as in PiecewiseTable
//   out  value           exact
//   cost 4 + P_DEGREE constraints
template PiecewiseTableCentre(P_DEGREE, P) {
    signal input segment[3];
    signal input v;
    signal output value;

    signal monomial[8] <== SegmentMonomials()(segment);
    value <== SegmentPolynomial(P_DEGREE, P)(monomial, v);
}
