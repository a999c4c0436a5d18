// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "account.circom";
include "requirement.circom";

// Shortfall: the book behind a commitment has excess < 0 at a level under a snapshot.   (M9)
//
//   At one book, snapshot and level either this or Margin has a witness, never both.
//
//   public, in this order
//   domain, header, commitment, snapshotHash   as of Margin
//   beneficiary    address that is paid for the proof, below 2^160; ranged so that it cannot be changed
//
//   private
//   level          [bps], at most 20000; 10000 is below maintenance, 0 insolvent
//   book, market   their openings
template Shortfall(SLOTS, EXPIRIES, BLOCKS) {
    signal input domain;
    signal input header;
    signal input commitment;
    signal input snapshotHash;
    signal input beneficiary;
    signal input level;
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;

    // C1: the account, every price, and whom the proof belongs to.
    Level()(level);
    AssertRange(160)(beneficiary);
    component account = ValueAccount(SLOTS, EXPIRIES, BLOCKS);
    (account.domain, account.header, account.level) <== (domain, header, level);
    (account.commitment, account.snapshotHash) <== (commitment, snapshotHash);
    (account.book, account.market) <== (book, market);

    // C2: what the account must hold, from below.
    component requirement = RequirementLower(scenarioCount(BLOCKS), EXPIRIES);
    (requirement.pnl, requirement.shift) <== (account.pnl, account.shift);
    (requirement.charges, requirement.basisFactor) <== (account.charges, market.basisFactor);

    // C3: NAV - Rn - level phi (Scan + C) < 0, in units of 1e-20 quote 2^-120.
    component excess = Excess();
    (excess.nav, excess.reserve) <== (account.nav, account.reserve);
    (excess.level, excess.phi, excess.requirement) <== (level, market.params.phi, requirement.out);
    AssertShort()(excess.out);
}
