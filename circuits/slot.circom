// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "black76.circom";
include "book.circom";
include "compare.circom";
include "fixed.circom";
include "ln.circom";
include "market.circom";
include "svi.circom";

// SelectRow: the market row of one slot, by the place that the prover names.
//
//   in   place        0 to EXPIRIES - 1, enforced here
//   out  row          rows[place]
//   out  chosen[EXPIRIES]   one-hot
//   cost 14 (EXPIRIES - 1)
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

// Sizes: ranges and signs of one slot's private numbers.
//
//   in   expiry, strike, call, put   as in the commitment
//   out  used         1 iff strike is not 0; an unused slot is all zero
//   out  gross        |call| + |put|;  out magnitude |call + put|
//   cost 181; the expiry is ranged by RowHash, whose row Slot equates it to
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

    signal empty <== IsZero()(strike);
    empty * gross === 0; // both sizes: neither magnitude is negative
    empty * expiry === 0;
    used <== 1 - empty;
}

// Moneyness: k = ln(strike / forward), floored, with its coarse cut and its sign.      (M1)
//
//   in   strike       integer in [1, 2^48)
//   in   lnForward    [2^-32]
//   out  k            [2^-32], |k| < 8;  coarse floor(k) [2^-21];  below 1 iff k < 0
//   twin zkmargin/option.py log_moneyness
template Moneyness() {
    signal input strike;
    signal input lnForward;
    signal output k;
    signal output coarse;
    signal output below;

    signal lnStrike <== NaturalLog()(strike);
    k <== FloorCut(72, 110)(lnStrike - lnForward * (1 << 72));
    signal bits[36] <== Bits(36)(k + (1 << 35));
    coarse <== Part(36, 11, 25, 1 << 24)(bits);
    below <== 1 - bits[35];
}

// Vols: total vol of every vol mode, and their inverses.                         (M1, M5)
//
//   in   fine         [2^-36]
//   in   up, down     vol multipliers [2^-16];  floor [2^-24]
//   out  s[3]         none, up, down [2^-24];  inverse[3] [2^-13]
//   out  fineInverse  [2^-20]
//   twin zkmargin/option.py total_vols, inverse, fine_inverse
template Vols() {
    signal input fine;
    signal input up;
    signal input down;
    signal input floor;
    signal output s[3];
    signal output inverse[3];
    signal output fineInverse;

    // s[0] is ranged by d2 = d1 - s, which is within 2^31; so is s[2], and by its own division too.
    s[0] <== FloorCut(12, 42)(fine);
    signal raised <== FloorCut(28, 60)(fine * up);
    s[1] <== Max(31)(raised, floor);
    s[2] <== FloorCut(28, 60)(fine * down);

    signal fineBits[36];
    (fineInverse, fineBits) <== FloorDivide(56, 42, 36)(fine);
    inverse[0] <== Part(36, 7, 29, 0)(fineBits);
    signal bits[2][29];
    (inverse[1], bits[0]) <== FloorDivide(37, 30, 29)(s[1]);
    (inverse[2], bits[1]) <== FloorDivide(37, 30, 29)(s[2]);
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
//   cost  130
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
