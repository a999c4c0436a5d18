// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "account.circom";
include "requirement.circom";
include "sale.circom";
include "slice.circom";

// Liquidate: a slice of a book in shortfall goes to the winner for exactly the auction's price. (L1 to L4)
//
//   public, in this order
//   domain, header, cmOld, cmNew, cmLot, snapshotHash   level in the header is 10000
//   price         the winner pays it, the owner's cash gets it                      [1e-6 quote]
//   fraction      of the account, 1 to 1e6                                          [1e-6]
//   discount      price factor of the auction, at most 1e6                          [1e-6]
//   reserved      cash of earlier bids, not for sale, below 2^63                    [1e-6 quote]
//   target        level that the remainder reaches, at most 20000                   [bps]
//   deficit       max(0, -NAV), up                                                  [1e-6 quote]
//   winner        address, below 2^160
//   topUp         cash added to the lot, below 2^63                                 [1e-6 quote]
//
//   private
//   lotAccount, lotVersion, lotBlinding   identity of the lot; a later proof of margin fixes it
//   book, market                          openings of cmOld and snapshotHash
template Liquidate(SLOTS, EXPIRIES, BLOCKS) {
    signal input domain;
    signal input header;
    signal input cmOld;
    signal input cmNew;
    signal input cmLot;
    signal input snapshotHash;
    signal input price;
    signal input fraction;
    signal input discount;
    signal input reserved;
    signal input target;
    signal input deficit;
    signal input winner;
    signal input topUp;
    signal input lotAccount;
    signal input lotVersion;
    signal input lotBlinding;
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;

    // C1: the account, every price, and the range of what the auction fixes.
    component account = OpenAccount(SLOTS, EXPIRIES, BLOCKS);
    (account.domain, account.header, account.level) <== (domain, header, 10000);
    (account.commitment, account.snapshotHash) <== (cmOld, snapshotHash);
    (account.book, account.market) <== (book, market);
    Terms()(fraction, discount, reserved, target, winner, topUp);

    // C2: the price; an account that is worth no more than its reserve goes whole.
    component sale = ForSale();
    (sale.nav, sale.reserved) <== (account.nav, reserved);
    sale.deficit === deficit;
    sale.worthless * (1000000 - fraction) === 0;
    signal due <== SalePrice()(discount, fraction, sale.value);
    due === price;

    // C3: lot and remainder, committed to; the remainder is the owner's next version.
    SignedHoldings(SLOTS) signs <== Signs(SLOTS)(account.held, reserved);
    component slice = Slice(SLOTS);
    (slice.held, slice.signs) <== (account.held, signs);
    (slice.fraction, slice.price) <== (fraction, price);
    component lot = OpenBook(SLOTS);
    component left = OpenBook(SLOTS);
    (lot.book.account, lot.book.version, lot.book.blinding) <== (lotAccount, lotVersion, lotBlinding);
    (lot.book.cash, lot.book.perpEntry) <== (slice.lot.cash + topUp, slice.lot.perpEntry);
    (lot.book.base, lot.book.perp) <== (slice.lot.base, slice.lot.perp);
    (left.book.account, left.book.version) <== (book.account, book.version + 1);
    left.book.blinding <== Poseidon(3, BLINDING())([book.blinding, book.account, book.version + 1]);
    (left.book.cash, left.book.perpEntry) <== (slice.left.cash, slice.left.perpEntry);
    (left.book.base, left.book.perp) <== (slice.left.base, slice.left.perp);
    for (var i = 0; i < SLOTS; i++) {
        lot.book.slots[i] <== Sized()(book.slots[i], slice.lot.call[i], slice.lot.put[i]);
        left.book.slots[i] <== Sized()(book.slots[i], slice.left.call[i], slice.left.put[i]);
    }
    lot.commitment === cmLot;
    left.commitment === cmNew;

    // C4: the old book is in shortfall.
    component old = RequirementLower(scenarioCount(BLOCKS), EXPIRIES);
    (old.pnl, old.shift) <== (account.pnl, account.shift);
    (old.charges, old.basisFactor) <== (account.charges, market.basisFactor);
    signal oldExcess <== Excess()(account.nav, account.reserve, 10000, market.params.phi, old.out);
    AssertRange(236)(-oldExcess - 1);

    // C5: the remainder reaches the target, and its excess at level 1 is not below the old one's.
    component after = Value(SLOTS, EXPIRIES, BLOCKS);
    (after.held, after.prices, after.market) <== (slice.left, account.prices, market);
    component upper = RequirementUpper(scenarioCount(BLOCKS), EXPIRIES);
    (upper.pnl, upper.shift) <== (after.pnl, after.shift);
    (upper.charges, upper.basisFactor) <== (after.charges, market.basisFactor);
    signal reached <== Excess()(after.nav, after.reserve, target, market.params.phi, upper.out);
    AssertRange(236)(reached);
    signal newExcess <== Excess()(after.nav, after.reserve, 10000, market.params.phi, upper.out);
    AssertRange(236)(newExcess - oldExcess);

    // C6: one step less would not reach it, unless the account goes whole for nothing.
    component smaller = Slice(SLOTS);
    (smaller.held, smaller.signs) <== (account.held, signs);
    smaller.fraction <== fraction - 1;
    smaller.price <== SalePrice()(discount, fraction - 1, sale.value);
    component before = Value(SLOTS, EXPIRIES, BLOCKS);
    (before.held, before.prices, before.market) <== (smaller.left, account.prices, market);
    component lower = RequirementLower(scenarioCount(BLOCKS), EXPIRIES);
    (lower.pnl, lower.shift) <== (before.pnl, before.shift);
    (lower.charges, lower.basisFactor) <== (before.charges, market.basisFactor);
    signal missed <== Excess()(before.nav, before.reserve, target, market.params.phi, lower.out);
    signal missing <== (1 - sale.worthless) * (-missed - 1);
    AssertRange(236)(missing);
}

// Terms: ranges of what an auction fixes.
//
//   cost 396
template Terms() {
    signal input fraction;
    signal input discount;
    signal input reserved;
    signal input target;
    signal input winner;
    signal input topUp;

    AssertRange(20)(fraction - 1);
    AssertRange(20)(1000000 - fraction);
    AssertRange(20)(discount);
    AssertRange(20)(1000000 - discount);
    AssertRange(63)(reserved);
    Level()(target);
    AssertRange(160)(winner);
    AssertRange(63)(topUp);
}

// Sized: the same strike with other sizes; it costs nothing.
template Sized() {
    input Position() position;
    signal input call;
    signal input put;
    output Position() out;

    (out.expiry, out.strike, out.place) <== (position.expiry, position.strike, position.place);
    (out.call, out.put) <== (call, put);
}
