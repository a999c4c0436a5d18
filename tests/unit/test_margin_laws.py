# SPDX-License-Identifier: Apache-2.0
"""Laws that the integer margin obeys under any valid snapshot, exactly unless said otherwise."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from random_market import random_book, random_case, random_snapshot, shrunk
from unit.integer_markets import case_of, scaled

from zkmargin.book import Book, Slot
from zkmargin.margin import ONE, VALUE, margin
from zkmargin.presets import TINY
from zkmargin.snapshot import Snapshot
from zkmargin.snapshot_rules import validate
from zkmargin.units import BPS, LEVEL_MAX, RATE_BITS, RATE_ONE

SEEDS = st.integers(0, 2**64)
LEVELS = st.integers(0, LEVEL_MAX)
law = settings(max_examples=50, deadline=None)


def joined(one: Book, other: Book) -> Book:
    """Both books in one account, every slot kept."""
    names = ("cash", "base", "perp", "perp_entry")
    sums = {name: getattr(one, name) + getattr(other, name) for name in names}
    return replace(one, **sums, slots=one.slots + other.slots)


def at_par(snapshot: Snapshot) -> Snapshot:
    """The same market with cash at face value, whatever its sign."""
    return replace(snapshot, header=replace(snapshot.header, credit=RATE_ONE, debit=RATE_ONE))


def halves(slot: Slot, rng: random.Random) -> tuple[Slot, Slot]:
    """Two slots at one strike that add up to this one, of either sign."""
    call, put = (rng.randint(-abs(size), abs(size)) for size in (slot.call, slot.put))
    rest = replace(slot, call=slot.call - call, put=slot.put - put)
    return replace(slot, call=call, put=put), rest


def two_books(seed: int) -> tuple[Book, Book, Snapshot]:
    rng = random.Random(seed)
    snapshot = at_par(random_snapshot(rng, 2, rng.randrange(1, 5)))
    pair = (random_book(rng, snapshot, rng.randrange(4), 3) for _ in range(2))
    one, other = (scaled(shrunk(book, snapshot), 1, 4) for book in pair)
    return one, other, snapshot


@law
@given(SEEDS)
def test_a_random_snapshot_is_valid(seed: int) -> None:
    validate(random_case(random.Random(seed), TINY)[1])


@law
@given(SEEDS, st.integers(0, 10**15), LEVELS)
def test_extra_cash_raises_excess_by_itself(seed: int, more: int, level: int) -> None:
    book, snapshot = case_of(seed)
    before = margin(book, at_par(snapshot))
    after = margin(replace(book, cash=book.cash + more), at_par(snapshot))

    assert after.excess(level) == before.excess(level) + more
    assert after.mmr == before.mmr


@law
@given(SEEDS, st.integers(0, 10**15))
def test_extra_cash_counts_at_the_credit_rate(seed: int, more: int) -> None:
    book, snapshot = case_of(seed)
    book = replace(book, cash=abs(book.cash))
    before = margin(book, snapshot).nav_unreduced
    after = margin(replace(book, cash=book.cash + more), snapshot).nav_unreduced

    assert (after - before) << RATE_BITS == more * snapshot.header.credit * VALUE


@law
@given(SEEDS)
def test_a_split_strike_never_lowers_the_requirement(seed: int) -> None:
    book, snapshot = case_of(seed)
    parts = (part for slot in book.slots for part in halves(slot, random.Random(seed)))
    split = replace(book, slots=tuple(parts))
    merged, apart = margin(book, snapshot), margin(split, snapshot)

    assert apart.nav_unreduced == merged.nav_unreduced
    assert apart.scan == merged.scan
    assert apart.static >= merged.static
    assert apart.excess_unreduced(BPS) <= merged.excess_unreduced(BPS)


@law
@given(SEEDS)
def test_the_order_of_slots_changes_nothing(seed: int) -> None:
    book, snapshot = case_of(seed)
    turned = replace(book, slots=book.slots[::-1])

    assert margin(turned, snapshot).excess(BPS) == margin(book, snapshot).excess(BPS)


@law
@given(SEEDS)
def test_merging_two_accounts_never_raises_any_loss(seed: int) -> None:
    one, other, snapshot = two_books(seed)
    apart = [margin(book, snapshot) for book in (one, other)]
    together = margin(joined(one, other), snapshot)

    for name in ("basis", "scan", "static", "requirement", "mmr", "reserve_unreduced"):
        assert getattr(together, name) <= sum(getattr(report, name) for report in apart)


@law
@given(SEEDS)
def test_nav_of_two_accounts_is_the_sum(seed: int) -> None:
    one, other, snapshot = two_books(seed)
    apart = (margin(book, snapshot).nav_unreduced for book in (one, other))

    assert margin(joined(one, other), snapshot).nav_unreduced == sum(apart)


@law
@given(SEEDS, st.integers(2, 4))
def test_the_requirement_is_homogeneous_but_for_its_roundings(seed: int, times: int) -> None:
    """Every expiry's loss, counted up to four times, then basis, scan, charges, MMR."""
    book, snapshot = case_of(seed)
    once, many = margin(book, snapshot), margin(scaled(book, times), snapshot)
    roundings = 4 * len(book.expiries) + 4

    assert many.nav_unreduced == times * once.nav_unreduced
    assert many.reserve_unreduced == times * once.reserve_unreduced
    assert times * (once.mmr - roundings) <= many.mmr <= times * once.mmr


