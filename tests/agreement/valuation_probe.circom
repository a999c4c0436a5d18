// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "margin.circom";

// ValuationProbe: shows every integer of the margin that the specification names.
template ValuationProbe(SLOTS, EXPIRIES, BLOCKS) {
    input Book(SLOTS) book;
    input Market(EXPIRIES, BLOCKS) market;
    signal output commitment;
    signal output snapshotHash;
    signal output nav;
    signal output charges;
    signal output reserve;
    signal output requirement;
    signal output shift[2][EXPIRIES];
    signal output pnl[scenarioCount(BLOCKS)];

    component opening = OpenBook(SLOTS);
    opening.book <== book;
    commitment <== opening.commitment;
    snapshotHash <== SnapshotHash(EXPIRIES, BLOCKS)(market);

    component valuation = Valuation(SLOTS, EXPIRIES, BLOCKS);
    (valuation.book, valuation.market) <== (book, market);
    valuation.cashNegative <== opening.cashNegative;
    valuation.perpMagnitude <== opening.perpMagnitude;
    (nav, charges, reserve) <== (valuation.nav, valuation.charges, valuation.reserve);
    (shift, pnl) <== (valuation.shift, valuation.pnl);

    requirement <== RequirementUpper(scenarioCount(BLOCKS), EXPIRIES)(
        valuation.pnl, valuation.shift, valuation.charges, market.basisFactor
    );
}
