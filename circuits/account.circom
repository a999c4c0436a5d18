// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "valuation.circom";

// OpenAccount: whose book, and under which market; what every statement about an account begins with.
//
//   statement   the proof is for this domain and header, commitment opens to the book and
//               snapshotHash to the market
//   in   domain         chain, contract and circuit
//   in   header         account 2^96 + version 2^32 + level
//   in   commitment     to the book
//   in   snapshotHash   of the market
//   in   level          [bps], below 2^32: THE CALLER MUST RANGE IT, as with Level
//   in   book, market   their openings; the numbers of a slot are ranged by Slot
//   out  cashNegative, perpMagnitude   as of OpenBook
//   twin zkmargin/witness.py opening_inputs
template OpenAccount(SLOTS, EXPIRIES, BLOCKS) {
    signal input domain;
    signal input header;
    signal input commitment;
    signal input snapshotHash;
    signal input level;
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;
    signal output cashNegative;
    signal output perpMagnitude;

    // C1: the proof is for this deployment, account, version and level.
    signal domainBound <== domain * commitment; // one-to-one, unlike a square; `_ <==` emits nothing
    header === book.account * (1 << 96) + book.version * (1 << 32) + level;

    // C2: the book is the committed one.
    component opening = OpenBook(SLOTS);
    opening.book <== book;
    opening.commitment === commitment;
    (cashNegative, perpMagnitude) <== (opening.cashNegative, opening.perpMagnitude);

    // C3: the market is the published one.
    signal opened <== SnapshotHash(EXPIRIES, BLOCKS)(market);
    opened === snapshotHash;
}

// ValueAccount: an account, opened, and its book's values; it decides nothing about margin.
//
//   in   as of OpenAccount
//   out  nav, pnl, shift, charges, reserve, held, prices   as of Valuation
//   twin zkmargin/margin.py margin
template ValueAccount(SLOTS, EXPIRIES, BLOCKS) {
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

    component account = OpenAccount(SLOTS, EXPIRIES, BLOCKS);
    (account.domain, account.header, account.level) <== (domain, header, level);
    (account.commitment, account.snapshotHash) <== (commitment, snapshotHash);
    (account.book, account.market) <== (book, market);

    component valuation = Valuation(SLOTS, EXPIRIES, BLOCKS);
    (valuation.book, valuation.market) <== (book, market);
    valuation.cashNegative <== account.cashNegative;
    valuation.perpMagnitude <== account.perpMagnitude;
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
