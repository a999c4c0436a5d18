// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "tables/poseidon_constants.circom";

// Poseidon: the first state element after permuting [DOMAIN, in...].
//
//   INPUTS   one of CIRCUIT_INPUTS in zkmargin/generators/posgen.py
//   DOMAIN   initial capacity element; with 0 it is the hash of circomlib and iden3
//   in   in[INPUTS]   any field elements
//   out  out
//   cost 3 (8 (INPUTS + 1) + partial rounds) - 3: 261, 297, 321, 459, 465, 609
//        for 3, 4, 5, 10, 11, 16 inputs
//   twin zkmargin/poseidon.py poseidon
//
// The wires are the S-box inputs x with x^2 and x^4. A round says that its x^5 are the inverse of its
// linear layer applied to the next round's x. So every A and B has one term and no linear constraint is
// left to --O2. The witness is unique: from `in` on, x^5 and the layer fix the x of the next round.
template Poseidon(INPUTS, DOMAIN) {
    signal input in[INPUTS];
    signal output out;

    var WIDTH = INPUTS + 1;
    var PARTIAL = poseidonPartialRounds(INPUTS);
    var LAST = 7 * WIDTH + PARTIAL; // the first S-box of the last round
    var FULL[8][WIDTH] = poseidonFull(INPUTS);
    signal x[LAST + WIDTH];
    signal fourth[LAST + WIDTH];
    (x, fourth) <== PoseidonBoxes(INPUTS, DOMAIN)(in);

    // The last round, forwards.
    var MIX[WIDTH][WIDTH] = poseidonMix(INPUTS);
    signal fifth[WIDTH];
    var sum = 0;
    for (var i = 0; i < WIDTH; i++) {
        fifth[i] <== fourth[LAST + i] * x[LAST + i];
        sum += MIX[0][i] * fifth[i];
    }
    out <== sum;

    // The other rounds, backwards; `state` is what enters the round after.
    var UNMIX[WIDTH][WIDTH] = poseidonUnmix(INPUTS);
    var LEAVE[WIDTH][WIDTH] = poseidonLeave(INPUTS);
    var PART[PARTIAL] = poseidonPartial(INPUTS);
    var ROWS[PARTIAL][INPUTS] = poseidonRows(INPUTS);
    var COLUMNS[PARTIAL][INPUTS] = poseidonColumns(INPUTS);
    var PIVOTS[PARTIAL] = poseidonPivots(INPUTS);
    var state[WIDTH];
    for (var i = 0; i < WIDTH; i++) { state[i] = x[LAST + i] - FULL[7][i]; }
    for (var r = 6; r >= 0; r--) {
        for (var p = PARTIAL - 1; p >= 0 && r == 3; p--) {
            var b = 4 * WIDTH + p;
            var lane = state[0];
            for (var j = 0; j < INPUTS; j++) { lane -= ROWS[p][j] * state[j + 1]; }
            lane *= PIVOTS[p];
            fourth[b] * x[b] === lane;
            for (var j = 0; j < INPUTS; j++) { state[j + 1] -= COLUMNS[p][j] * lane; }
            state[0] = x[b] - PART[p];
        }
        var first = r * WIDTH + (r > 3 ? PARTIAL : 0);
        for (var i = 0; i < WIDTH; i++) {
            var lane = 0;
            for (var j = 0; j < WIDTH; j++) { lane += (r == 3 ? LEAVE[i][j] : UNMIX[i][j]) * state[j]; }
            fourth[first + i] * x[first + i] === lane;
        }
        for (var i = 0; i < WIDTH; i++) { state[i] = x[first + i] - FULL[r][i]; }
    }
}

// PoseidonBoxes: the input of every S-box in the order of the rounds, and its fourth power.
//
//   THE CALLER MUST CONSTRAIN x from the second round on, as Poseidon does.
//   cost 2 (8 (INPUTS + 1) + partial rounds) - 2
template PoseidonBoxes(INPUTS, DOMAIN) {
    var WIDTH = INPUTS + 1;
    var PARTIAL = poseidonPartialRounds(INPUTS);
    signal input in[INPUTS];
    signal output x[8 * WIDTH + PARTIAL];
    signal output fourth[8 * WIDTH + PARTIAL];

    var FULL[8][WIDTH] = poseidonFull(INPUTS);
    var PART[PARTIAL] = poseidonPartial(INPUTS);
    var MIX[WIDTH][WIDTH] = poseidonMix(INPUTS);
    var ENTER[WIDTH][WIDTH] = poseidonEnter(INPUTS);
    var ROWS[PARTIAL][INPUTS] = poseidonRows(INPUTS);
    var COLUMNS[PARTIAL][INPUTS] = poseidonColumns(INPUTS);
    x[0] <== DOMAIN + FULL[0][0];
    for (var i = 1; i < WIDTH; i++) { x[i] <== in[i - 1] + FULL[0][i]; }
    var state[WIDTH];
    for (var r = 0; r < 8; r++) {
        for (var p = 0; p < PARTIAL && r == 4; p++) {
            x[4 * WIDTH + p] <-- state[0] + PART[p]; // unique by the caller's constraints
            var fifth = fifthPower(state[0] + PART[p]);
            state[0] = MIX[0][0] * fifth;
            for (var j = 0; j < INPUTS; j++) {
                state[0] += ROWS[p][j] * state[j + 1];
                state[j + 1] += COLUMNS[p][j] * fifth;
            }
        }
        var first = r * WIDTH + (r > 3 ? PARTIAL : 0);
        var fifth[WIDTH];
        for (var i = 0; i < WIDTH; i++) {
            if (r > 0) { x[first + i] <-- state[i] + FULL[r][i]; } // likewise
            fifth[i] = fifthPower(x[first + i]);
        }
        for (var i = 0; i < WIDTH; i++) {
            state[i] = 0;
            for (var j = 0; j < WIDTH; j++) { state[i] += (r == 3 ? ENTER[i][j] : MIX[i][j]) * fifth[j]; }
        }
    }
    signal square[8 * WIDTH + PARTIAL];
    for (var b = 0; b < 8 * WIDTH + PARTIAL; b++) {
        square[b] <== x[b] * x[b];
        fourth[b] <== square[b] * square[b];
    }
}

function fifthPower(x) {
    var square = x * x;
    return square * square * x;
}
