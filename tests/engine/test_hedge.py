# SPDX-License-Identifier: Apache-2.0
"""The hedging plan of a lot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from liquidation_market import market, short_put_book

from zkmargin.engine.hedge import HedgeCosts, hedge_plan
from zkmargin.margin import margin
from zkmargin.units import BPS, SIZE


def test_the_hedge_leaves_no_delta() -> None:
    lot = short_put_book(1, 50_000)
    plan = hedge_plan(lot, market(2))
    hedged = replace(lot, perp=lot.perp + plan.trade)
    assert abs(margin(hedged, market(2)).net_delta_unreduced) <= 1 << 120


def test_short_puts_are_hedged_by_selling() -> None:
    plan = hedge_plan(short_put_book(1, 50_000, contracts=10), market(2))
    assert 3 * SIZE < plan.delta < 7 * SIZE
    assert plan.trade == -plan.delta


def test_the_cost_is_spread_and_fee_of_what_is_traded() -> None:
    plan = hedge_plan(short_put_book(1, 50_000), market(2), HedgeCosts(half_spread=4, fee=6))
    notional = abs(plan.trade) * market(2).header.perp_mark / SIZE
    assert plan.cost == pytest.approx(notional * 10 / BPS, abs=1)


def test_a_perp_alone_is_closed_by_its_hedge() -> None:
    lot = replace(short_put_book(1, 50_000, perp=3), slots=())
    plan = hedge_plan(lot, market(2))
    assert plan.trade == -3 * SIZE
    assert plan.mmr_after == 0
    assert plan.lowers_mmr
    assert plan.worthwhile


def test_a_hedge_that_raises_the_requirement_is_not_worthwhile() -> None:
    # A short call and a short put at one strike lose on both sides: a perp only adds its charge.
    straddle = short_put_book(1, 90_000)
    slot = replace(straddle.slots[0], call=straddle.slots[0].put)
    plan = hedge_plan(replace(straddle, slots=(slot,)), market(2))
    assert plan.worthwhile == (plan.mmr_before - plan.mmr_after > plan.cost)
    tiny = hedge_plan(straddle, market(2), HedgeCosts(half_spread=BPS, fee=BPS))
    assert not tiny.worthwhile
