# SPDX-License-Identifier: Apache-2.0
"""The integer margin against the oracle, published margins of venues, a textbook's array."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.integer_markets import CLOCK, SECRET, case_of, grid, quote, size, snapshot
from unit.pmrm_v1 import CASES, Case, expiry_row, number, published

from zkmargin.book import Book, Slot
from zkmargin.documents.params_document import load_params
from zkmargin.margin import SHOCKED, WEIGHTED, MarginReport, margin
from zkmargin.oracle import REAL, RealBook, RealMarket, evaluate
from zkmargin.params import RiskParams, Scenario, VolLaw
from zkmargin.snapshot_rules import live_row, svi_from_real
from zkmargin.units import BPS, GROSS_BOUND, LEVEL_MAX, QUOTE, SIZE

SEEDS = st.integers(0, 2**64)
law = settings(max_examples=50, deadline=None)
SAME_RULES = (1, 13, 14, 15, 16, 17, 20)  # no static discount, no fixed part of the forward
DERIVE = load_params("derive_grid_test")


def in_quote(unreduced: int, unit: int) -> REAL.mpf:
    return REAL.mpf(unreduced) / (unit * QUOTE)


@law
@given(SEEDS, st.integers(0, LEVEL_MAX))
def test_excess_falls_short_of_the_exact_margin_by_no_more_than_the_reserve_allows(
    seed: int, level: int
) -> None:
    """The promise to the venue below, the promise to the account above, against the oracle."""
    book, snapshot = case_of(seed)
    report = margin(book, snapshot)
    exact = evaluate(RealMarket.from_snapshot(snapshot), RealBook.from_book(book))
    slack = exact.excess(REAL.mpf(level) / BPS) - in_quote(report.excess_unreduced(level), WEIGHTED)
    reserve = in_quote(report.reserve_unreduced, SHOCKED)
    roundings = REAL.mpf(2 * (4 * len(book.expiries) + 4)) / QUOTE
    noise = REAL.mpf(10) ** -40 * (
        exact.leg_gross + abs(exact.nav)
    )  # of the oracle's own 50 digits

    assert -noise <= slack <= 2 * reserve + roundings + noise


@law
@given(SEEDS)
def test_gross_is_what_the_oracle_counts(seed: int) -> None:
    book, snapshot = case_of(seed)
    exact = evaluate(RealMarket.from_snapshot(snapshot), RealBook.from_book(book)).leg_gross
    counted = REAL.mpf(margin(book, snapshot).gross) / 10**16

    assert abs(counted - exact) <= exact * REAL.mpf(10) ** -40
    assert counted <= GROSS_BOUND / QUOTE


def in_units(text: object, unit: int) -> int:
    return int(REAL.nint(REAL.mpf(text) * unit))


def derive_report(case: Case) -> MarginReport:
    """One published case: prices, perps and cash in units of 1e-6, the surface in integers."""
    rows, at = [], {}
    for feed in case["feeds"]:
        real, expiry = expiry_row(feed), CLOCK + int(feed["seconds"])
        svi = real.total_variance
        integers = svi_from_real(svi.a, svi.b, svi.b_rho / svi.b, svi.m, REAL.sqrt(svi.sigma_sq))
        rows.append(live_row(expiry, in_units(real.forward, QUOTE), integers, DERIVE, CLOCK))
        at[feed["seconds"]] = expiry
    perps, mark = number(case, "perps"), in_units(number(case, "perp"), QUOTE)
    funding = in_units(number(case, "unrealised_funding"), QUOTE)
    market = snapshot(
        *sorted(rows, key=lambda row: row.expiry),
        params=DERIVE,
        index=in_units(number(case, "spot"), QUOTE),
        perp_mark=mark,
        cumulative_funding=-funding,
    )
    entry = perps * mark - in_units(number(case, "unrealised_perp_pnl"), QUOTE)
    cash, base, perp = (in_units(number(case, name), QUOTE) for name in ("cash", "base", "perps"))
    return margin(Book(1, 1, cash, base, perp, int(entry), slots_of(case, at), SECRET), market)


def slots_of(case: Case, at: dict[str, int]) -> tuple[Slot, ...]:
    """The listed options, the call with the put of one strike: they are charged net."""
    sizes: dict[tuple[int, int], dict[str, int]] = {}
    for option in case["options"]:
        held = sizes.setdefault((at[option["seconds"]], in_units(option["strike"], QUOTE)), {})
        held[option["type"]] = in_units(option["quantity"], SIZE)
    return tuple(Slot(*key, held.get("C", 0), held.get("P", 0)) for key, held in sizes.items())


@pytest.mark.parametrize("name", SAME_RULES)
def test_the_margin_is_that_of_derive_where_the_rules_are_the_same(name: int) -> None:
    """Published: NAV less the requirement. We add a reserve and round basis factors up to bps."""
    report = derive_report(CASES[name])
    without_reserve = report.excess_unreduced(BPS) + report.reserve_unreduced * BPS
    expected = published(CASES[name], "maintenance_margin")
    allowed = in_quote(report.reserve_unreduced, SHOCKED)
    allowed += REAL.mpf(sum(report.basis_losses.values())) / BPS / QUOTE + REAL.mpf(4) / QUOTE

    assert abs(in_quote(without_reserve, WEIGHTED) - expected) <= allowed


@pytest.mark.parametrize("name", CASES)
def test_nav_is_the_published_mark_to_market(name: int) -> None:
    report = derive_report(CASES[name])
    expected = published(CASES[name], "mark_to_market")
    allowed = in_quote(report.reserve_unreduced, SHOCKED) + REAL.mpf(10) / QUOTE

    assert abs(REAL.mpf(report.nav) / QUOTE - expected) <= allowed


# L. G. McMillan, Options as a Strategic Investment, pages 668 to 671: a future of price scan range
# 10,000 in 16 scenarios; the extreme moves count 35 % of twice the range, and vol moves nothing.
SPAN_FUTURE = (0, 3_330, -3_330, 6_670, -6_670, 10_000, -10_000)


@pytest.mark.parametrize("contracts", [1, -1])
def test_a_future_is_scanned_as_the_span_array_says(contracts: int) -> None:
    """On a notional of 100,000 the array's profits are multiples of one basis point."""
    steps = [profit // 10 for profit in SPAN_FUTURE]
    tails = tuple(Scenario(f"x{m}", BPS + m, "none", 3_500) for m in (2_000, -2_000))
    params = RiskParams("span", (*grid(*steps, modes=("up", "down")), *tails), VolLaw(0, 0))
    price = quote("100000")
    market = snapshot(params=params, index=price, perp_mark=price)
    report = margin(Book(1, 1, 0, 0, contracts * size("1"), 0, (), SECRET), market)
    array = {f"{step} {mode}": 10 * step for step in steps for mode in ("up", "down")}
    array |= {"x2000": 7_000, "x-2000": -7_000}

    assert report.pnl == {name: contracts * profit * QUOTE for name, profit in array.items()}
    assert report.scan == quote("10000")


def test_a_future_is_charged_as_in_the_dederi_example() -> None:
    """wiki.dederi.io: long 10 futures at 2253.2, moves of 3 %, contingency 0.6 % of the index."""
    moves = [300 * n for n in range(-5, 6) if n]
    scenarios = grid(*moves[:5], modes=("up",)) + grid(*moves[5:], modes=("down",))
    params = RiskParams("dederi", scenarios, VolLaw(0, 0), perp_pct=60)
    market = snapshot(params=params, index=quote("2243.3"), perp_mark=quote("2253.2"))
    report = margin(Book(1, 1, 0, 0, size("10"), quote("22532"), (), SECRET), market)
    gains = sorted(round(gain / QUOTE) for gain in report.pnl.values())

    assert gains == [-3380, -2704, -2028, -1352, -676, 676, 1352, 2028, 2704, 3380]
    assert report.contingencies["perp"] == quote("134.598")
    assert report.nav == 0
