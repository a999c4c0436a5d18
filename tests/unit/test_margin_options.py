# SPDX-License-Identifier: Apache-2.0
"""The margin of a few options, worked by hand in decimal numbers (M3 to M8)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.integer_markets import (
    BARE,
    CLOCK,
    EXPIRED,
    MONTH,
    PARAMS,
    YEAR,
    book,
    flat,
    grid,
    live,
    market,
    quote,
    size,
    snapshot,
)

from zkmargin.book import Slot
from zkmargin.errors import BookError, SnapshotError
from zkmargin.margin import margin
from zkmargin.oracle import REAL, black76_call, normal_cdf, normal_density
from zkmargin.params import RiskParams
from zkmargin.snapshot import Snapshot
from zkmargin.snapshot_rules import live_row, settled_row
from zkmargin.units import BPS


def at_the_money(params: RiskParams) -> Snapshot:
    """One expiry, in a year, at 100 with a flat vol of 20 %."""
    row = live_row(YEAR, quote("100"), flat("0.2", YEAR - CLOCK), params, CLOCK)
    return snapshot(row, params=params)


def test_a_call_is_worth_black76() -> None:
    """At the money, 20 % for one year: 100 (2 N(0.1) - 1) = 7.965567455."""
    report = margin(book((YEAR, "100", "1", "0")), at_the_money(BARE))

    assert abs(report.nav - quote("7.965567")) <= 2
    assert abs(report.nav - quote("7.965567")) <= report.reserve


def test_a_call_or_a_put_at_the_money_are_worth_the_same() -> None:
    call, put = (
        margin(book((YEAR, "100", *sizes)), at_the_money(BARE)).nav_unreduced
        for sizes in (("1", "0"), ("0", "1"))
    )

    assert call == put


def test_a_short_call_is_scanned_at_the_moved_price_with_the_moved_vol() -> None:
    """Spot +15 %, vol of one year up by 45 % (30 / 365)^0.13."""
    params = replace(BARE, scenarios=grid(1_500, modes=("up",)))
    report = margin(book((YEAR, "100", "-1", "0")), at_the_money(params))
    vol = REAL.mpf("0.2") * (1 + REAL.mpf("0.45") * (REAL.mpf(30) / 365) ** REAL.mpf("0.13"))
    loss = black76_call(115, 100, vol) - black76_call(100, 100, REAL.mpf("0.2"))

    assert abs(report.scan - loss * 10**6) < report.reserve
    assert report.worst_scenario == "1500 up"


def test_basis_losses_of_two_expiries_are_added() -> None:
    """A synthetic forward long in a month, short in a year: 5 % of 100, then of 103."""
    report = margin(book((MONTH, "90", "1", "-1"), (YEAR, "90", "-1", "1")), market(params=PARAMS))
    factors = [row.basis_factor for row in market().rows[1:]]

    assert report.basis_losses == {MONTH: quote("5"), YEAR: quote("5.15")}
    assert report.basis == -(-(factors[0] * quote("5") + factors[1] * quote("5.15")) // BPS)
    assert report.worst_scenario == "basis"
    assert report.scan == report.basis


def test_an_expiry_that_gains_either_way_offsets_no_basis_loss() -> None:
    """Four calls against six puts are long gamma, flat delta; the other expiry is a forward."""
    forward = (MONTH, "90", "1", "-1")
    alone = margin(book(forward), market())
    report = margin(book(forward, (YEAR, "103", "4", "6")), market())

    assert report.basis_losses == {MONTH: quote("5"), YEAR: 0}
    assert report.basis == alone.basis


def test_options_of_one_expiry_share_its_basis_loss() -> None:
    report = margin(book((MONTH, "90", "1", "-1"), (MONTH, "95", "-1", "1")), market())

    assert report.basis == 0


def test_naked_shorts_are_charged_strike_by_strike_after_netting() -> None:
    """Three calls short against one put long: 2 * 100 * 1 %; the long strike offsets nothing."""
    held = book((MONTH, "100", "-3", "1"), (MONTH, "120", "5", "0"))

    assert margin(held, market()).contingencies["naked"] == quote("2")


def test_hedge_spread_is_charged_on_the_net_delta() -> None:
    report = margin(
        book((YEAR, "100", "1", "2"), perp=-size("1")),
        at_the_money(replace(BARE, hedge_spread=20)),
    )
    delta = 3 * normal_cdf(REAL.mpf("0.1")) - 2 - 1

    assert abs(report.contingencies["hedge"] - abs(delta) * quote("100") * 20 / BPS) < 1


def test_vega_spread_is_charged_on_every_strike() -> None:
    """Long one, short one: the vegas are added, not netted."""
    held = book((YEAR, "100", "1", "0"), (YEAR, "100", "0", "-1"))
    report = margin(held, at_the_money(replace(BARE, vega_spread=100)))
    vega = 2 * 100 * normal_density(REAL.mpf("0.1"))

    assert abs(report.contingencies["vega"] - vega * 10**4) < report.reserve


def test_a_synthetic_forward_has_no_vega() -> None:
    held = book((MONTH, "95", "2", "-2"))

    assert margin(held, market()).contingencies["vega"] == 0
    assert margin(held, market()).reserve == 0


@pytest.mark.parametrize(
    ("strike", "call", "put", "value"),
    [
        ("80", "3", "0", "30"),
        ("80", "0", "3", "0"),
        ("100", "3", "0", "0"),
        ("100", "0", "-3", "-30"),
        ("90", "1", "1", "0"),
        ("70", "-2", "5", "-40"),
    ],
)
def test_a_settled_strike_is_worth_its_intrinsic_value(
    strike: str, call: str, put: str, value: str
) -> None:
    report = margin(book((EXPIRED, strike, call, put)), market())

    assert report.nav == quote(value)


def test_a_settled_strike_needs_only_the_reserve() -> None:
    report = margin(book((EXPIRED, "80", "-3", "1")), market())

    assert (report.mmr, report.gross_vega_unreduced, report.net_delta_unreduced) == (0, 0, 0)
    assert report.reserve > 0


def test_a_settled_call_at_its_strike_is_worth_nothing() -> None:
    """Where the logarithm cannot tell F from K, the price difference is below 2^-31 of F."""
    settlement = 90 * 10**9
    case = snapshot(settled_row(EXPIRED, settlement))
    for strike in (settlement + away for away in (-50, -1, 0, 1, 50)):
        held = replace(book(), slots=(Slot(EXPIRED, strike, size("1"), 0),))

        assert abs(margin(held, case).nav - max(0, settlement - strike)) <= settlement >> 31


def test_the_reserve_grows_with_net_size_times_the_highest_price() -> None:
    """rho = 5 2^-24 of 2 (1.15 * 100 + 95), rounded up."""
    report = margin(book((MONTH, "95", "3", "-1")), market())

    assert report.reserve == -(-5 * quote("420") // 2**24)


def test_gross_counts_both_legs_at_the_highest_price() -> None:
    """4 (1.15 * 100 + 95) + 2 * 101 + 3 * 100."""
    held = book((MONTH, "95", "3", "-1"), perp=-size("2"), base=size("3"))

    assert margin(held, market()).gross == (840 + 202 + 300) * 10**16


def test_an_expiry_that_is_not_listed_is_refused() -> None:
    with pytest.raises(SnapshotError, match=f"expiry: got {MONTH + 1}, is not listed"):
        margin(book((MONTH + 1, "100", "1", "0")), market())


def test_a_strike_is_admitted_within_e_to_the_eighth_of_the_forward() -> None:
    """100 e^-8 is 0.0335463, 100 e^8 is 298,095.7987."""
    for strike in ("0.033547", "298095.798"):
        assert margin(book((MONTH, strike, "1", "0")), market())


@pytest.mark.parametrize("strike", ["0.033546", "298095.799"])
def test_a_strike_further_from_the_forward_is_refused(strike: str) -> None:
    rule = f"^strike: got {quote(strike)}, must be within a factor of e.8 of the forward 100000000"
    with pytest.raises(BookError, match=rule):
        margin(book((MONTH, strike, "1", "0")), market())


@pytest.mark.parametrize(
    ("move", "name"), [(-1_500, "-1500 none"), (-500, "-500 none"), (None, "basis")]
)
def test_the_worst_scenario_is_the_one_that_sets_the_scan(move: int | None, name: str) -> None:
    """A long synthetic forward loses 5 or 15 % in the scan, 90 % of 5 % in the basis."""
    moves = grid(move, 500, modes=("none",)) if move else ()
    params = replace(BARE, scenarios=moves, basis_add=9_000)
    case = snapshot(live(MONTH, "100", "0.6", params), params=params)
    report = margin(book((MONTH, "100", "1", "-1")), case)

    assert report.worst_scenario == name
    assert -report.scan == report.pnl.get(name, -report.basis)
