// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "book.circom";
include "market.circom";
include "slot.circom";

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

// BasePoint: a book and the quotes of its strikes, before any scenario.
//
//   in   cashNegative, perpMagnitude   as of OpenBook
//   out  held
//   out  quote
//   out  chosen   which row, one-hot
//   cost SLOTS Slot
template BasePoint(SLOTS, EXPIRIES) {
    input Book(SLOTS) book;
    input Row() rows[EXPIRIES];
    signal input cashNegative;
    signal input perpMagnitude;
    output Holdings(SLOTS) held;
    output Quote() quote[SLOTS];
    signal output chosen[SLOTS][EXPIRIES];

    (held.cash, held.cashNegative, held.base) <== (book.cash, cashNegative, book.base);
    (held.perp, held.perpMagnitude, held.perpEntry) <== (book.perp, perpMagnitude, book.perpEntry);
    component slot[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        slot[i] = Slot(EXPIRIES);
        (slot[i].position, slot[i].rows) <== (book.slots[i], rows);
        (quote[i], chosen[i]) <== (slot[i].quote, slot[i].chosen);
        (held.call[i], held.put[i]) <== (book.slots[i].call, book.slots[i].put);
        (held.gross[i], held.magnitude[i]) <== (slot[i].gross, slot[i].magnitude);
    }
}

// NetValue: some holdings at given quotes, exact and unreduced.                       (M4)
//
//   out  out        NAV [1e-12 quote, 2^-120], below 2^208.2 in magnitude
//   out  linear     what base and perp are worth before entry and funding [1e-12 quote]
//   out  baseValue  what base is worth [1e-12 quote]
//   out  exposure   what the options are exposed to, quote by quote
//   cost 5 + 12 SLOTS
//   twin zkmargin/margin.py MarginReport.nav_unreduced
template NetValue(SLOTS) {
    input Holdings(SLOTS) held;
    input Quote() quote[SLOTS];
    input Header() header;
    signal output out;
    signal output linear;
    signal output baseValue;
    output Exposure() exposure[SLOTS];

    baseValue <== held.base * header.index;
    signal perpValue <== held.perp * header.perpMark;
    linear <== baseValue + perpValue;
    signal fundingOwed <== held.perp * header.funding;
    signal rate <== header.credit + held.cashNegative * (header.debit - header.credit);
    signal cash <== held.cash * rate;
    var total = cash * 1000000 * (1 << 90)
        + (1 << 120) * (linear - fundingOwed - 1000000 * held.perpEntry);
    component position[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        position[i] = SlotExposure();
        position[i].quote <== quote[i];
        (position[i].call, position[i].put) <== (held.call[i], held.put[i]);
        position[i].magnitude <== held.magnitude[i];
        exposure[i] <== position[i].exposure;
        total += position[i].value;
    }
    out <== total;
}
