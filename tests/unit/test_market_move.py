# SPDX-License-Identifier: Apache-2.0
"""The next epoch of a market that moved."""

from __future__ import annotations

import random

import pytest
from random_market import random_snapshot

from zkmargin.errors import SnapshotError
from zkmargin.market_move import moved
from zkmargin.option import total_variance
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, RATE_ONE


@pytest.fixture
def market(source: random.Random) -> Snapshot:
    """A market whose first row expires last: none settles within a minute."""
    while True:
        snapshot = random_snapshot(source, 2, 6)
        live = [row for row in snapshot.rows if not row.settled]
        if live and all(r.expiry > snapshot.header.timestamp + 86_400 for r in live):
            return snapshot


def test_prices_move_by_one_factor(market: Snapshot) -> None:
    index = market.header.index * 9_700 // BPS
    after = moved(market, index=index, seconds=60)

    for old, new in zip(market.rows, after.rows, strict=True):
        expected = old.forward if old.settled else old.forward * index / market.header.index
        assert new.forward == pytest.approx(expected, abs=0.5)


def test_annual_vols_stay(market: Snapshot) -> None:
    after = moved(market, index=market.header.index, seconds=3_600)
    clock = market.header.timestamp
    for old, new in zip(market.rows, after.rows, strict=True):
        if old.settled:
            continue
        before = total_variance(old.svi, 0) / (old.expiry - clock)
        assert total_variance(new.svi, 0) / (new.expiry - clock - 3_600) == pytest.approx(
            before, rel=1e-9
        )


def test_the_epoch_and_the_time_go_on(market: Snapshot) -> None:
    after = moved(market, index=market.header.index, seconds=7).header

    assert after.epoch == market.header.epoch + 1
    assert after.timestamp == market.header.timestamp + 7


def test_a_socialised_loss_is_the_credit_rate_that_is_asked_for(market: Snapshot) -> None:
    rate = RATE_ONE * 9 // 10
    same = moved(market, index=market.header.index, seconds=60)
    after = moved(market, index=market.header.index, seconds=60, credit=rate)

    assert (same.header.credit, after.header.credit) == (market.header.credit, rate)
    assert after.hash != same.hash


def test_what_expires_meanwhile_settles_at_the_new_index(market: Snapshot) -> None:
    first = min(row.expiry for row in market.rows if not row.settled)
    seconds = first - market.header.timestamp
    if seconds > 20 * 86_400:
        seconds = 20 * 86_400
    index = market.header.index + 5
    after = moved(market, index=index, seconds=seconds)
    settled = [r for r in after.rows if r.settled and r.expiry > market.header.timestamp]

    assert all(row.forward == index for row in settled)
    assert all(row.settled == (row.expiry <= after.header.timestamp) for row in after.rows)


@pytest.mark.parametrize(("index", "seconds"), [(0, 1), (1 << 48, 1), (10**9, 0)])
def test_a_move_out_of_range_is_refused(market: Snapshot, index: int, seconds: int) -> None:
    with pytest.raises(SnapshotError):
        moved(market, index=index, seconds=seconds)
