// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "compare.circom";
include "range.circom";
include "slot.circom";

// Charges: contingencies, numeric reserve, and the bound on gross.                (M8, M9)
//
//   charges = S (perpPct |perp| + basePct base + nakedPct naked + hedgeSpread |net delta|)
//           + vegaSpread sum |Q| F n(d1) sqrt(years)
//   reserve = rho sum |Q| (max_m F + K),   rho = 5 2^-24
//
//   out  charges   [1e-16 quote, 2^-147]
//   out  reserve   [1e-16 quote, 2^-120]
//   twin zkmargin/margin.py charges, reserve_unreduced, gross
template Charges(SLOTS) {
    signal input index;
    signal input perpMark;
    signal input base;
    signal input perp;
    signal input baseValue;
    signal input perpMagnitude;
    signal input perpPct;
    signal input basePct;
    signal input nakedPct;
    signal input hedgeSpread;
    signal input vegaSpread;
    signal input maxMultiplier;
    signal input maxGross;
    input Quote() quote[SLOTS];
    input Exposure() exposure[SLOTS];
    signal input gross[SLOTS];
    signal input magnitude[SLOTS];
    signal output charges;
    signal output reserve;

    var ONE = 1 << 120;
    var VEGA = 1 << 27; // brings money to the scale of vega

    // C1: positions charged by size; max(0, -Q) is half of |Q| - Q.
    var doubleNaked = 0;
    for (var i = 0; i < SLOTS; i++) doubleNaked += exposure[i].liveMagnitude - exposure[i].liveNet;
    signal perpCharge <== perpPct * perpMagnitude;
    signal nakedCharge <== nakedPct * doubleNaked;
    signal sized <== index * (2 * perpCharge + nakedCharge);
    signal baseCharge <== basePct * baseValue;

    // C2: unwinding the delta hedge.
    var delta = ONE * (base + perp);
    for (var i = 0; i < SLOTS; i++) delta += exposure[i].delta;
    component net = SignMagnitude(167);
    net.in <== delta;
    signal hedge <== index * net.magnitude;
    signal hedgeCharge <== hedgeSpread * hedge;

    // C3: buying back vega.
    signal forwardMagnitude[SLOTS];
    signal perRootTime[SLOTS];
    signal slotVega[SLOTS];
    var vega = 0;
    for (var i = 0; i < SLOTS; i++) {
        forwardMagnitude[i] <== exposure[i].liveMagnitude * quote[i].forward;
        perRootTime[i] <== forwardMagnitude[i] * quote[i].density;
        slotVega[i] <== perRootTime[i] * quote[i].rootTime;
        vega += slotVega[i];
    }
    signal vegaCharge <== vegaSpread * vega;
    charges <== VEGA * ((ONE >> 1) * sized + ONE * baseCharge + hedgeCharge) + vegaCharge;

    // C4: the numeric reserve, and gross within the venue's bound.
    signal notional[SLOTS];
    signal grossNotional[SLOTS];
    signal widest[SLOTS];
    var reserved = 0;
    signal perpValue <== perpMagnitude * perpMark;
    var total = 10000 * (perpValue + baseValue);
    for (var i = 0; i < SLOTS; i++) {
        widest[i] <== maxMultiplier * quote[i].forward + 10000 * quote[i].strike;
        notional[i] <== magnitude[i] * widest[i];
        grossNotional[i] <== gross[i] * widest[i];
        reserved += notional[i];
        total += grossNotional[i];
    }
    reserve <== 5 * (1 << 96) * reserved;
    AssertRange(90)(maxGross * 10000000000 - total);
}
