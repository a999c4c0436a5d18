// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "domains.circom";
include "params.circom";
include "poseidon.circom";
include "row.circom";

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
