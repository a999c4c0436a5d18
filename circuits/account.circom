// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "valuation.circom";

// OpenAccount: what every statement about an account begins with; it decides nothing about margin.
//
//   statement   the proof is for this domain and header, commitment opens to the book,
//               snapshotHash to the market, and the outputs are the book's values under it
//   in   domain         chain, contract and circuit
//   in   header         account 2^96 + version 2^32 + level
//   in   commitment     to the book
//   in   snapshotHash   of the market
//   in   level          [bps], below 2^32: THE CALLER MUST RANGE IT, as with Level
//   in   book, market   their openings
//   out  nav, pnl, shift, charges, reserve, held, prices   as of Valuation
//   twin zkmargin/witness.py opening_inputs
template OpenAccount(SLOTS, EXPIRIES, BLOCKS) {
    signal input domain;
    signal input header;
    signal input commitment;
    signal input snapshotHash;
    signal input level;
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;
    signal output nav;
    signal output pnl[scenarioCount(BLOCKS)];
    signal output shift[2][EXPIRIES];
    signal output charges;
    signal output reserve;
    output Holdings(SLOTS) held;
    output Prices(SLOTS, EXPIRIES, BLOCKS) prices;

    // C1: the proof is for this deployment, account, version and level.
    signal domainBound <== domain * commitment; // one-to-one, unlike a square; `_ <==` emits nothing
    header === book.account * (1 << 96) + book.version * (1 << 32) + level;

    // C2: the book is the committed one.
    component opening = OpenBook(SLOTS);
    opening.book <== book;
    opening.commitment === commitment;

    // C3: the market is the published one.
    signal opened <== SnapshotHash(EXPIRIES, BLOCKS)(market);
    opened === snapshotHash;

    // C4: prices.
    component valuation = Valuation(SLOTS, EXPIRIES, BLOCKS);
    (valuation.book, valuation.market) <== (book, market);
    valuation.cashNegative <== opening.cashNegative;
    valuation.perpMagnitude <== opening.perpMagnitude;
    (nav, charges, reserve) <== (valuation.nav, valuation.charges, valuation.reserve);
    (pnl, shift) <== (valuation.pnl, valuation.shift);
    (held, prices) <== (valuation.held, valuation.prices);
}

// Level: a margin level, at most 20000 [bps].
//
//   cost 30
template Level() {
    signal input level;

    AssertRange(15)(level);
    AssertRange(15)(20000 - level);
}
