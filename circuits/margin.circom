// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "requirement.circom";
include "valuation.circom";

// Margin: the book behind a commitment has excess >= 0 at a level under a snapshot.   (M9)
//
//   public, in this order
//   domain         chain, contract and circuit; in a constraint so that it cannot be changed
//   header         account 2^96 + version 2^32 + level
//   commitment     to the book
//   snapshotHash   of the market
//
//   private
//   level          [bps], at most 20000
//   book, market   their openings
template Margin(SLOTS, EXPIRIES, BLOCKS) {
    signal input domain;
    signal input header;
    signal input commitment;
    signal input snapshotHash;
    signal input level;
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;

    // C1: the proof is for this deployment, account, version and level.
    signal domainBound <== domain * commitment; // one-to-one, unlike a square; `_ <==` emits nothing
    AssertRange(15)(level);
    AssertRange(15)(20000 - level);
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

    // C5: what the account must hold, from above.
    component requirement = RequirementUpper(scenarioCount(BLOCKS), EXPIRIES);
    (requirement.pnl, requirement.shift) <== (valuation.pnl, valuation.shift);
    (requirement.charges, requirement.basisFactor) <== (valuation.charges, market.basisFactor);

    // C6: NAV - Rn - level phi (Scan + C) >= 0, in units of 1e-20 quote 2^-120.
    var ONE = 1 << 120;
    signal factor <== level * market.params.phi;
    signal required <== factor * requirement.out;
    AssertRange(236)(
        valuation.nav * 100000000 - valuation.reserve * 10000 - required * 1000000 * ONE
    );
}
