// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "black76.circom";
include "book.circom";
include "compare.circom";
include "row.circom";
include "svi.circom";
include "vols.circom";

// Sizes: ranges and signs of one slot's private numbers.
//
//   in   expiry, strike, call, put   as in the commitment
//   out  used         1 iff expiry is not 0; an unused slot is all zero, a used one has a strike: ln 0
//                     has no witness
//   out  gross        |call| + |put|;  out magnitude |call + put|
//   cost 180; the expiry is ranged by RowHash, whose row Slot equates it to
template Sizes() {
    signal input expiry;
    signal input strike;
    signal input call;
    signal input put;
    signal output used;
    signal output gross;
    signal output magnitude;

    AssertRange(48)(strike);
    component calls = SignMagnitude(40);
    calls.in <== call;
    component puts = SignMagnitude(40);
    puts.in <== put;
    component net = SignMagnitude(41);
    net.in <== call + put;
    gross <== calls.magnitude + puts.magnitude;
    magnitude <== net.magnitude;

    // Used or not goes by the expiry, so that no used slot matches an unlisted row, whose expiry is 0.
    signal empty <== IsZero()(expiry);
    empty * gross === 0; // both sizes: neither magnitude is negative
    empty * strike === 0;
    used <== 1 - empty;
}

// Quote: one strike under the market, whatever is held of it.
bus Quote() {
    signal strike;         //                                             [1e-6 quote]
    signal forward;        //                                             [1e-6 quote]
    signal rootTime;       // sqrt(years)                                 [2^-24]
    signal settled;        // 0 or 1
    signal below;          // 1 iff k < 0
    signal coarse;         // k                                           [2^-21]
    signal s[3];           // none, up, down                              [2^-24]
    signal inverse[3];     // 1 / s                                       [2^-13]
    signal n1;             // N(d1) at the base point                     [2^-120]
    signal n2;             // N(d2) at the base point                     [2^-120]
    signal density;        // n(d1)                                       [2^-123]
}

// Exposure: what a book has at one quote; all but the net is zero once settled.
bus Exposure() {
    signal liveMagnitude;  // |Q|                                         [1e-6 contract]
    signal liveNet;        // Q                                           [1e-6 contract]
    signal delta;          // Q N(d1) - put                               [1e-6 contract, 2^-120]
    signal forwardSize;    // F Q                                         [1e-12 quote]
    signal strikeSize;     // K Q                                         [1e-12 quote]
    signal putForward;     // F put                                       [1e-12 quote]
    signal baseValue;      // Q C(F, s)                                   [1e-12 quote, 2^-120]
}

// Slot: one strike of the book under the market.                             (M1, M2)
//
//   in   position, rows
//   out  quote
//   out  gross            |call| + |put|;  magnitude |call + put|         [1e-6 contract]
//   out  chosen[EXPIRIES] which row, one-hot
//   twin zkmargin/margin.py price_slot
template Slot(EXPIRIES) {
    input Position() position;
    input Row() rows[EXPIRIES];
    output Quote() quote;
    signal output gross;
    signal output magnitude;
    signal output chosen[EXPIRIES];

    // C1: the private numbers are in range; an unused slot is all zero and takes row 0.
    component sizes = Sizes();
    (sizes.expiry, sizes.strike) <== (position.expiry, position.strike);
    (sizes.call, sizes.put) <== (position.call, position.put);
    (gross, magnitude) <== (sizes.gross, sizes.magnitude);
    (1 - sizes.used) * position.place === 0;

    // C2: the row is that of this slot's own expiry, wherever the snapshot lists it.
    Row() row;
    (row, chosen) <== SelectRow(EXPIRIES)(position.place, rows);
    sizes.used * (row.expiry - position.expiry) === 0;
    (quote.forward, quote.rootTime) <== (row.forward, row.rootTime);
    (quote.strike, quote.settled) <== (position.strike, row.settled);

    // C3: log-moneyness and total vol; an unused slot is priced at the money.
    signal atTheMoney <== (1 - sizes.used) * row.forward;
    component moneyness = Moneyness();
    (moneyness.strike, moneyness.lnForward) <== (position.strike + atTheMoney, row.lnForward);
    (quote.coarse, quote.below) <== (moneyness.coarse, moneyness.below);
    signal fine <== Svi()(moneyness.k, row.a, row.b, row.bRho, row.m, row.sigmaSq);
    component vols = Vols();
    (vols.fine, vols.up, vols.down, vols.floor) <== (fine, row.volUp, row.volDown, row.volFloor);
    (quote.s, quote.inverse) <== (vols.s, vols.inverse);

    // C4: the base point.
    component base = BaseBlack76();
    (base.k, base.s, base.inverse) <== (moneyness.k, vols.s[0], vols.fineInverse);
    (quote.n1, quote.n2, quote.density) <== (base.n1, base.n2, base.density);
}

