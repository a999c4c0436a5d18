// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "domains.circom";
include "poseidon.circom";
include "range.circom";

// Row: what a slot needs of its expiry; zkmargin/snapshot.py gives units and meaning.
bus Row() {
    signal expiry;
    signal settled;
    signal volDown;
    signal volUp;
    signal volFloor;
    signal forward;
    signal lnForward;
    signal rootTime;
    signal a;
    signal b;
    signal bRho;
    signal m;
    signal sigmaSq;
}

function ROW_FIELDS() { return 13; }

// RowFields and FieldsRow turn a row into a list and back; both cost nothing.
template RowFields() {
    input Row() row;
    signal output out[ROW_FIELDS()];
    out <== [
        row.expiry, row.settled, row.volDown, row.volUp, row.volFloor, row.forward, row.lnForward,
        row.rootTime, row.a, row.b, row.bRho, row.m, row.sigmaSq
    ];
}

template FieldsRow() {
    signal input in[ROW_FIELDS()];
    output Row() row;
    (row.expiry, row.settled, row.volDown, row.volUp, row.volFloor) <== (in[0], in[1], in[2], in[3], in[4]);
    (row.forward, row.lnForward, row.rootTime) <== (in[5], in[6], in[7]);
    (row.a, row.b, row.bRho, row.m, row.sigmaSq) <== (in[8], in[9], in[10], in[11], in[12]);
}

// RowHash: Poseidon of one row, its short fields packed and ranged.
//
// The long fields are elements of their own and need no range: the hash binds them, and the signers
// vouch for them. The expiry's range also holds for every slot that is equated to it.
//
//   cost 93 + Poseidon(10)
//   twin zkmargin/snapshot.py Row.digest
template RowHash() {
    input Row() row;
    signal input basisFactor;
    signal output out;

    row.settled * (row.settled - 1) === 0;
    AssertRange(16)(basisFactor);
    AssertRange(18)(row.volDown);
    AssertRange(18)(row.volUp);
    AssertRange(40)(row.expiry);
    var DISCOUNTS = 10000 + 10000 * (1 << 14); // reserved: 1 for now
    var packed = row.settled + basisFactor * (1 << 1) + row.volDown * (1 << 17)
        + row.volUp * (1 << 35) + DISCOUNTS * (1 << 53) + row.expiry * (1 << 81);
    out <== Poseidon(10, ROW())([
        packed, row.forward, row.lnForward, row.a, row.b, row.bRho, row.m, row.sigmaSq,
        row.rootTime, row.volFloor
    ]);
}

// OpenRows: EXPIRIES rows of the 15 listed, at strictly increasing places.
//
//   in   places[EXPIRIES]   1 to 15, enforced here
//   in   digests[15]        row hashes of the snapshot
//   in   rows[EXPIRIES], basisFactor[EXPIRIES]   their openings
//   cost EXPIRIES (30 + RowHash) + 4 (EXPIRIES - 1)
template OpenRows(EXPIRIES) {
    signal input places[EXPIRIES];
    signal input digests[15];
    input Row() rows[EXPIRIES];
    signal input basisFactor[EXPIRIES];

    // No row is opened twice: the loss of one expiry cannot be split over two.
    for (var j = 1; j < EXPIRIES; j++) AssertRange(4)(places[j] - places[j - 1] - 1);

    signal chosen[EXPIRIES][15];
    signal picked[EXPIRIES][15];
    signal digest[EXPIRIES];
    for (var j = 0; j < EXPIRIES; j++) {
        // One-hot: entries other than the place are zero, so the place's own entry must be 1.
        var total = 0;
        var sum = 0;
        for (var l = 0; l < 15; l++) {
            chosen[j][l] <-- places[j] == l + 1 ? 1 : 0;
            chosen[j][l] * (places[j] - l - 1) === 0;
            total += chosen[j][l];
            picked[j][l] <== chosen[j][l] * digests[l];
            sum += picked[j][l];
        }
        total === 1;
        digest[j] <== RowHash()(rows[j], basisFactor[j]);
        digest[j] === sum;
    }
}

// SelectRow: the market row of one slot, by the place that the prover names.
//
//   in   place        0 to EXPIRIES - 1, enforced here
//   out  row          rows[place]
//   out  chosen[EXPIRIES]   one-hot
//   cost 14 (EXPIRIES - 1) + 1
template SelectRow(EXPIRIES) {
    signal input place;
    input Row() rows[EXPIRIES];
    output Row() row;
    signal output chosen[EXPIRIES];

    // One-hot: entries other than the place are zero, so the place's own entry must be 1.
    var sum = 0;
    var index = 0;
    for (var j = 1; j < EXPIRIES; j++) {
        chosen[j] <-- place == j ? 1 : 0;
        chosen[j] * (place - j) === 0;
        sum += chosen[j];
        index += j * chosen[j];
    }
    place === index;
    chosen[0] <== 1 - sum;

    signal fields[EXPIRIES][ROW_FIELDS()];
    for (var j = 0; j < EXPIRIES; j++) fields[j] <== RowFields()(rows[j]);
    signal picked[EXPIRIES][ROW_FIELDS()];
    signal selected[ROW_FIELDS()];
    for (var f = 0; f < ROW_FIELDS(); f++) {
        var total = fields[0][f];
        for (var j = 1; j < EXPIRIES; j++) {
            picked[j][f] <== chosen[j] * (fields[j][f] - fields[0][f]);
            total += picked[j][f];
        }
        picked[0][f] <== 0;
        selected[f] <== total;
    }
    row <== FieldsRow()(selected);
}
