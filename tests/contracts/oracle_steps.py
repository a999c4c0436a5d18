# SPDX-License-Identifier: Apache-2.0
"""Random events for the market oracle, boundary times among them."""

from __future__ import annotations

import random
from dataclasses import replace

from zkmargin.market_oracle.market_oracle import MarketOracle
from zkmargin.market_oracle.publication import Publication
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE, ONE
from zkmargin.market_oracle.rules import FeedRules, VarianceRules
from zkmargin.market_oracle.rung_ladder import Rung

START = 1_800_000_000  # [s]
FEED = FeedRules(
    min_interval=30,
    max_delay=120,
    index_heartbeat=180,
    perp_heartbeat=900,
    surface_heartbeat=1200,
    silence=300,
    twap_window=1800,
    caution_deviation=100,
    freeze_deviation=400,
    freeze_basis=300,
    halt_jump=1000,
    caution_time=200,
    freeze_time=400,
    halt_time=900,
    timelock=60,
    history=24,
)
VARIANCE = VarianceRules(
    recall=7200,
    initial_variance=ONE // 4,
    floor=ONE // 8,
    stress=4 * ONE,
    stress_weight=1000,
    return_cap=900,
    max_step_up=1,
    hold_down=120,
)
WAITS = (0, 1, 29, 30, 31, 45, 60, 60, 60, 60, 119, 120, 121, 299, 300, 301, 1800)
DELAYS = (0, 0, 0, 0, 0, 1, 119, 120, 121)


def random_ladder(source: random.Random) -> list[Rung]:
    """Rungs that the variance of these prices wanders over."""
    bounds = sorted({source.randrange(ONE // 8, 64 * ONE) for _ in range(source.randint(0, 6))})
    return [Rung(v, source.getrandbits(200)) for v in (*bounds, MAX_VARIANCE)]


def random_price(source: random.Random, price: int) -> int:
    """A price after one more epoch: mostly calm, sometimes wild."""
    spread = source.choice((0.0005, 0.0005, 0.0005, 0.003, 0.003, 0.02, 0.15))
    return min(max(int(price * (1 + source.gauss(0, spread))), 1), (1 << 48) - 1)


def random_publication(source: random.Random, twin: MarketOracle, present: int) -> Publication:
    """The next publication, mostly valid."""
    timestamp = present - source.choice(DELAYS)
    latest = twin.snapshot(twin.latest)
    index = random_price(source, latest.index if latest else 2_000_000_000)
    index = max(index - index % 10_000, 1) if source.random() < 0.5 else index
    if source.random() < 0.15:
        edge = index * FEED.freeze_basis // 10_000
        perp_mark = index + source.choice((-1, 1)) * (edge + source.choice((0, 1)))
    else:
        perp_mark = int(index * (1 + source.gauss(0, 0.001)))
    made = Publication(
        epoch=twin.latest + 1,
        timestamp=timestamp,
        index_time=timestamp - source.choice((0, 0, 180)),
        perp_time=timestamp - source.choice((0, 0, 900)),
        surface_time=timestamp - source.choice((0, 0, 1200)),
        index=index,
        perp_mark=max(perp_mark, 1),
        rest=source.getrandbits(250),
        params_hash=twin.selected_params,
        data_hash=source.randbytes(32),
    )
    return spoiled(source, made) if source.random() < 0.1 else made


def spoiled(source: random.Random, made: Publication) -> Publication:
    """The publication with one field wrong, or wrong enough."""
    changes: dict[str, int] = {
        "epoch": made.epoch + source.choice((-1, 1)),
        "timestamp": made.timestamp + source.choice((1, 200)),
        "index_time": made.timestamp - source.choice((-1, 181)),
        "perp_time": made.timestamp - source.choice((-1, 901)),
        "surface_time": made.timestamp - source.choice((-1, 1201)),
        "index": 0,
        "perp_mark": 0,
        "params_hash": made.params_hash + 1,
        "rest": made.rest + (1 << 255),
    }
    field = source.choice(sorted(changes))
    return replace(made, **{field: changes[field]})
