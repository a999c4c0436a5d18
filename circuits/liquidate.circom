// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "account.circom";
include "restoration.circom";

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
    component account = ValueAccount(SLOTS, EXPIRIES, BLOCKS);
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
    component halves = Halves(SLOTS);
    (halves.book, halves.lot, halves.left) <== (book, slice.lot, slice.left);
    (halves.lotAccount, halves.lotVersion, halves.lotBlinding) <== (lotAccount, lotVersion, lotBlinding);
    halves.topUp <== topUp;
    halves.cmLot === cmLot;
    halves.cmNew === cmNew;

    // C4: the old book is in shortfall.
    signal required <== RequirementLower(scenarioCount(BLOCKS), EXPIRIES)(
        account.pnl, account.shift, account.charges, market.basisFactor
    );
    signal excess <== Excess()(account.nav, account.reserve, 10000, market.params.phi, required);
    AssertShort()(excess);

    // C5: the remainder reaches the target, and one step less would not.
    component restoration = Restoration(SLOTS, EXPIRIES, BLOCKS);
    (restoration.held, restoration.signs, restoration.left) <== (account.held, signs, slice.left);
    (restoration.prices, restoration.market) <== (account.prices, market);
    (restoration.before, restoration.target) <== (excess, target);
    (restoration.discount, restoration.fraction) <== (discount, fraction);
    (restoration.value, restoration.worthless) <== (sale.value, sale.worthless);
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

// Halves: the books that a slice makes of one, committed to; the remainder is the owner's next version.
//
//   in   lot, left   as of Slice, of this book
//   in   lotAccount, lotVersion, lotBlinding   identity of the lot
//   in   topUp       cash added to the lot [1e-6 quote]
//   cost 2 OpenBook + Poseidon
//   twin zkmargin/liquidation.py Slice.lot, Slice.remainder
template Halves(SLOTS) {
    input Book(SLOTS) book;
    input Lot(SLOTS) lot;
    input Holdings(SLOTS) left;
    signal input lotAccount;
    signal input lotVersion;
    signal input lotBlinding;
    signal input topUp;
    signal output cmLot;
    signal output cmNew;

    component taken = OpenBook(SLOTS);
    (taken.book.account, taken.book.version, taken.book.blinding) <== (lotAccount, lotVersion, lotBlinding);
    (taken.book.cash, taken.book.perpEntry) <== (lot.cash + topUp, lot.perpEntry);
    (taken.book.base, taken.book.perp) <== (lot.base, lot.perp);
    component kept = OpenBook(SLOTS);
    (kept.book.account, kept.book.version) <== (book.account, book.version + 1);
    kept.book.blinding <== Poseidon(3, BLINDING())([book.blinding, book.account, book.version + 1]);
    (kept.book.cash, kept.book.perpEntry) <== (left.cash, left.perpEntry);
    (kept.book.base, kept.book.perp) <== (left.base, left.perp);
    for (var i = 0; i < SLOTS; i++) {
        taken.book.slots[i] <== Sized()(book.slots[i], lot.call[i], lot.put[i]);
        kept.book.slots[i] <== Sized()(book.slots[i], left.call[i], left.put[i]);
    }
    (cmLot, cmNew) <== (taken.commitment, kept.commitment);
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
