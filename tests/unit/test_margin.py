# SPDX-License-Identifier: Apache-2.0
"""The margin of small accounts, worked by hand in decimal numbers (M4 to M9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.integer_markets import (
    BARE,
    MONTH,
    PARAMS,
    book,
    market,
    quote,
    size,
    snapshot,
)

from zkmargin.book import Book
from zkmargin.errors import BookError
from zkmargin.margin import healthy, margin
from zkmargin.params import Scenario
from zkmargin.units import BPS, LEVEL_MAX, RATE_ONE

NO_OPTIONS = snapshot()  # index 100, perp mark 101, moves of 5 and 15 %


def perp_case(**holdings: int) -> Book:
    held = {"cash": quote("50"), "perp": size("2"), "perp_entry": quote("200")}
    return book(**(held | holdings))


def test_a_long_perp_pays_mark_less_funding_less_entry() -> None:
    """50 + 2 (101 - 0.5) - 200."""
    report = margin(perp_case(), snapshot(cumulative_funding=quote("0.5")))

    assert report.nav == quote("51")


def test_a_perp_is_charged_its_worst_move_at_the_mark_but_its_percentages_at_the_index() -> None:
    """Scan 2 * 101 * 15 %, perp 2 * 100 * 2 %, hedge 2 * 100 * 0.05 %; phi 0.9."""
    report = margin(perp_case(), NO_OPTIONS)

    assert report.scan == quote("30.3")
    assert report.contingencies["perp"] == quote("4")
    assert report.contingencies["hedge"] == quote("0.1")
    assert report.mmr == quote("30.96")


@pytest.mark.parametrize(
    ("level", "excess"), [(0, "52"), (BPS, "21.04"), (15_000, "5.56"), (LEVEL_MAX, "-9.92")]
)
def test_excess_is_nav_less_level_times_requirement(level: int, excess: str) -> None:
    report = margin(perp_case(), NO_OPTIONS)

    assert report.excess(level) == quote(excess)
    assert healthy(report, level) == (report.excess(level) >= 0)


@pytest.mark.parametrize(("cash", "enough"), [("28.96", True), ("28.959999", False)])
def test_an_account_is_healthy_to_the_last_millionth(cash: str, enough: bool) -> None:
    """NAV 30.96 meets the requirement exactly."""
    assert healthy(margin(perp_case(cash=quote(cash)), NO_OPTIONS), BPS) == enough


@pytest.mark.parametrize("level", [-1, LEVEL_MAX + 1])
def test_a_level_beyond_twice_the_requirement_is_refused(level: int) -> None:
    with pytest.raises(BookError, match=f"level: got {level}, must be between 0 and 20000 bps"):
        healthy(margin(book(), NO_OPTIONS), level)


def test_a_short_perp_loses_when_the_price_rises() -> None:
    report = margin(perp_case(perp=-size("2"), perp_entry=-quote("200")), NO_OPTIONS)

    assert report.nav == quote("48")
    assert report.worst_scenario == "1500 none"
    assert report.scan == quote("30.3")


def test_spot_collateral_is_worth_the_index() -> None:
    """3 * 100; scan 45, base 9, hedge 0.15, phi 0.9."""
    report = margin(book(base=size("3")), NO_OPTIONS)

    assert report.nav == quote("300")
    assert (report.scan, report.static) == (quote("45"), quote("9.15"))
    assert report.mmr == quote("48.735")


def test_a_short_perp_hedges_spot_collateral() -> None:
    """The scan nets 100 against 101 a contract, but both are charged."""
    report = margin(book(base=size("1"), perp=-size("1")), NO_OPTIONS)

    assert report.scan == quote("0.15")
    assert report.contingencies["hedge"] == 0
    assert report.static == quote("5")


@pytest.mark.parametrize(
    ("cash", "nav"), [("1000", "750"), ("-1000", "-1250"), ("0", "0"), ("0.000004", "0.000003")]
)
def test_cash_is_worth_its_credit_or_its_debit_rate(cash: str, nav: str) -> None:
    rates = snapshot(credit=3 * RATE_ONE // 4, debit=5 * RATE_ONE // 4)

    assert margin(book(cash=quote(cash)), rates).nav == quote(nav)


def test_a_fraction_of_a_unit_is_taken_from_the_account() -> None:
    """A debt of one unit at a rate just above 1 is two units; a credit below 1 is nothing."""
    rates = snapshot(credit=RATE_ONE - 1, debit=RATE_ONE + 1)

    assert margin(book(cash=-1), rates).nav == -2
    assert margin(book(cash=1), rates).nav == 0


def test_an_empty_book_needs_nothing() -> None:
    report = margin(book(), market())

    assert (report.nav, report.mmr, report.reserve, report.gross) == (0, 0, 0, 0)
    assert report.worst_scenario == "none"
    assert healthy(report, LEVEL_MAX)


def test_cash_alone_needs_nothing() -> None:
    assert margin(book(cash=5), market()).mmr == 0


def test_a_weight_cuts_the_loss_of_a_tail() -> None:
    tail = Scenario("tail", 5_000, "none", 2_500)
    report = margin(book(perp=size("1")), snapshot(params=replace(BARE, scenarios=(tail,))))

    assert report.pnl == {"tail": -quote("12.625")}  # 101 * 50 % / 4
    assert report.scan == quote("12.625")


def test_only_scenarios_with_a_weight_are_scanned() -> None:
    """The basis shocks are priced, but move no perp."""
    report = margin(book(perp=size("1")), snapshot(params=BARE))

    assert report.pnl == {}
    assert report.scan == 0


@pytest.mark.parametrize(("perp", "fits"), [("3", True), ("-3", True), ("3.000001", False)])
def test_gross_is_held_to_the_bound_of_the_venue(perp: str, fits: bool) -> None:
    small = snapshot(params=replace(PARAMS, max_gross=quote("303")))
    if fits:
        assert margin(book(perp=size(perp)), small)
    else:
        with pytest.raises(BookError, match=r"^gross: got 304, must be at most 303 quote"):
            margin(book(perp=size(perp)), small)


def test_phi_scales_the_whole_requirement() -> None:
    held = book((MONTH, "100", "-1", "2"), perp=size("1"))
    whole, half = (margin(held, market(replace(PARAMS, phi=phi))) for phi in (BPS, BPS // 2))

    assert whole.mmr == whole.requirement
    assert half.mmr == -(-whole.mmr // 2)
