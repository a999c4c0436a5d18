# SPDX-License-Identifier: Apache-2.0
"""Liquidation: the fraction, the slice, the price, and that nothing is lost between two books."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from short_books import random_terms, short_case

from zkmargin.book import Slot
from zkmargin.commitment import commitment
from zkmargin.errors import BookError, InputError
from zkmargin.liquidation import Slice, Terms, restoring_fraction, smallest_slice
from zkmargin.margin import VALUE, margin
from zkmargin.presets import SMALL, STANDARD, TINY
from zkmargin.units import BPS, FRACTION_ONE

# Derive's auction, hand-made vectors: NAV, margin left, buffer, R, d, f*, paid for f*
DERIVE = [
    (300, -100, Fraction(1, 10), 0, 1_000_000, Fraction(7, 22), "95.45"),
    (300, -100, Fraction(1, 10), 0, 900_000, Fraction(14, 41), "92.195122"),
    (6000, -10_000, Fraction(0), 0, 800_000, Fraction(25, 37), "3243.243243"),
    (5640, -5560, Fraction(0), 1440, 800_000, Fraction(139, 259), "1803.243243"),
]
SHORT_OF = [  # 2,000 books
    (TINY, 500),
    pytest.param(SMALL, 1_300, marks=pytest.mark.slow),
    pytest.param(STANDARD, 200, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("nav", "below", "buffer", "reserved", "d", "fraction", "paid"), DERIVE)
def test_the_fraction_and_price_are_those_of_derives_vectors(
    nav: int, below: int, buffer: Fraction, reserved: int, d: int, fraction: Fraction, paid: str
) -> None:
    required = nav - below + buffer * (nav - below)
    found = restoring_fraction(nav, int(required), d, reserved)

    assert found == fraction
    assert f"{float(found * Fraction(d, FRACTION_ONE) * (nav - reserved)):.6f}".startswith(paid)


def test_derives_partial_bids_pay_their_share() -> None:
    assert Fraction(1, 10) * Fraction(9, 10) * 300 == 27
    assert Fraction(3, 10) * Fraction(8, 10) * 6000 == 1440
    assert f"{float(restoring_fraction(5640, 11_200, 800_000, 1440)):.8f}" == "0.53667954"


@pytest.mark.parametrize(("preset", "count"), SHORT_OF, ids=lambda x: getattr(x, "name", ""))
def test_the_slice_restores_the_target_while_one_step_less_does_not(preset, count: int) -> None:
    rng = random.Random(f"{preset.name} slices")
    parts = 0
    for _ in range(count):
        report = margin(*short_case(rng, preset))
        terms = random_terms(rng, report)
        found = smallest_slice(report, terms)
        parts += found.fraction < FRACTION_ONE

        assert found.restores
        assert found.minimal
        assert found.improves
        assert found.valid
        if report.nav > terms.reserved:
            assert not found.one_step_less.restores
            assert not found.one_step_less.valid

    assert parts > count // 3


def test_the_margin_of_the_remainder_is_that_of_its_book() -> None:
    rng = random.Random(5)
    for _ in range(20):
        book, snapshot = short_case(rng, TINY, Fraction(4, 5))
        found = smallest_slice(margin(book, snapshot), Terms(900_000, 0, 11_000))
        anew = margin(found.remainder, snapshot)

        assert anew.excess_unreduced(11_000) == found.left.excess_unreduced(11_000) >= 0
        assert commitment(anew.book) == commitment(found.remainder)


@pytest.mark.parametrize("fraction", [1, 2, 333_333, 500_000, 999_999, FRACTION_ONE])
def test_nothing_is_lost_between_lot_and_remainder(fraction: int) -> None:
    rng = random.Random(fraction)
    for _ in range(30):
        book, snapshot = short_case(rng, SMALL, Fraction(rng.randrange(-20, 99), 100))
        report = margin(book, snapshot)
        terms = random_terms(rng, report)
        taken = Slice(report, terms, fraction)
        lot, rest = taken.lot(8, 1, 1 << 200, top_up=17), taken.remainder

        assert lot.cash + rest.cash == book.cash + taken.price + 17
        assert lot.base + rest.base == book.base
        assert lot.perp + rest.perp == book.perp
        assert lot.perp_entry + rest.perp_entry == book.perp_entry
        for old, sold, kept in zip(book.slots, lot.slots, rest.slots, strict=True):
            assert (sold.call + kept.call, sold.put + kept.put) == (old.call, old.put)
            assert {(s.expiry, s.strike) for s in (old, sold, kept)} == {(old.expiry, old.strike)}
            for whole, part in ((old.call, sold.call), (old.put, sold.put)):
                assert 0 <= part * (1 if whole >= 0 else -1) <= abs(whole) * fraction / FRACTION_ONE
        assert (rest.account, rest.version) == (book.account, book.version + 1)


def test_the_price_is_rounded_up_against_the_winner() -> None:
    rng = random.Random(6)
    for _ in range(50):
        report = margin(*short_case(rng, TINY, Fraction(1, 2)))
        taken = Slice(report, random_terms(rng, report), rng.randrange(1, FRACTION_ONE + 1))
        exact = Fraction(taken.terms.discount * taken.fraction, FRACTION_ONE**2)
        exact *= Fraction(taken.for_sale_unreduced, VALUE)

        assert 0 <= taken.price - exact < 1
        assert taken.perp_entry >= Fraction(taken.fraction * report.book.perp_entry, FRACTION_ONE)


def test_a_worthless_account_goes_whole_for_nothing_with_its_exact_deficit() -> None:
    rng = random.Random(7)
    for share in (Fraction(0), Fraction(-1, 1000), Fraction(-3, 2)):
        report = margin(*short_case(rng, TINY, share))
        report = margin(replace(report.book, cash=report.book.cash - 1), report.snapshot)
        found = smallest_slice(report, Terms(950_000, 0, 11_000))

        assert (found.fraction, found.price) == (FRACTION_ONE, 0)
        assert found.deficit == -report.nav if report.nav_unreduced % VALUE == 0 else True
        assert 0 <= found.deficit * VALUE + report.nav_unreduced < VALUE
        assert not replace(found, fraction=FRACTION_ONE - 1).valid


def test_an_account_worth_its_reserve_goes_whole_for_nothing() -> None:
    report = margin(*short_case(random.Random(8), TINY, Fraction(1, 2)))
    reserved = -(-report.nav_unreduced // VALUE)
    found = smallest_slice(report, Terms(950_000, reserved, 11_000))

    assert (found.fraction, found.price, found.deficit) == (FRACTION_ONE, 0, 0)
    assert found.remainder.cash == reserved
    assert found.valid


def test_a_healthy_account_is_not_sliced() -> None:
    book, snapshot = short_case(random.Random(9), TINY, Fraction(1, 2))
    healthy = replace(book, cash=book.cash - margin(book, snapshot).excess(BPS))
    with pytest.raises(BookError, match="excess: got 0, must be below 0"):
        smallest_slice(margin(healthy, snapshot), Terms(900_000))
    with pytest.raises(InputError, match="must be above the account's present level"):
        smallest_slice(margin(book, snapshot), Terms(900_000, 0, 0))


def test_a_bid_for_less_reaches_a_lower_target_with_a_smaller_slice() -> None:
    report = margin(*short_case(random.Random(10), SMALL, Fraction(1, 2)))
    slices = [smallest_slice(report, Terms(900_000, 0, t)) for t in (6_000, 8_000, BPS, 11_000)]

    assert [s.fraction for s in slices] == sorted({s.fraction for s in slices})
    assert all(s.valid for s in slices)


@pytest.mark.parametrize(
    "numbers", [(-1, 0, 0), (FRACTION_ONE + 1, 0, 0), (0, -1, 0), (0, 1 << 63, 0), (0, 0, 20_001)]
)
def test_terms_out_of_range_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="must be at least 0 and at most"):
        Terms(*numbers)


@given(
    nav=st.integers(1, 10**12),
    more=st.integers(1, 10**12),
    discount=st.integers(0, FRACTION_ONE),
    share=st.fractions(0, 1),
)
def test_the_fraction_restores_exactly_in_real_numbers(
    nav: int, more: int, discount: int, share: Fraction
) -> None:
    reserved = int(share * (nav - 1))
    f = restoring_fraction(nav, nav + more, discount, reserved)
    d = Fraction(discount, FRACTION_ONE)

    assert 0 < f <= 1
    assert nav - f * (nav - reserved) * (1 - d) == (1 - f) * (nav + more) or f == 1


def test_a_slot_of_dust_stays_with_the_owner() -> None:
    book, snapshot = short_case(random.Random(11), TINY, Fraction(1, 2))
    while not book.slots:
        book, snapshot = short_case(random.Random(12), TINY, Fraction(1, 2))
    dust = replace(book, slots=(Slot(book.slots[0].expiry, book.slots[0].strike, 1, -1),))
    taken = Slice(margin(dust, snapshot), Terms(0), FRACTION_ONE - 1)

    assert (taken.slots[0].call, taken.slots[0].put) == (0, 0)
    assert taken.remainder.slots == dust.slots
