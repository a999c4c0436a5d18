// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "domains.circom";
include "layout.circom";
include "poseidon.circom";
include "range.circom";

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
