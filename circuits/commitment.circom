// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "domains.circom";
include "poseidon.circom";

// Commitment: Poseidon of a book whose numbers the caller has ranged.
//
//   Slots are hashed in blocks of four; the blocks beyond SLOTS are empty.
//
//   in   packedSlots[SLOTS]   put + call 2^41 + strike 2^82 + expiry 2^130
//   in   identity, balances   see zkmargin/commitment.py
//   cost Poseidon(11) + ceil(SLOTS / 4) Poseidon(4), and one more for the empty block
//   twin zkmargin/commitment.py commitment
template Commitment(SLOTS) {
    signal input packedSlots[SLOTS];
    signal input identity;
    signal input balances;
    signal input blinding;
    signal output out;

    component hash = Poseidon(11, BOOK());
    hash.in[0] <== identity;
    hash.in[1] <== balances;
    hash.in[2] <== blinding;
    component block[8];
    for (var b = 0; b < 8; b++) {
        block[b] = Poseidon(4, SLOTS_DOMAIN());
        for (var i = 0; i < 4; i++) {
            if (4 * b + i < SLOTS) {
                block[b].in[i] <== packedSlots[4 * b + i];
            } else {
                block[b].in[i] <== 0;
            }
        }
        hash.in[3 + b] <== block[b].out;
    }
    out <== hash.out;
}
