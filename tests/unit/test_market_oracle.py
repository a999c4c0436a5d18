# SPDX-License-Identifier: Apache-2.0
"""The market oracle in Python; tests/contracts compares it with the contract on random events."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from contracts.oracle_steps import FEED, START, VARIANCE
from random_market import random_snapshot

from zkmargin.errors import InputError, OracleRefusal
from zkmargin.market_oracle.circuit_breaker import FOR_EVER, CircuitBreaker, is_far
from zkmargin.market_oracle.market_oracle import MarketOracle
from zkmargin.market_oracle.publication import Publication
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE, ONE
from zkmargin.market_oracle.rung_ladder import Rung

PRICE = 2_000_000_000  # [1e-6 quote]
LADDER = [Rung(ONE, 1001), Rung(4 * ONE, 1002), Rung(MAX_VARIANCE, 1003)]


def publication(oracle: MarketOracle, time: int, index: int = PRICE) -> Publication:
    return Publication(
        epoch=oracle.latest + 1,
        timestamp=time,
        index_time=time,
        perp_time=time,
        surface_time=time,
        index=index,
        perp_mark=index,
        rest=7,
        params_hash=oracle.selected_params,
    )


def oracle_with(*prices: int) -> MarketOracle:
    """An oracle with an epoch a minute from START."""
    oracle = MarketOracle(FEED, VARIANCE, LADDER)
    for minute, price in enumerate(prices):
        time = START + 60 * minute
        oracle.publish(publication(oracle, time, price), time)
    return oracle


def test_the_hash_of_a_publication_is_that_of_its_snapshot(source: random.Random) -> None:
    snapshot = random_snapshot(source, 3, 2)
    head = snapshot.header
    made = Publication(
        epoch=head.epoch,
        timestamp=head.timestamp,
        index_time=0,
        perp_time=0,
        surface_time=0,
        index=head.index,
        perp_mark=head.perp_mark,
        rest=snapshot.rest,
        params_hash=snapshot.params.digest,
    )

    assert made.hash == snapshot.hash


def test_an_epoch_is_usable_against_accounts_once_the_next_is_there() -> None:
    oracle = oracle_with(PRICE, PRICE)

    assert oracle.is_usable_against(1, START + 60)
    assert not oracle.is_usable_against(2, START + 60)
    assert not oracle.is_usable_against(3, START + 60)


def test_a_silent_feed_freezes() -> None:
    oracle = oracle_with(PRICE)

    assert oracle.level(START + FEED.silence) == 0
    assert oracle.level(START + FEED.silence + 1) == 2


def test_a_suspect_epoch_stays_suspect_when_the_governor_resumes() -> None:
    oracle = oracle_with(PRICE, PRICE * 2, PRICE * 2)
    oracle.resume(START + 120)

    assert oracle.level(START + 120) == 0
    assert not oracle.is_usable_against(2, START + 120)
    assert oracle.is_usable_against(1, START + 120)


def test_params_of_another_rung_are_refused_by_the_name_of_the_contracts_error() -> None:
    oracle = oracle_with(PRICE)
    wrong = replace(publication(oracle, START + 60), params_hash=1002)

    with pytest.raises(OracleRefusal, match="params_hash: got 1002, must be 1001") as refusal:
        oracle.publish(wrong, START + 60)
    assert refusal.value.error == "ParamsNotSelected"


def test_old_epochs_are_forgotten() -> None:
    oracle = oracle_with(*[PRICE] * (FEED.history + 1))

    assert oracle.snapshot(1) is None
    assert oracle.snapshot(2) is not None


def test_a_ladder_without_an_end_is_refused() -> None:
    with pytest.raises(InputError, match="ladder"):
        MarketOracle(FEED, VARIANCE, LADDER[:1])


def test_a_breaker_level_holds_before_its_end_and_not_at_it() -> None:
    breaker = CircuitBreaker()
    breaker.hold_until(1, 100)
    breaker.hold_until(2, 50)

    assert [breaker.level_at(time) for time in (49, 50, 99, 100)] == [2, 1, 1, 0]


def test_a_shorter_hold_does_not_cut_a_longer_one() -> None:
    breaker = CircuitBreaker()
    breaker.hold_until(3, FOR_EVER)

    assert breaker.hold_until(3, 100) == FOR_EVER


@pytest.mark.parametrize(("price", "far"), [(103, False), (97, False), (104, True), (96, True)])
def test_a_price_is_far_beyond_the_share_and_not_at_it(price: int, far: bool) -> None:
    assert is_far(price, 100, 300) is far


def test_rules_out_of_range_are_refused() -> None:
    for field, value in {"min_interval": 0, "silence": 29, "caution_deviation": 500}.items():
        with pytest.raises(InputError, match=field):
            replace(FEED, **{field: value})
