// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "book.circom";
include "charges.circom";
include "market.circom";
include "slot.circom";

// Valuation: every price of the margin, exact and unreduced; what it costs is decided elsewhere.
//
//   Every output is one integer, so that statements in both directions can be built on it.
//
//   out  nav             [1e-12 quote, 2^-120]                                     (M4)
//   out  pnl[SCENARIOS]  [1e-20 quote, 2^-120]                                     (M5)
//   out  shift[2][EXPIRIES]  change of an expiry's value when its forward moves
//                        down, up [1e-16 quote, 2^-120]                            (M6)
//   out  charges         contingencies [1e-16 quote, 2^-147]                       (M8)
//   out  reserve         [1e-16 quote, 2^-120]                                     (M9)
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

    var SCENARIOS = scenarioCount(BLOCKS);
    var ONE = 1 << 120;

    // C1: every slot at the base point.
    component slot[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        slot[i] = Slot(EXPIRIES);
        slot[i].position <== book.slots[i];
        slot[i].rows <== market.rows;
    }

    // C2: what the linear positions are worth, and NAV.
    signal baseValue <== book.base * market.header.index;
    signal perpValue <== book.perp * market.header.perpMark;
    signal fundingOwed <== book.perp * market.header.funding;
    signal rate <== market.header.credit + cashNegative * (market.header.debit - market.header.credit);
    signal cash <== book.cash * rate;
    var linear = baseValue + perpValue;
    var value = cash * 1000000 * (1 << 90)
        + ONE * (linear - fundingOwed - 1000000 * book.perpEntry);
    for (var i = 0; i < SLOTS; i++) value += slot[i].value;
    nav <== value;

    // C3: every slot in every scenario; P&L is weighted once, over the whole account.
    component moved[SCENARIOS][SLOTS];
    signal shocked[SCENARIOS];
    for (var w = 0; w < SCENARIOS; w++) {
        var onForward = ONE * linear;
        var onStrike = ONE * linear;
        for (var i = 0; i < SLOTS; i++) {
            moved[w][i] = SlotScenario(volMode(w));
            moved[w][i].priced <== slot[i].priced;
            moved[w][i].lnMultiplier <== market.params.lnMultiplier[w];
            onForward += moved[w][i].onForward;
            onStrike += moved[w][i].onStrike;
        }
        shocked[w] <== market.params.multiplier[w] * onForward;
        pnl[w] <== market.params.weight[w] * (shocked[w] - 10000 * onStrike);
    }

    // C4: the basis shocks are scenarios 0 and 1, expiry by expiry.
    component split[2][SLOTS];
    for (var d = 0; d < 2; d++) {
        var total[EXPIRIES];
        for (var i = 0; i < SLOTS; i++) {
            split[d][i] = Split(EXPIRIES);
            split[d][i].onForward <== moved[d][i].onForward;
            split[d][i].onStrike <== moved[d][i].onStrike;
            split[d][i].multiplier <== market.params.multiplier[d];
            split[d][i].chosen <== slot[i].chosen;
            for (var j = 0; j < EXPIRIES; j++) total[j] += split[d][i].out[j];
        }
        for (var j = 0; j < EXPIRIES; j++) shift[d][j] <== total[j];
    }

    // C5: contingencies, reserve and the bound on gross.
    component cost = Charges(SLOTS);
    cost.index <== market.header.index;
    cost.perpMark <== market.header.perpMark;
    cost.base <== book.base;
    cost.perp <== book.perp;
    cost.baseValue <== baseValue;
    cost.perpMagnitude <== perpMagnitude;
    (cost.perpPct, cost.basePct) <== (market.params.perpPct, market.params.basePct);
    (cost.nakedPct, cost.hedgeSpread) <== (market.params.nakedPct, market.params.hedgeSpread);
    (cost.vegaSpread, cost.maxMultiplier) <== (market.params.vegaSpread, market.params.maxMultiplier);
    cost.maxGross <== market.params.maxGross;
    for (var i = 0; i < SLOTS; i++) {
        cost.priced[i] <== slot[i].priced;
        cost.strike[i] <== book.slots[i].strike;
        cost.gross[i] <== slot[i].gross;
        cost.magnitude[i] <== slot[i].magnitude;
    }
    charges <== cost.charges;
    reserve <== cost.reserve;
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
