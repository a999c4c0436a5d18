// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "commitment.circom";
include "compare.circom";
include "range.circom";

// Position: one strike of the book, and where its expiry stands among the opened rows.
bus Position() {
    signal expiry;   // [s]
    signal strike;   // [1e-6 quote]
    signal call;     // [1e-6 contract]
    signal put;      // [1e-6 contract]
    signal place;    // 0 to EXPIRIES - 1
}

// Book: the private book; zkmargin/book.py gives units and meaning.
bus Book(SLOTS) {
    signal account;
    signal version;
    signal cash;       // [1e-6 quote]
    signal base;       // [1e-6 contract]
    signal perp;       // [1e-6 contract]
    signal perpEntry;  // [1e-6 quote]
    signal blinding;
    Position() slots[SLOTS];
}

// OpenBook: ranges every number of the book outside its slots, and gives the commitment.
//
//   The numbers of a slot are ranged by Slot; the packing is one-to-one only with both.
//
//   out  commitment
//   out  cashNegative   1 iff cash < 0;  perpMagnitude |perp|
//   cost 338 + Commitment
//   twin zkmargin/commitment.py
template OpenBook(SLOTS) {
    input Book(SLOTS) book;
    signal output commitment;
    signal output cashNegative;
    signal output perpMagnitude;

    AssertRange(64)(book.account);
    AssertRange(64)(book.version);
    signal cashBits[64] <== Bits(64)(book.cash + (1 << 63));
    cashNegative <== 1 - cashBits[63];
    AssertRange(40)(book.base);
    component perp = SignMagnitude(40);
    perp.in <== book.perp;
    perpMagnitude <== perp.magnitude;
    AssertRange(64)(book.perpEntry + (1 << 63));

    component opening = Commitment(SLOTS);
    for (var i = 0; i < SLOTS; i++) {
        opening.packedSlots[i] <== book.slots[i].put + book.slots[i].call * (1 << 41)
            + book.slots[i].strike * (1 << 82) + book.slots[i].expiry * (1 << 130);
    }
    opening.identity <== (book.cash + (1 << 63)) + book.version * (1 << 64) + book.account * (1 << 128);
    opening.balances <== book.base + (book.perp + (1 << 40)) * (1 << 40)
        + (book.perpEntry + (1 << 63)) * (1 << 81);
    opening.blinding <== book.blinding;
    commitment <== opening.out;
}
