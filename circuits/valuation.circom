// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "charges.circom";
include "net_value.circom";

// Prices: every quote of a book's strikes, whatever is held of them.
bus Prices(SLOTS, EXPIRIES, BLOCKS) {
    Quote() quote[SLOTS];
    signal chosen[SLOTS][EXPIRIES];            // which row, one-hot
    signal n1[scenarioCount(BLOCKS)][SLOTS];   // [2^-120]
    signal n2[scenarioCount(BLOCKS)][SLOTS];   // [2^-120]
}

// Valuation: a book under a market, exact and unreduced; what it costs is decided elsewhere.
//
//   in   cashNegative, perpMagnitude   as of OpenBook
//   out  nav, pnl, shift, charges, reserve   as of Value
//   out  held, prices                        for statements about other sizes at the same prices
//   twin zkmargin/margin.py MarginReport
template Valuation(SLOTS, EXPIRIES, BLOCKS) {
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;
    signal input cashNegative;
    signal input perpMagnitude;
    signal output nav;
    signal output pnl[scenarioCount(BLOCKS)];
    signal output shift[2][EXPIRIES];
    signal output charges;
    signal output reserve;
    output Holdings(SLOTS) held;
    output Prices(SLOTS, EXPIRIES, BLOCKS) prices;

    // C1: every slot at the base point.
    component base = BasePoint(SLOTS, EXPIRIES);
    (base.book, base.rows) <== (book, market.rows);
    (base.cashNegative, base.perpMagnitude) <== (cashNegative, perpMagnitude);
    held <== base.held;
    (prices.quote, prices.chosen) <== (base.quote, base.chosen);

    // C2: every slot in every scenario.
    component scenario[scenarioCount(BLOCKS)][SLOTS];
    for (var w = 0; w < scenarioCount(BLOCKS); w++) {
        for (var i = 0; i < SLOTS; i++) {
            scenario[w][i] = SlotScenario(volMode(w));
            scenario[w][i].quote <== base.quote[i];
            scenario[w][i].lnMultiplier <== market.params.lnMultiplier[w];
            (prices.n1[w][i], prices.n2[w][i]) <== (scenario[w][i].n1, scenario[w][i].n2);
        }
    }

    // C3: the book at these prices.
    component value = Value(SLOTS, EXPIRIES, BLOCKS);
    (value.held, value.prices, value.market) <== (held, prices, market);
    (nav, charges, reserve) <== (value.nav, value.charges, value.reserve);
    (pnl, shift) <== (value.pnl, value.shift);
}

// Value: some holdings at given prices; every output is one integer, so that statements in both
// directions can be built on it.
//
//   out  nav             [1e-12 quote, 2^-120]                                     (M4)
//   out  pnl[SCENARIOS]  [1e-20 quote, 2^-120]                                     (M5)
//   out  shift[2][EXPIRIES]  change of an expiry's value when its forward moves
//                        down, up [1e-16 quote, 2^-120]                            (M6)
//   out  charges         contingencies [1e-16 quote, 2^-147]                       (M8)
//   out  reserve         [1e-16 quote, 2^-120]                                     (M9)
//   twin zkmargin/margin.py MarginReport
template Value(SLOTS, EXPIRIES, BLOCKS) {
    input Holdings(SLOTS) held;
    input Prices(SLOTS, EXPIRIES, BLOCKS) prices;
    input Market(EXPIRIES, BLOCKS) market;
    signal output nav;
    signal output pnl[scenarioCount(BLOCKS)];
    signal output shift[2][EXPIRIES];
    signal output charges;
    signal output reserve;

    var SCENARIOS = scenarioCount(BLOCKS);
    var ONE = 1 << 120;

    // C1: at the base point.
    component net = NetValue(SLOTS);
    (net.held, net.quote, net.header) <== (held, prices.quote, market.header);
    nav <== net.out;

    // C2: every scenario; P&L is weighted once, over the whole account.
    component moved[SCENARIOS][SLOTS];
    signal shocked[SCENARIOS];
    for (var w = 0; w < SCENARIOS; w++) {
        var onForward = ONE * net.linear;
        var onStrike = ONE * net.linear;
        for (var i = 0; i < SLOTS; i++) {
            moved[w][i] = SlotMove();
            moved[w][i].exposure <== net.exposure[i];
            (moved[w][i].n1, moved[w][i].n2) <== (prices.n1[w][i], prices.n2[w][i]);
            onForward += moved[w][i].onForward;
            onStrike += moved[w][i].onStrike;
        }
        shocked[w] <== market.params.multiplier[w] * onForward;
        pnl[w] <== market.params.weight[w] * (shocked[w] - 10000 * onStrike);
    }

    // C3: the basis shocks are scenarios 0 and 1, expiry by expiry.
    component split[2];
    for (var d = 0; d < 2; d++) {
        split[d] = Split(SLOTS, EXPIRIES);
        (split[d].multiplier, split[d].chosen) <== (market.params.multiplier[d], prices.chosen);
        for (var i = 0; i < SLOTS; i++) {
            split[d].onForward[i] <== moved[d][i].onForward;
            split[d].onStrike[i] <== moved[d][i].onStrike;
        }
        shift[d] <== split[d].out;
    }

    // C4: contingencies, reserve and the bound on gross.
    component cost = Charges(SLOTS);
    cost.index <== market.header.index;
    cost.perpMark <== market.header.perpMark;
    (cost.base, cost.perp, cost.perpMagnitude) <== (held.base, held.perp, held.perpMagnitude);
    cost.baseValue <== net.baseValue;
    (cost.perpPct, cost.basePct) <== (market.params.perpPct, market.params.basePct);
    (cost.nakedPct, cost.hedgeSpread) <== (market.params.nakedPct, market.params.hedgeSpread);
    (cost.vegaSpread, cost.maxMultiplier) <== (market.params.vegaSpread, market.params.maxMultiplier);
    cost.maxGross <== market.params.maxGross;
    (cost.quote, cost.exposure) <== (prices.quote, net.exposure);
    (cost.gross, cost.magnitude) <== (held.gross, held.magnitude);
    (charges, reserve) <== (cost.charges, cost.reserve);
}

// Split: a change of value in one scenario, expiry by expiry.
//
//   in   chosen   which expiry each slot has, one-hot
//   cost SLOTS EXPIRIES
template Split(SLOTS, EXPIRIES) {
    signal input onForward[SLOTS];
    signal input onStrike[SLOTS];
    signal input multiplier;
    signal input chosen[SLOTS][EXPIRIES];
    signal output out[EXPIRIES];

    signal change[SLOTS];
    signal part[SLOTS][EXPIRIES];
    var total[EXPIRIES];
    for (var i = 0; i < SLOTS; i++) {
        change[i] <== multiplier * onForward[i] - 10000 * onStrike[i];
        var others = 0;
        for (var j = 1; j < EXPIRIES; j++) {
            part[i][j] <== chosen[i][j] * change[i];
            others += part[i][j];
            total[j] += part[i][j];
        }
        part[i][0] <== change[i] - others;
        total[0] += part[i][0];
    }
    for (var j = 0; j < EXPIRIES; j++) out[j] <== total[j];
}
