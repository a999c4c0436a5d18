// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "tables/poseidon_constants.circom";

// Poseidon: the first state element after permuting [DOMAIN, in...].
//
//   INPUTS   one of the widths in zkmargin/posgen.py
//   DOMAIN   initial capacity element; with 0 it is the hash of circomlib and iden3
//   in   in[INPUTS]   any field elements
//   out  out
//   cost 3 (8 (INPUTS + 1) + partial rounds) - 3: 261, 297, 321, 402, 432, 486, 471, 534, 609
//        for 3, 4, 5, 8, 10, 11, 12, 14, 16 inputs
//   twin zkmargin/poseidon.py poseidon
//
// The wires are the S-box inputs x with x^2 and x^4. Each round says that x^5 is the inverse of its
// linear layer applied to the next S-box inputs. So every A and B has one term and no linear constraint
// is left for --O2. The witness is unique: from `in` on, x^5 and the layer fix the x of the next round.
template Poseidon(INPUTS, DOMAIN) {
    signal input in[INPUTS];
    signal output out;

    var WIDTH = INPUTS + 1;
    var PARTIAL = poseidonPartialRounds(INPUTS);
    var BOXES = 8 * WIDTH + PARTIAL;
    var FULL[8][WIDTH] = poseidonFull(INPUTS);

    // The S-boxes in the order of the rounds; those of the first round take the inputs.
    signal x[BOXES];
    signal square[BOXES];
    signal fourth[BOXES];
    signal trace[BOXES - WIDTH] <== PoseidonTrace(INPUTS, DOMAIN)(in);
    x[0] <== DOMAIN + FULL[0][0];
    for (var i = 1; i < WIDTH; i++) { x[i] <== in[i - 1] + FULL[0][i]; }
    for (var b = WIDTH; b < BOXES; b++) { x[b] <== trace[b - WIDTH]; }
    for (var b = 0; b < BOXES; b++) {
        square[b] <== x[b] * x[b];
        fourth[b] <== square[b] * square[b];
    }

    // The last round, forwards.
    var MIX[WIDTH][WIDTH] = poseidonMix(INPUTS);
    signal fifth[WIDTH];
    var sum = 0;
    for (var i = 0; i < WIDTH; i++) {
        fifth[i] <== fourth[BOXES - WIDTH + i] * x[BOXES - WIDTH + i];
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
    for (var i = 0; i < WIDTH; i++) { state[i] = x[BOXES - WIDTH + i] - FULL[7][i]; }
    for (var r = 6; r >= 0; r--) {
        if (r == 3) {
            for (var p = PARTIAL - 1; p >= 0; p--) {
                var b = 4 * WIDTH + p;
                var lane = state[0];
                for (var j = 0; j < INPUTS; j++) { lane -= ROWS[p][j] * state[j + 1]; }
                fourth[b] * x[b] === PIVOTS[p] * lane;
                for (var j = 0; j < INPUTS; j++) { state[j + 1] -= COLUMNS[p][j] * (PIVOTS[p] * lane); }
                state[0] = x[b] - PART[p];
            }
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

// PoseidonTrace: the input of every S-box after the first round; CONSTRAINS NOTHING.
template PoseidonTrace(INPUTS, DOMAIN) {
    signal input in[INPUTS];
    var WIDTH = INPUTS + 1;
    var PARTIAL = poseidonPartialRounds(INPUTS);
    signal output trace[7 * WIDTH + PARTIAL];
    var FULL[8][WIDTH] = poseidonFull(INPUTS);
    var PART[PARTIAL] = poseidonPartial(INPUTS);
    var MIX[WIDTH][WIDTH] = poseidonMix(INPUTS);
    var ENTER[WIDTH][WIDTH] = poseidonEnter(INPUTS);
    var ROWS[PARTIAL][INPUTS] = poseidonRows(INPUTS);
    var COLUMNS[PARTIAL][INPUTS] = poseidonColumns(INPUTS);
    var box = 0;
    var state[WIDTH];
    state[0] = DOMAIN;
    for (var i = 1; i < WIDTH; i++) { state[i] = in[i - 1]; }
    for (var r = 0; r < 8; r++) {
        if (r == 4) {
            for (var p = 0; p < PARTIAL; p++) {
                trace[box] <-- state[0] + PART[p];
                var fifth = (state[0] + PART[p]) ** 5;
                box++;
                state[0] = MIX[0][0] * fifth;
                for (var j = 0; j < INPUTS; j++) {
                    state[0] += ROWS[p][j] * state[j + 1];
                    state[j + 1] += COLUMNS[p][j] * fifth;
                }
            }
        }
        var fifth[WIDTH];
        for (var i = 0; i < WIDTH; i++) {
            if (r > 0) { trace[box] <-- state[i] + FULL[r][i]; box++; }
            fifth[i] = (state[i] + FULL[r][i]) ** 5;
        }
        for (var i = 0; i < WIDTH; i++) {
            state[i] = 0;
            for (var j = 0; j < WIDTH; j++) { state[i] += (r == 3 ? ENTER[i][j] : MIX[i][j]) * fifth[j]; }
        }
    }
}
