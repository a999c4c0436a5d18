# SPDX-License-Identifier: Apache-2.0
"""Time-weighted average of a price that holds from one observation to the next."""

from __future__ import annotations

from typing import Final

SIZE: Final = 256  # observations that are kept


class TwapBuffer:
    """The last observations; times [s] must not decrease, prices [1e-6 quote]."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, int]] = []

    def record(self, timestamp: int, price: int) -> None:
        """Adds an observation."""
        self._kept = [*self._kept, (timestamp, price)][-SIZE:]

    def average(self, timestamp: int, window: int) -> int:
        """Average over the window that ends then, rounded down [1e-6 quote].

        Over what is kept if that is shorter; 0 without observations.
        """
        if not self._kept:
            return 0
        start = max(timestamp - window, self._kept[0][0])
        if start == timestamp:
            return self._kept[-1][1]
        ends = [time for time, _ in self._kept[1:]] + [timestamp]
        area = sum(
            price * (end - max(begin, start))
            for (begin, price), end in zip(self._kept, ends, strict=True)
            if end > start
        )
        return area // (timestamp - start)
