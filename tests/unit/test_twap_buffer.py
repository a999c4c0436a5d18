# SPDX-License-Identifier: Apache-2.0
"""The time-weighted average, against one that adds up seconds."""

from __future__ import annotations

import random

from zkmargin.market_oracle.twap_buffer import SIZE, TwapBuffer


def second_by_second(observations: list[tuple[int, int]], timestamp: int, window: int) -> int:
    start = max(timestamp - window, observations[0][0])
    if start == timestamp:
        return observations[-1][1]
    prices = [
        [price for time, price in observations if time <= second][-1]
        for second in range(start, timestamp)
    ]
    return sum(prices) // len(prices)


def test_without_observations_the_average_is_zero() -> None:
    assert TwapBuffer().average(1000, 60) == 0


def test_the_average_is_that_of_every_second(source: random.Random) -> None:
    for _ in range(40):
        buffer, observations, time = TwapBuffer(), [], source.randrange(1, 1000)
        for _ in range(source.randint(1, 12)):
            observations.append((time, source.randrange(1, 1000)))
            buffer.record(*observations[-1])
            time += source.randint(1, 50)
            now, window = time - source.randint(0, 1), source.choice((0, 1, 30, 100, 10_000))
            now = max(now, observations[-1][0])

            assert buffer.average(now, window) == second_by_second(observations, now, window)


def test_only_the_last_observations_are_kept() -> None:
    buffer = TwapBuffer()
    buffer.record(1, 10**9)
    for time in range(2, SIZE + 2):
        buffer.record(time, 7)

    assert buffer.average(SIZE + 10, 10**6) == 7
