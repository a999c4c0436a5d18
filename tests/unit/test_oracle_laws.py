# SPDX-License-Identifier: Apache-2.0
"""Laws that N, Black-76 and the requirement obey at any input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_markets import CHARGED, GRID, TINY, book, d1, d2, expiry, market, real

from zkmargin.oracle import (
    REAL,
    RealBook,
    RealSlot,
    black76_call,
    evaluate,
    normal_cdf,
    normal_density,
)

SIZES = st.integers(-9, 9)
SLOTS = st.tuples(st.sampled_from(["jun", "sep"]), st.sampled_from([80, 100, 125]), SIZES, SIZES)
BOOKS = st.builds(
    lambda slots, cash, base, perp, entry: book(
        *slots, cash=cash, base=base, perp=perp, perp_entry=entry
    ),
    st.lists(SLOTS, max_size=2),
    st.integers(-500, 500),
    st.integers(0, 9),
    SIZES,
    st.integers(-500, 500),
)
PRICES = st.integers(1, 10**6).map(lambda cents: real(cents) / 100)
VOLS = st.integers(1, 4000).map(lambda bps: real(bps) / 1000)


def joined(first: RealBook, second: RealBook) -> RealBook:
    """Both books in one account; equal strikes are netted into one slot."""
    sizes: dict[tuple[Any, Any], list[Any]] = {}
    for slot in (*first.slots, *second.slots):
        size = sizes.setdefault((slot.expiry, slot.strike), [0, 0])
        size[0] += slot.call
        size[1] += slot.put
    return RealBook(
        first.cash + second.cash,
        first.base + second.base,
        first.perp + second.perp,
        first.perp_entry + second.perp_entry,
        tuple(RealSlot(*at, *size) for at, size in sizes.items()),
    )


@pytest.mark.parametrize("x", ["0.3", "1", "4.7", "8"])
def test_normal_cdf_is_the_integral_of_the_density(x: str) -> None:
    area = REAL.quad(normal_density, REAL.linspace(0, real(x), 9))

    assert abs(normal_cdf(real(x)) - (real("0.5") + area)) < TINY
    assert abs(normal_cdf(-real(x)) - (real("0.5") - area)) < TINY


@pytest.mark.parametrize("x", [3, 20, 300, 100_000])
def test_the_far_tail_lies_between_the_bounds_of_mills(x: int) -> None:
    tail, ratio = normal_cdf(-real(x)), normal_density(real(x)) / x

    assert ratio * (1 - real(1) / x**2) < tail < ratio
    assert abs(normal_cdf(real(x)) + tail - 1) < TINY


@given(PRICES, PRICES, VOLS)
def test_a_call_less_a_put_is_the_forward_less_the_strike(f: Any, k: Any, s: Any) -> None:
    call, put = black76_call(f, k, s), k * normal_cdf(-d2(f, k, s)) - f * normal_cdf(-d1(f, k, s))

    assert abs(call - put - (f - k)) < TINY * (f + k)


@given(PRICES, PRICES, VOLS)
def test_a_call_lies_between_intrinsic_value_and_the_forward(f: Any, k: Any, s: Any) -> None:
    call = black76_call(f, k, s)

    assert max(f - k, 0) - TINY * (f + k) <= call <= f


@given(PRICES, PRICES, PRICES, VOLS)
def test_a_call_is_convex_in_the_strike(f: Any, low: Any, high: Any, s: Any) -> None:
    middle = black76_call(f, (low + high) / 2, s)
    chord = (black76_call(f, low, s) + black76_call(f, high, s)) / 2

    assert middle <= chord + TINY * (f + low + high)


@given(PRICES, PRICES, VOLS, VOLS)
def test_a_call_never_falls_when_vol_rises(f: Any, k: Any, s: Any, more: Any) -> None:
    assert black76_call(f, k, s + more) >= black76_call(f, k, s) - TINY * (f + k)


@given(PRICES, PRICES)
def test_a_call_without_vol_is_its_intrinsic_value(f: Any, k: Any) -> None:
    assert black76_call(f, k, 0) == max(f - k, 0)


def test_greeks_are_the_derivatives_of_the_value() -> None:
    h = real("1e-12")
    held = book(("jun", 95, 3, -2), ("jun", 120, -1, 4))

    def nav(forward: Any, vol: Any) -> Any:
        return evaluate(market({"jun": expiry(forward, vol, "0.5")}), held).nav

    now = evaluate(market({"jun": expiry(100, "0.3", "0.5")}), held)
    up, down = nav(100 + h, "0.3"), nav(100 - h, "0.3")
    vol_up, vol_down = nav(100, real("0.3") + h), nav(100, real("0.3") - h)

    assert abs(now.delta - (up - down) / (2 * h)) < real("1e-22")
    assert abs(now.gamma - (up - 2 * now.nav + down) / h**2) < real("1e-20")
    assert abs(now.vega - (vol_up - vol_down) / (2 * h)) < real("1e-20")


@settings(max_examples=30, deadline=None)
@given(BOOKS, BOOKS)
def test_merging_two_accounts_never_raises_the_requirement(one: RealBook, two: RealBook) -> None:
    together = evaluate(CHARGED, joined(one, two)).mmr
    apart = evaluate(CHARGED, one).mmr + evaluate(CHARGED, two).mmr

    assert together <= apart + TINY * 10**4


@settings(max_examples=20, deadline=None)
@given(BOOKS, st.integers(2, 50))
def test_nav_and_requirement_are_homogeneous(held: RealBook, times: int) -> None:
    slots = (replace(s, call=times * s.call, put=times * s.put) for s in held.slots)
    holdings = (times * n for n in (held.cash, held.base, held.perp, held.perp_entry))
    once, many = evaluate(CHARGED, held), evaluate(CHARGED, RealBook(*holdings, tuple(slots)))

    assert abs(many.nav - times * once.nav) < TINY * 10**6
    assert abs(many.mmr - times * once.mmr) < TINY * 10**6


@settings(max_examples=30, deadline=None)
@given(BOOKS)
def test_a_split_strike_never_lowers_the_requirement(held: RealBook) -> None:
    halves = tuple(
        part
        for s in held.slots
        for part in (
            RealSlot(s.expiry, s.strike, s.call, 0),
            RealSlot(s.expiry, s.strike, 0, s.put),
        )
    )
    split, merged = replace(held, slots=halves), joined(held, book())

    assert evaluate(CHARGED, split).mmr >= evaluate(CHARGED, merged).mmr - TINY * 10**4
    assert abs(evaluate(CHARGED, split).nav - evaluate(CHARGED, merged).nav) < TINY * 10**4


@settings(max_examples=20, deadline=None)
@given(BOOKS, st.integers(0, len(GRID) - 1))
def test_one_more_scenario_never_lowers_the_requirement(held: RealBook, dropped: int) -> None:
    fewer = replace(CHARGED, scenarios=GRID[:dropped] + GRID[dropped + 1 :])

    assert evaluate(fewer, held).mmr <= evaluate(CHARGED, held).mmr
