// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "book.circom";
include "charges.circom";
include "market.circom";
include "slot.circom";

// Prices: every quote of a book's strikes, whatever is held of them.
bus Prices(SLOTS, EXPIRIES, BLOCKS) {
    Quote() quote[SLOTS];
    signal chosen[SLOTS][EXPIRIES];            // which row, one-hot
    signal n1[scenarioCount(BLOCKS)][SLOTS];   // [2^-120]
    signal n2[scenarioCount(BLOCKS)][SLOTS];   // [2^-120]
}

// Holdings: what a book holds, with the signs and magnitudes that its value takes.
bus Holdings(SLOTS) {
    signal cash;             // [1e-6 quote]
    signal cashNegative;     // 1 iff cash < 0
    signal base;             // [1e-6 contract]
    signal perp;             // [1e-6 contract]
    signal perpMagnitude;    // [1e-6 contract]
    signal perpEntry;        // [1e-6 quote]
    signal call[SLOTS];      // [1e-6 contract]
    signal put[SLOTS];       // [1e-6 contract]
    signal gross[SLOTS];     // |call| + |put|
    signal magnitude[SLOTS]; // |call + put|
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
    (held.cash, held.cashNegative, held.base) <== (book.cash, cashNegative, book.base);
    (held.perp, held.perpMagnitude, held.perpEntry) <== (book.perp, perpMagnitude, book.perpEntry);
    component slot[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        slot[i] = Slot(EXPIRIES);
        slot[i].position <== book.slots[i];
        slot[i].rows <== market.rows;
        (prices.quote[i], prices.chosen[i]) <== (slot[i].quote, slot[i].chosen);
        (held.call[i], held.put[i]) <== (book.slots[i].call, book.slots[i].put);
        (held.gross[i], held.magnitude[i]) <== (slot[i].gross, slot[i].magnitude);
    }

    // C2: every slot in every scenario.
    component scenario[scenarioCount(BLOCKS)][SLOTS];
    for (var w = 0; w < scenarioCount(BLOCKS); w++) {
        for (var i = 0; i < SLOTS; i++) {
            scenario[w][i] = SlotScenario(volMode(w));
            scenario[w][i].quote <== slot[i].quote;
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

    // C1: what the linear positions are worth, and NAV.
    signal baseValue <== held.base * market.header.index;
    signal perpValue <== held.perp * market.header.perpMark;
    signal fundingOwed <== held.perp * market.header.funding;
    signal rate <== market.header.credit + held.cashNegative * (market.header.debit - market.header.credit);
    signal cash <== held.cash * rate;
    var linear = baseValue + perpValue;
    var total = cash * 1000000 * (1 << 90)
        + ONE * (linear - fundingOwed - 1000000 * held.perpEntry);
    component position[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        position[i] = SlotExposure();
        position[i].quote <== prices.quote[i];
        (position[i].call, position[i].put) <== (held.call[i], held.put[i]);
        position[i].magnitude <== held.magnitude[i];
        total += position[i].value;
    }
    nav <== total;

    // C2: every scenario; P&L is weighted once, over the whole account.
    component moved[SCENARIOS][SLOTS];
    signal shocked[SCENARIOS];
    for (var w = 0; w < SCENARIOS; w++) {
        var onForward = ONE * linear;
        var onStrike = ONE * linear;
        for (var i = 0; i < SLOTS; i++) {
            moved[w][i] = SlotMove();
            moved[w][i].exposure <== position[i].exposure;
            (moved[w][i].n1, moved[w][i].n2) <== (prices.n1[w][i], prices.n2[w][i]);
            onForward += moved[w][i].onForward;
            onStrike += moved[w][i].onStrike;
        }
        shocked[w] <== market.params.multiplier[w] * onForward;
        pnl[w] <== market.params.weight[w] * (shocked[w] - 10000 * onStrike);
    }

    // C3: the basis shocks are scenarios 0 and 1, expiry by expiry.
    component split[2][SLOTS];
    for (var d = 0; d < 2; d++) {
        var perExpiry[EXPIRIES];
        for (var i = 0; i < SLOTS; i++) {
            split[d][i] = Split(EXPIRIES);
            split[d][i].onForward <== moved[d][i].onForward;
            split[d][i].onStrike <== moved[d][i].onStrike;
            split[d][i].multiplier <== market.params.multiplier[d];
            split[d][i].chosen <== prices.chosen[i];
            for (var j = 0; j < EXPIRIES; j++) perExpiry[j] += split[d][i].out[j];
        }
        for (var j = 0; j < EXPIRIES; j++) shift[d][j] <== perExpiry[j];
    }

    // C4: contingencies, reserve and the bound on gross.
    component cost = Charges(SLOTS);
    cost.index <== market.header.index;
    cost.perpMark <== market.header.perpMark;
    (cost.base, cost.perp, cost.perpMagnitude) <== (held.base, held.perp, held.perpMagnitude);
    cost.baseValue <== baseValue;
    (cost.perpPct, cost.basePct) <== (market.params.perpPct, market.params.basePct);
    (cost.nakedPct, cost.hedgeSpread) <== (market.params.nakedPct, market.params.hedgeSpread);
    (cost.vegaSpread, cost.maxMultiplier) <== (market.params.vegaSpread, market.params.maxMultiplier);
    cost.maxGross <== market.params.maxGross;
    for (var i = 0; i < SLOTS; i++) {
        cost.quote[i] <== prices.quote[i];
        cost.exposure[i] <== position[i].exposure;
        (cost.gross[i], cost.magnitude[i]) <== (held.gross[i], held.magnitude[i]);
    }
    (charges, reserve) <== (cost.charges, cost.reserve);
}

// Split: one slot's change of value, assigned to its expiry.
//
//   cost EXPIRIES
template Split(EXPIRIES) {
    signal input onForward;
    signal input onStrike;
    signal input multiplier;
    signal input chosen[EXPIRIES];
    signal output out[EXPIRIES];

    signal change <== multiplier * onForward - 10000 * onStrike;
    var others = 0;
    for (var j = 1; j < EXPIRIES; j++) {
        out[j] <== chosen[j] * change;
        others += out[j];
    }
    out[0] <== change - others;
}
