# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zkmargin.simulation.exposure import Exposure
from zkmargin.simulation.keeper import keepers
from zkmargin.simulation.outcome import Outcome
from zkmargin.simulation.policy import FULL, POOL, Policy, Venue, every_policy
from zkmargin.simulation.run import Run

CROWD = keepers(8, seed=1, capital=400_000.0)


def play(exposure: Exposure, policy: Policy | None = None, venue: Venue | None = None) -> Outcome:
    return Run(exposure, policy or Policy(), venue or Venue(), CROWD, seed=1).play()


def test_there_are_sixteen_policies_and_each_has_a_name_of_its_own() -> None:
    assert len({policy.name for policy in every_policy()}) == 16


def test_the_same_seed_gives_the_same_outcome(crash: Exposure) -> None:
    assert play(crash).to_json() == play(crash).to_json()


def test_a_calm_market_liquidates_nobody(crash: Exposure) -> None:
    calm = replace(crash, nav=np.maximum(crash.nav, 2 * crash.mmr))

    outcome = play(calm)

    assert outcome.liquidations == 0
    assert outcome.risk_seconds == []


def test_partial_liquidation_sells_less_than_full(crash: Exposure) -> None:
    whole, slices = play(crash, Policy(size=FULL)), play(crash)

    assert slices.sold_value < whole.sold_value
    assert slices.liquidations > whole.liquidations


def test_the_pool_takes_lots_until_its_capacity_is_used(crash: Exposure) -> None:
    venue = Venue(pool=50_000.0)

    outcome = play(crash, Policy(buyers=POOL), venue)

    assert 0 < outcome.pool_margin <= venue.pool
    assert play(crash, Policy(buyers=POOL), replace(venue, pool=0.0)).pool_margin == 0


def test_dear_gas_delays_cures(crash: Exposure) -> None:
    cheap = play(crash, venue=Venue(gas=1e5))
    dear = play(crash, venue=Venue(gas=1e8))

    assert dear.liquidations < cheap.liquidations
    assert dear.margin_period_of_risk > cheap.margin_period_of_risk


def test_bad_debt_is_paid_by_the_fund_first_and_by_everybody_after(crash: Exposure) -> None:
    helpless = Policy(notice=9e9)  # nobody ever sells: accounts only sink
    sunk = replace(crash, nav=crash.nav - 2 * crash.mmr[0])
    venue = Venue(insurance=1_000.0)

    outcome = Run(sunk, replace(helpless, notice=0.0), venue, CROWD, seed=1).play()

    assert outcome.bad_debt > 1_000
    assert outcome.insurance_used + outcome.socialised == pytest.approx(outcome.bad_debt, abs=1)
    assert outcome.insurance_used >= 1_000


def test_what_the_liquidated_lose_is_what_others_get(crash: Exposure) -> None:
    """Value given away is keepers' profit, builders' tips and fees: nothing comes from nowhere."""
    exact = Venue(oracle_delay=0.0, depth=1e15)
    frictionless = [
        replace(k, spread=0.0, vega_points=0.0, gas_share=0.0, capital=1e12) for k in CROWD
    ]

    out = Run(crash, Policy(), exact, frictionless, seed=1).play()

    gained = out.keeper_profit + out.builder + out.fees
    assert out.loss_to_liquidated == pytest.approx(gained, rel=1e-6)


def test_an_oracle_that_is_down_leaves_accounts_short_for_longer(crash: Exposure) -> None:
    up, down = play(crash), play(crash, venue=Venue(outage=(0.35, 0.6)))

    assert down.margin_period_of_risk > up.margin_period_of_risk
