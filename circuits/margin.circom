// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "account.circom";
include "requirement.circom";

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

    // C1: the account, and every price.
    Level()(level);
    component account = ValueAccount(SLOTS, EXPIRIES, BLOCKS);
    (account.domain, account.header, account.level) <== (domain, header, level);
    (account.commitment, account.snapshotHash) <== (commitment, snapshotHash);
    (account.book, account.market) <== (book, market);

    // C2: what the account must hold, from above.
    component requirement = RequirementUpper(scenarioCount(BLOCKS), EXPIRIES);
    (requirement.pnl, requirement.shift) <== (account.pnl, account.shift);
    (requirement.charges, requirement.basisFactor) <== (account.charges, market.basisFactor);

    // C3: NAV - Rn - level phi (Scan + C) >= 0, in units of 1e-20 quote 2^-120.
    component excess = Excess();
    (excess.nav, excess.reserve) <== (account.nav, account.reserve);
    (excess.level, excess.phi, excess.requirement) <== (level, market.params.phi, requirement.out);
    AssertSafe()(excess.out);
}