// SlotExposure: some calls and puts at one quote.                                (M3)
//
//   in   call, put, magnitude   magnitude is |call + put|                 [1e-6 contract]
//   out  exposure
//   out  value            V, or the intrinsic value once settled         [1e-12 quote, 2^-120]
//   cost 12
//   twin zkmargin/margin.py PricedSlot
template SlotExposure() {
    input Quote() quote;
    signal input call;
    signal input put;
    signal input magnitude;
    output Exposure() exposure;
    signal output value;

    var ONE = 1 << 120;

    // C1: a settled row has no live size.
    signal net <== call + put;
    signal livePut <== put * (1 - quote.settled);
    exposure.liveNet <== net * (1 - quote.settled);
    exposure.liveMagnitude <== magnitude * (1 - quote.settled);

    // C2: the base point.
    signal deltaSize <== exposure.liveNet * quote.n1;
    exposure.delta <== deltaSize - ONE * livePut;
    exposure.forwardSize <== quote.forward * exposure.liveNet;
    exposure.strikeSize <== quote.strike * exposure.liveNet;
    exposure.putForward <== quote.forward * livePut;
    signal forwardPart <== exposure.forwardSize * quote.n1;
    signal strikePart <== exposure.strikeSize * quote.n2;
    exposure.baseValue <== forwardPart - strikePart;

    // C3: V by parity; once settled a call counts when k < 0, which is F > K up to 2^-31 of F.
    signal exercised <== (net - exposure.liveNet) * quote.below;
    signal settledValue <== exercised * (quote.forward - quote.strike);
    signal parity <== put * (quote.forward - quote.strike);
    value <== exposure.baseValue + ONE * (settledValue - parity);
}

// SlotScenario: N(d1) and N(d2) of one quote in one scenario.                         (M5)
//
//   MODE  vol mode: 0 none, 1 up, 2 down
//   out   n1, n2   [2^-120]
//   cost  126
//   twin  zkmargin/margin.py PricedSlot.change
template SlotScenario(MODE) {
    input Quote() quote;
    signal input lnMultiplier;
    signal output n1;
    signal output n2;

    component option = ScenarioBlack76();
    option.t <== lnMultiplier - quote.coarse;
    option.s <== quote.s[MODE];
    option.inverse <== quote.inverse[MODE];
    (n1, n2) <== (option.n1, option.n2);
}

// SlotMove: an exposure in one scenario, before the spot multiplier.                  (M5)
//
//   V(m F, v s) - V(F, s) = m onForward - onStrike, up to the part of both that cancels:
//   onForward = Q F N1 - put F,  onStrike = Q K N2 + Q C(F, s) - put F
//
//   out   onForward, onStrike   [1e-12 quote, 2^-120]
//   cost  2
//   twin  zkmargin/margin.py PricedSlot.change
template SlotMove() {
    input Exposure() exposure;
    signal input n1;
    signal input n2;
    signal output onForward;
    signal output onStrike;

    var ONE = 1 << 120;
    signal forwardPart <== exposure.forwardSize * n1;
    signal strikePart <== exposure.strikeSize * n2;
    onForward <== forwardPart - ONE * exposure.putForward;
    onStrike <== strikePart + exposure.baseValue - ONE * exposure.putForward;
}
