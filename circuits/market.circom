// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "domains.circom";
include "layout.circom";
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

// Params: the risk numbers a circuit opens; zkmargin/params.py gives units and meaning.
bus Params(SCENARIOS) {
    signal phi;
    signal perpPct;
    signal basePct;
    signal nakedPct;
    signal hedgeSpread;
    signal vegaSpread;
    signal maxMultiplier;
    signal maxGross;
    signal weight[SCENARIOS];
    signal multiplier[SCENARIOS];
    signal lnMultiplier[SCENARIOS];
}

// ParamsHash: Poseidon of the risk numbers; blocks beyond BLOCKS must be spare.
//
//   in   law          opaque: the vol and basis laws, already applied in the rows
//   cost 156 + 53 scenarios + Poseidon(11)
//   twin zkmargin/params.py RiskParams.digest
template ParamsHash(BLOCKS) {
    input Params(scenarioCount(BLOCKS)) params;
    signal input law;
    signal output out;

    AssertRange(14)(params.phi);
    AssertRange(14)(params.perpPct);
    AssertRange(14)(params.basePct);
    AssertRange(14)(params.nakedPct);
    AssertRange(5)(params.hedgeSpread);
    AssertRange(7)(params.vegaSpread);
    AssertRange(16)(params.maxMultiplier);
    AssertRange(56)(params.maxGross);
    var numbers = params.phi + params.perpPct * (1 << 14) + params.basePct * (1 << 28)
        + params.nakedPct * (1 << 42) + params.hedgeSpread * (1 << 56) + params.vegaSpread * (1 << 70)
        + params.maxMultiplier * (1 << 84) + params.maxGross * (1 << 100);

    component hash = Poseidon(11, PARAMS());
    hash.in[0] <== numbers;
    hash.in[1] <== law;
    var element[9];
    for (var w = 0; w < scenarioCount(BLOCKS); w++) {
        AssertRange(14)(params.weight[w]);
        AssertRange(16)(params.multiplier[w]);
        AssertRange(23)(params.lnMultiplier[w] + (1 << 22));
        var word = params.weight[w] + params.multiplier[w] * (1 << 14)
            + (params.lnMultiplier[w] + (1 << 22)) * (1 << 30);
        element[packedPlace(w)] += word * (1 << (53 * packedShift(w)));
    }
    var SPARE = 10000 * (1 << 14) + (1 << 22) * (1 << 30); // weight 0, multiplier 1, ln 0
    for (var w = scenarioCount(BLOCKS); w < scenarioCount(3); w++) {
        element[packedPlace(w)] += SPARE * (1 << (53 * packedShift(w)));
    }
    for (var e = 0; e < 9; e++) hash.in[2 + e] <== element[e];
    out <== hash.out;
}

// Header: what the margin uses of the market as a whole; zkmargin/snapshot.py Header.
bus Header() {
    signal feed;    // feed | contract size, opaque
    signal clock;   // epoch | timestamp, opaque
    signal index;
    signal perpMark;
    signal funding;
    signal credit;
    signal debit;
}

// Market: everything a circuit opens of a snapshot.
bus Market(EXPIRIES, BLOCKS) {
    Header() header;
    Params(scenarioCount(BLOCKS)) params;
    signal law;
    signal digests[15];
    signal places[EXPIRIES];
    Row() rows[EXPIRIES];
    signal basisFactor[EXPIRIES];
}

// SnapshotHash: the hash that a market opens.
//
//   twin zkmargin/snapshot.py Snapshot.hash
template SnapshotHash(EXPIRIES, BLOCKS) {
    input Market(EXPIRIES, BLOCKS) market;
    signal output out;

    OpenRows(EXPIRIES)(market.places, market.digests, market.rows, market.basisFactor);

    component rest = Poseidon(16, REST());
    rest.in[0] <== Poseidon(4, HEADER())([
        market.header.feed, market.header.funding, market.header.credit, market.header.debit
    ]);
    for (var l = 0; l < 15; l++) rest.in[1 + l] <== market.digests[l];

    signal params <== ParamsHash(BLOCKS)(market.params, market.law);
    out <== Poseidon(5, SNAPSHOT())([
        rest.out, params, market.header.clock, market.header.index, market.header.perpMark
    ]);
}
