// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "account.circom";
include "sale.circom";

// Nav: the book behind a commitment has exactly this NAV under a snapshot.              (M4)
//
//   public, in this order
//   domain, header, commitment, snapshotHash   as of Margin; level in the header is 0
//   nav            NAV rounded down [1e-6 quote], plus 2^96
//
//   private
//   book, market   openings of commitment and snapshotHash
template Nav(SLOTS, EXPIRIES, BLOCKS) {
    signal input domain;
    signal input header;
    signal input commitment;
    signal input snapshotHash;
    signal input nav;
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;

    // C1: the account.
    component account = OpenAccount(SLOTS, EXPIRIES, BLOCKS);
    (account.domain, account.header, account.level) <== (domain, header, 0);
    (account.commitment, account.snapshotHash) <== (commitment, snapshotHash);
    (account.book, account.market) <== (book, market);

    // C2: its book at the base point; no scenario is priced, and gross has no bound.
    component base = BasePoint(SLOTS, EXPIRIES);
    (base.book, base.rows) <== (book, market.rows);
    (base.cashNegative, base.perpMagnitude) <== (account.cashNegative, account.perpMagnitude);
    component exact = NetValue(SLOTS);
    (exact.held, exact.quote, exact.header) <== (base.held, base.quote, market.header);

    // C3: rounded down.
    WholeUnits()(exact.out, nav);
}
