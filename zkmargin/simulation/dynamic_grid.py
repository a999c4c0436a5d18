# SPDX-License-Identifier: Apache-2.0
"""The rung of the ladder at every point of a path, by the oracle's own integers."""

from __future__ import annotations

from itertools import pairwise

from zkmargin.dynamic_margin import ladder
from zkmargin.market_oracle.realised_variance import ONE, effective, log_return, updated
from zkmargin.market_oracle.rules import VarianceRules
from zkmargin.market_oracle.rung_ladder import step
from zkmargin.params import RiskParams
from zkmargin.simulation.market_path import MarketPath
from zkmargin.units import BPS, QUOTE

MADE_FOR = 8_000  # annual vol that the base set is made for [bps]
RULES = VarianceRules(
    recall=4 * 3_600,
    initial_variance=65 * 65 * ONE // BPS,
    floor=50 * 50 * ONE // BPS,
    stress=150 * 150 * ONE // BPS,
    stress_weight=2_500,
    return_cap=1_000,
    max_step_up=1,
    hold_down=6 * 3_600,
)


def grid_along(
    path: MarketPath, params: RiskParams, rules: VarianceRules = RULES
) -> list[RiskParams]:
    """Risk parameters of every point: those that the moves up to the point before it select."""
    rungs = ladder(params, MADE_FOR)
    registered = [rung.rung for rung in rungs]
    prices = [round(float(spot) * QUOTE) for spot in path.spot]
    place, variance, since = 0, rules.initial_variance, 0
    grid = [params]
    for before, now in pairwise(prices):
        grid.append(rungs[place].params)
        variance = updated(rules, variance, log_return(before, now), path.seconds)
        since += path.seconds
        rung, _ = step(
            registered,
            place,
            effective(rules, variance),
            rules.max_step_up,
            since >= rules.hold_down,
        )
        if rung != place:
            place, since = rung, 0
    return grid
