# SPDX-License-Identifier: Apache-2.0
"""The screen against the specification: the certified bound, and verdicts near the threshold."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from random_market import random_book, random_snapshot
from screen_market import venue_holdings, venue_snapshot

from zkmargin.book import Book, Slot
from zkmargin.engine.holdings import holdings
from zkmargin.engine.screen import Verdict, exact_verdict, resolve, screen
from zkmargin.errors import InputError
from zkmargin.margin import VALUE, WEIGHTED, MarginReport, margin
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, CASH_BOUND, QUOTE, RATE_ONE, SIZE


def _market(rng: random.Random, accounts: int, slots: int = 6) -> tuple[list[Book], Snapshot]:
    snapshot = random_snapshot(rng, rng.choice([1, 2, 3]), rng.randrange(1, 16))
    books = [random_book(rng, snapshot, rng.randrange(slots + 1), 8) for _ in range(accounts)]
    return [b for b in books if exact_verdict(b, snapshot, 0) != Verdict.REFUSED], snapshot


def _on_the_edge(rng: random.Random, report: MarginReport, level: int, bound: float) -> Book | None:
    """The book with cash moved so that its excess is a small part of the bound from zero."""
    target = rng.choice([0, -1, 1, rng.uniform(-1, 1) * bound, rng.uniform(-4, 4) * bound])
    missing = target - report.excess_unreduced(level) // (WEIGHTED // QUOTE) / QUOTE
    wanted = report.book.cash * _rate(report, report.book.cash) + missing
    cash = round(wanted / _rate(report, wanted))
    return replace(report.book, cash=cash) if abs(cash) < CASH_BOUND else None


def _rate(report: MarginReport, cash: float) -> float:
    head = report.snapshot.header
    return (head.debit if cash < 0 else head.credit) / RATE_ONE


def _edge_cases(rng: random.Random, accounts: int, level: int) -> tuple[int, int, int]:
    """Accounts screened, those undecided, and verdicts that differ from the specification."""
    books, snapshot = _market(rng, accounts, slots=rng.choice([1, 2, 6]))
    first = screen(holdings(books), snapshot, level)
    reports = [margin(book, snapshot) for book in books]
    edged = [_on_the_edge(rng, r, level, first.bound[i]) for i, r in enumerate(reports)]
    held = [book for book in edged if book is not None]
    shown = screen(holdings(held), snapshot, level)
    exact = np.array(
        [
            Verdict.HEALTHY if replace(r, book=b).excess_unreduced(level) >= 0 else Verdict.SHORT
            for r, b in zip(reports, edged, strict=True)
            if b is not None
        ]
    )
    decided = shown.verdict != Verdict.UNDECIDED
    return len(held), int((~decided).sum()), int((exact[decided] != shown.verdict[decided]).sum())


@pytest.mark.parametrize("seed", range(6))
def test_the_excess_of_the_specification_is_within_the_bound(seed: int) -> None:
    books, snapshot = _market(random.Random(seed), 40)
    for level in (0, BPS, 2 * BPS):
        shown = screen(holdings(books), snapshot, level)
        for place, book in enumerate(books):
            exact = Fraction(margin(book, snapshot).excess_unreduced(level), WEIGHTED)
            assert abs(Fraction(shown.excess[place]) - exact) <= shown.bound[place]


@pytest.mark.parametrize("seed", range(3))
def test_the_nav_of_the_specification_is_within_its_bound(seed: int) -> None:
    books, snapshot = _market(random.Random(100 + seed), 40)
    shown = screen(holdings(books), snapshot)
    for place, book in enumerate(books):
        exact = Fraction(margin(book, snapshot).nav_unreduced, VALUE)
        assert abs(Fraction(shown.margins.nav[place]) - exact) <= shown.nav_bound[place]


def test_greeks_contingencies_scan_are_those_of_the_specification() -> None:
    books, snapshot = _market(random.Random(8), 60)
    shown = screen(holdings(books), snapshot).margins
    for place, book in enumerate(books):
        report = margin(book, snapshot)
        slack = 5e-7 * shown.notional[place] + shown.rounded_up[place] + 1
        near = {"rel": 1e-6, "abs": float(slack)}
        assert shown.scan[place] == pytest.approx(report.scan, **near)
        assert shown.basis[place] == pytest.approx(report.basis, **near)
        for name, charge in report.contingencies.items():
            assert getattr(shown, f"{name}_charge")[place] == pytest.approx(charge, **near)
        for column, scenario in enumerate(report.pnl):
            gain = shown.pnl[place, column]
            assert gain == pytest.approx(report.pnl[scenario], **near)
        options = sum(abs(slot.net) for slot in book.slots)
        delta = report.net_delta_unreduced / (SIZE << 120)
        assert shown.delta[place] == pytest.approx(delta, rel=1e-6, abs=2e-5 * options / SIZE)


def test_the_worst_scenario_is_named_as_the_specification_names_it() -> None:
    snapshot = venue_snapshot()
    expiry = snapshot.rows[5].expiry
    short_call = Slot(expiry, 3_000 * QUOTE, -5 * SIZE, 0)
    books = [
        Book(1, 1, 90_000 * QUOTE, 0, 0, 0, (short_call,), 1 << 200),
        Book(2, 1, 90_000 * QUOTE, 0, 0, 0, (), 1 << 200),
    ]
    shown = screen(holdings(books), snapshot)
    for place, book in enumerate(books):
        assert shown.worst_scenario(place) == margin(book, snapshot).worst_scenario


def test_no_verdict_differs_on_accounts_moved_to_the_threshold() -> None:
    rng, totals = random.Random(77), np.zeros(3, dtype=int)
    while totals[0] < 2_000:
        totals += _edge_cases(rng, 60, rng.choice([0, BPS, BPS, 2 * BPS]))
    assert totals[2] == 0
    assert 0 < totals[1] < totals[0]  # the cases reach the undecided band, and leave it


@pytest.mark.slow
def test_no_verdict_differs_on_a_hundred_thousand_accounts_at_the_threshold() -> None:
    rng, totals = random.Random(2026), np.zeros(3, dtype=int)
    while totals[0] < 100_000:
        totals += _edge_cases(rng, 400, rng.choice([0, BPS, BPS, 2 * BPS]))
    assert totals[2] == 0


def test_resolving_leaves_no_account_undecided() -> None:
    rng = random.Random(3)
    books, snapshot = _market(rng, 60)
    reports = [margin(book, snapshot) for book in books]
    bound = screen(holdings(books), snapshot).bound
    edged = [_on_the_edge(rng, r, BPS, bound[i]) for i, r in enumerate(reports)]
    held = [book for book in edged if book is not None]
    shown = resolve(screen(holdings(held), snapshot), snapshot, held.__getitem__)
    expected = [exact_verdict(book, snapshot, BPS) for book in held]
    assert shown.verdict.tolist() == expected


def test_a_book_without_margin_is_refused_by_the_specification_alone() -> None:
    snapshot = venue_snapshot()
    far = Slot(snapshot.rows[0].expiry, 1, SIZE, 0)
    unlisted = Slot(snapshot.rows[0].expiry + 1, 3_000 * QUOTE, SIZE, 0)
    books = [Book(1, 1, 0, 0, 0, 0, (slot,), 1 << 200) for slot in (far, unlisted)]
    shown = screen(holdings(books), snapshot)
    assert shown.verdict.tolist() == [Verdict.UNDECIDED] * 2
    settled = resolve(shown, snapshot, books.__getitem__)
    assert settled.verdict.tolist() == [Verdict.REFUSED] * 2


def test_parts_and_threads_do_not_change_a_verdict() -> None:
    snapshot = venue_snapshot()
    for distinct in (False, True):
        books = venue_holdings(20_000, 20, distinct=distinct)
        one, two = (screen(books, snapshot, workers=n) for n in (1, 2))
        assert (one.verdict == two.verdict).all()
        apart = screen(books.apart(), snapshot)
        assert np.allclose(apart.excess, one.excess, rtol=0, atol=one.bound.max())


def test_a_holding_of_nothing_is_on_the_threshold_and_healthy() -> None:
    empty, snapshot = Book(1, 1, 0, 0, 0, 0, (), 1 << 200), venue_snapshot()
    shown = screen(holdings([empty] * 3), snapshot)
    assert shown.verdict.tolist() == [Verdict.UNDECIDED] * 3
    assert resolve(shown, snapshot, lambda _: empty).verdict.tolist() == [Verdict.HEALTHY] * 3
    assert screen(holdings([]), snapshot).verdict.tolist() == []


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="level: got 20001"):
        screen(holdings([]), venue_snapshot(), 20_001)