@law
@given(SEEDS, LEVELS, LEVELS)
def test_excess_never_rises_with_the_level(seed: int, one: int, other: int) -> None:
    report = margin(*case_of(seed))
    low, high = sorted((one, other))

    assert report.excess_unreduced(high) <= report.excess_unreduced(low)


@law
@given(SEEDS)
def test_a_long_call_against_a_short_put_is_a_forward(seed: int) -> None:
    """Parity is exact, in every scenario: Q C - put (F - K) with Q = 0."""
    book, snapshot = case_of(seed)
    slots = tuple(replace(s, put=-s.call) for s in book.slots)
    forward = {row.expiry: row.forward for row in snapshot.rows}
    report = margin(replace(book, cash=0, base=0, perp=0, perp_entry=0, slots=slots), snapshot)
    worth = sum(s.call * (forward[s.expiry] - s.strike) for s in slots)

    assert report.nav_unreduced == ONE * worth
    live = [s for s in report.slots if not s.row.settled]
    for scenario in snapshot.params.scenarios:
        moved = sum(s.slot.call * s.row.forward * (scenario.multiplier - BPS) for s in live)
        assert report.pnl_unreduced(scenario) == scenario.weight * ONE * moved
    assert (report.reserve, report.contingencies["naked"], report.contingencies["vega"]) == (
        0,
        0,
        0,
    )


@law
@given(SEEDS)
def test_puts_differ_from_calls_by_the_forward_less_the_strike(seed: int) -> None:
    book, snapshot = case_of(seed)
    forward = {row.expiry: row.forward for row in snapshot.rows}
    calls = replace(book, slots=tuple(replace(s, put=0) for s in book.slots))
    puts = replace(book, slots=tuple(replace(s, call=0, put=s.call) for s in book.slots))
    worth = sum(s.call * (forward[s.expiry] - s.strike) for s in book.slots)
    difference = margin(calls, snapshot).nav_unreduced - margin(puts, snapshot).nav_unreduced

    assert difference == ONE * worth


@law
@given(SEEDS)
def test_a_settled_strike_moves_in_no_scenario(seed: int) -> None:
    book, snapshot = case_of(seed)
    settled = {row.expiry for row in snapshot.rows if row.settled}
    alive = replace(book, slots=tuple(s for s in book.slots if s.expiry not in settled))
    with_them, without = margin(book, snapshot), margin(alive, snapshot)

    assert with_them.mmr == without.mmr
    assert with_them.pnl == without.pnl


@law
@given(SEEDS)
def test_the_worst_scenario_is_the_smallest_gain(seed: int) -> None:
    report = margin(*case_of(seed))
    losses = {
        **{name: -gain for name, gain in report.pnl.items()},
        "basis": report.basis,
        "none": 0,
    }

    assert report.scan == max(losses.values())
    assert losses[report.worst_scenario] == report.scan


@law
@given(SEEDS)
def test_the_contingencies_add_up_to_the_static_part(seed: int) -> None:
    report = margin(*case_of(seed))
    total = sum(report.contingencies.values())

    assert report.static <= total < report.static + len(report.contingencies)
