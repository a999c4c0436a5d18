# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from zkmargin.simulation.keeper import Keeper, Lot, concentration, impact
from zkmargin.simulation.sale import Bid, dutch_sale, fixed_sale


def keeper(name: str, latency: float = 0.0) -> Keeper:
    return Keeper(name, latency, 1.0, 0.0, 0.0, 1e9, 0.0)


def falling(seconds: float) -> float:
    return 1 - seconds / 1_000


def test_at_a_fixed_discount_the_second_best_sets_what_the_builder_gets() -> None:
    bids = [Bid(keeper("a"), 99.0), Bid(keeper("b"), 97.0), Bid(keeper("c"), 90.0)]

    sold = fixed_sale(bids, 100.0, 0.05, 0.0, 60.0)

    assert sold
    assert (sold.keeper.name, sold.price, sold.builder) == ("a", 95.0, 2.0)


def test_a_falling_price_sells_to_the_first_whom_it_pays_and_leaves_the_builder_little() -> None:
    bids = [Bid(keeper("a"), 99.0), Bid(keeper("b"), 97.0)]

    sold = dutch_sale(bids, 100.0, falling, 0.0, 60.0)

    assert sold
    assert sold.keeper.name == "a"
    assert 97.0 < sold.price < 99.0
    assert sold.builder == 0.0
    assert sold.wait == 12


def test_a_slow_keeper_loses_a_lot_that_it_values_more() -> None:
    bids = [Bid(keeper("fast"), 96.0), Bid(keeper("slow", latency=60.0), 99.0)]

    assert fixed_sale(bids, 100.0, 0.05, 0.0, 60.0).keeper.name == "fast"  # type: ignore[union-attr]


def test_nobody_buys_above_what_a_lot_is_worth_to_them() -> None:
    assert fixed_sale([Bid(keeper("a"), 94.0)], 100.0, 0.05, 0.0, 600.0) is None
    assert dutch_sale([Bid(keeper("a"), 94.0)], 100.0, falling, 0.0, 48.0) is None


def test_a_lot_is_worth_its_value_less_unwinding_gas_and_the_return_asked() -> None:
    lot = Lot(value=1_000.0, margin=500.0, delta=10_000.0, vega=20.0)
    one = Keeper("k", 0.0, gas_share=0.5, spread=1e-3, vega_points=0.5, capital=1e6, wanted=0.02)

    worth = one.worth(lot, depth=1e6, gas=30.0, noise=0.01)

    assert worth == pytest.approx(1_000 - (10 + impact(10_000, 1e6) + 10) - 15 - 0.01 * 500)


def test_concentration_is_one_for_a_monopoly_and_one_nth_for_equals() -> None:
    assert concentration([5.0]) == 1
    assert concentration([2.0] * 8) == pytest.approx(1 / 8)
    assert concentration([]) == 0
