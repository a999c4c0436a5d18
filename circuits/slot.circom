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

// Priced: what the scenarios and the charges need of one slot at the base point.
bus Priced() {
    signal liveMagnitude;  // |Q|, zero once settled                      [1e-6 contract]
    signal liveNet;        // Q, zero once settled                        [1e-6 contract]
    signal livePut;        // put, zero once settled                      [1e-6 contract]
    signal forward;        //                                             [1e-6 quote]
    signal rootTime;       // sqrt(years)                                 [2^-24]
    signal coarse;         // k                                           [2^-21]
    signal s[3];           // none, up, down                              [2^-24]
    signal inverse[3];     // 1 / s                                       [2^-13]
    signal delta;          // Q N(d1) - put, live                         [1e-6 contract, 2^-120]
    signal density;        // n(d1)                                       [2^-123]
    signal forwardSize;    // F Q, live                                   [1e-12 quote]
    signal strikeSize;     // K Q, live                                   [1e-12 quote]
    signal putForward;     // F put, live                                 [1e-12 quote]
    signal baseValue;      // Q C(F, s), live                             [1e-12 quote, 2^-120]
}

// Slot: one strike of the book priced at the base point, ready for the scenarios.   (M1 to M3)
//
//   in   position, rows
//   out  priced
//   out  value            V, or the intrinsic value once settled         [1e-12 quote, 2^-120]
//   out  gross            |call| + |put|;  magnitude |call + put|         [1e-6 contract]
//   out  chosen[EXPIRIES] which row, one-hot
//   twin zkmargin/margin.py price_slot, PricedSlot
template Slot(EXPIRIES) {
    input Position() position;
    input Row() rows[EXPIRIES];
    output Priced() priced;
    signal output value;
    signal output gross;
    signal output magnitude;
    signal output chosen[EXPIRIES];

    var ONE = 1 << 120;

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
    (priced.forward, priced.rootTime) <== (row.forward, row.rootTime);

    // C3: log-moneyness and total vol; an unused slot is priced at the money.
    signal atTheMoney <== (1 - sizes.used) * row.forward;
    component moneyness = Moneyness();
    (moneyness.strike, moneyness.lnForward) <== (position.strike + atTheMoney, row.lnForward);
    priced.coarse <== moneyness.coarse;
    signal fine <== Svi()(moneyness.k, row.a, row.b, row.bRho, row.m, row.sigmaSq);
    component vols = Vols();
    (vols.fine, vols.up, vols.down, vols.floor) <== (fine, row.volUp, row.volDown, row.volFloor);
    (priced.s, priced.inverse) <== (vols.s, vols.inverse);

    // C4: a settled row has no live size.
    signal net <== position.call + position.put;
    priced.liveNet <== net * (1 - row.settled);
    priced.liveMagnitude <== magnitude * (1 - row.settled);
    priced.livePut <== position.put * (1 - row.settled);

    // C5: the base point.
    component base = BaseBlack76();
    (base.k, base.s, base.inverse) <== (moneyness.k, vols.s[0], vols.fineInverse);
    priced.density <== base.density;
    signal deltaSize <== priced.liveNet * base.n1;
    priced.delta <== deltaSize - ONE * priced.livePut;
    priced.forwardSize <== row.forward * priced.liveNet;
    priced.strikeSize <== position.strike * priced.liveNet;
    priced.putForward <== row.forward * priced.livePut;
    signal forwardPart <== priced.forwardSize * base.n1;
    signal strikePart <== priced.strikeSize * base.n2;
    priced.baseValue <== forwardPart - strikePart;

    // C6: V by parity; once settled a call counts when k < 0, which is F > K up to 2^-31 of F.
    signal exercised <== (net - priced.liveNet) * moneyness.below;
    signal settledValue <== exercised * (row.forward - position.strike);
    signal parity <== position.put * (row.forward - position.strike);
    value <== priced.baseValue + ONE * (settledValue - parity);
}

// SlotScenario: one slot in one scenario, before the spot multiplier.                  (M5)
//
//   V(m F, v s) - V(F, s) = m onForward - onStrike, up to the part of both that cancels:
//   onForward = Q F N1 - put F,  onStrike = Q K N2 + Q C(F, s) - put F
//
//   MODE  vol mode: 0 none, 1 up, 2 down
//   out   onForward, onStrike   [1e-12 quote, 2^-120]
//   cost  128
//   twin  zkmargin/margin.py PricedSlot.change
template SlotScenario(MODE) {
    input Priced() priced;
    signal input lnMultiplier;
    signal output onForward;
    signal output onStrike;

    var ONE = 1 << 120;
    component option = ScenarioBlack76();
    option.t <== lnMultiplier - priced.coarse;
    option.s <== priced.s[MODE];
    option.inverse <== priced.inverse[MODE];
    signal forwardPart <== priced.forwardSize * option.n1;
    signal strikePart <== priced.strikeSize * option.n2;
    onForward <== forwardPart - ONE * priced.putForward;
    onStrike <== strikePart + priced.baseValue - ONE * priced.putForward;
}
