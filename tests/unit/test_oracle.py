# SPDX-License-Identifier: Apache-2.0
"""The oracle, equation by equation (M4 to M9)."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
from real_markets import CHARGED, TINY, book, d1, expiry, market, real

from zkmargin import oracle
from zkmargin.errors import BookError
from zkmargin.oracle import (
    REAL,
    RealScenario,
    RealSlot,
    RealSvi,
    black76_call,
    evaluate,
    normal_cdf,
    normal_density,
)


def test_nav_adds_cash_base_perp_and_options() -> None:
    public = market(index=90, perp_mark=95, cumulative_funding=2, credit="0.8", debit="1.1")
    options = evaluate(public, book(("jun", 110, 2, -1))).nav
    rich = evaluate(public, book(("jun", 110, 2, -1), cash=1000, base=3, perp=4, perp_entry=350))
    poor = evaluate(public, book(cash=-1000))

    assert abs(rich.nav - (800 + 270 + 372 - 350 + options)) < TINY * 1000
    assert abs(poor.nav + 1100) < TINY * 1000


def test_pnl_is_weighted_and_moves_base_by_index_and_perp_by_mark() -> None:
    tail = RealScenario("tail", "0.5", "up", "0.25")
    result = evaluate(market(index=90, perp_mark=95, scenarios=(tail,)), book(base=2, perp=-3))

    assert abs(result.pnl[0] - real("0.25") * real("-0.5") * (180 - 285)) < TINY


@pytest.mark.parametrize(
    ("mode", "floor", "vol"),
    [("none", "0.9", "0.2"), ("up", "0", "0.3"), ("up", "0.9", "0.9"), ("down", "0.9", "0.1")],
)
def test_the_vol_floor_binds_in_up_mode_only(mode: str, floor: str, vol: str) -> None:
    rows = {"jun": expiry(vol_floor=floor)}
    scenario = RealScenario("move", "1.1", mode, 1)
    result = evaluate(market(rows, scenarios=(scenario,)), book(("jun", 105, 1, 0)))
    expected = black76_call(110, 105, real(vol)) - black76_call(100, 105, real("0.2"))

    assert abs(result.pnl[0] - expected) < TINY * 100


def test_a_shock_keeps_the_total_vol_of_the_strike() -> None:
    """Sticky strike: w is taken at ln(K / F), never at ln(K / (m F))."""
    skewed = RealSvi("0.04", "0.1", "-0.05", "0", "0.01")
    rows = {"jun": expiry(total_variance=skewed)}
    scenario = RealScenario("move", "0.8", "none", 1)
    result = evaluate(market(rows, scenarios=(scenario,)), book(("jun", 120, 1, 0)))
    s = REAL.sqrt(skewed(REAL.log(real("1.2"))))

    assert abs(result.pnl[0] - (black76_call(80, 120, s) - black76_call(100, 120, s))) < TINY * 100


def test_basis_losses_of_expiries_are_added_not_netted() -> None:
    """Long forward in June, short in September: the scan nets them, the basis does not."""
    rows = {"jun": expiry(basis_factor="0.3"), "sep": expiry(basis_factor="0.4")}
    result = evaluate(market(rows), book(("jun", 100, 1, -1), ("sep", 100, -1, 1)))

    assert abs(result.basis - (real("0.3") * 5 + real("0.4") * 5)) < TINY * 100
    assert result.scan == result.basis


def test_every_contingency_is_its_formula() -> None:
    public = replace(CHARGED, index=real(90))
    result = evaluate(public, book(("jun", 100, -3, 1), ("jun", 80, 2, 0), base=2, perp=-5))
    delta = -2 * normal_cdf(d1(100, 100, real("0.2"))) - 1
    delta += 2 * normal_cdf(d1(100, 80, real("0.2"))) + 2 - 5
    vega = 200 * normal_density(d1(100, 100, real("0.2")))
    vega += 200 * normal_density(d1(100, 80, real("0.2")))
    charges = result.contingencies

    assert abs(charges.perp - real("0.02") * 5 * 90) < TINY
    assert abs(charges.base - real("0.03") * 2 * 90) < TINY
    assert abs(charges.naked - real("0.01") * 2 * 90) < TINY
    assert abs(charges.hedge - real("0.0005") * 90 * abs(delta)) < TINY
    assert abs(charges.vega - real("0.005") * vega) < TINY * 100
    assert abs(result.mmr - real("0.9") * (result.scan + charges.total)) < TINY * 100


def test_a_settled_expiry_is_worth_its_intrinsic_value_and_carries_no_risk() -> None:
    rows = {"jun": expiry(110, settled=True, basis_factor=1)}
    public = replace(CHARGED, expiries=rows)
    result = evaluate(public, book(("jun", 100, -3, 1), ("jun", 120, 0, -2)))

    assert result.nav == -3 * 10 - 2 * 10
    assert result.mmr == result.delta == result.gamma == result.vega == 0


def test_excess_falls_by_the_requirement_for_each_level() -> None:
    result = evaluate(CHARGED, book(("jun", 100, -1, 0), cash=50))

    assert result.mmr > 0
    assert result.excess(0) == result.nav
    assert abs(result.excess("1.5") - (result.nav - real("1.5") * result.mmr)) < TINY * 100


def test_gross_counts_net_sizes_and_leg_gross_counts_legs() -> None:
    result = evaluate(
        market(scenarios=(RealScenario("up", "1.2", "up", 1),), perp_mark=101),
        book(("jun", 80, 3, -2), base=1, perp=-2),
    )

    assert abs(result.gross - (200 + 100 + 202)) < TINY * 1000
    assert abs(result.leg_gross - (5 * 200 + 100 + 202)) < TINY * 1000


def test_a_slot_without_size_changes_nothing() -> None:
    held = book(("jun", 100, -1, 2), cash=7)
    padded = replace(held, slots=(*held.slots, RealSlot(0, 0, 0, 0)))

    assert evaluate(CHARGED, padded) == evaluate(CHARGED, held)


def test_a_slot_of_an_unlisted_expiry_is_refused() -> None:
    with pytest.raises(BookError, match="the market does not list it"):
        evaluate(CHARGED, book(("dec", 100, 1, 0)))


def test_the_precision_of_the_caller_does_not_matter() -> None:
    held = book(("jun", 105, -2, 1), cash=9)
    expected = evaluate(CHARGED, held)
    with mpmath.workdps(5):
        again = evaluate(replace(CHARGED, phi=mpmath.mpf(1) / 2), held)

    assert again.nav == expected.nav
    assert again.pnl == expected.pnl
    assert oracle.REAL.dps == 50
