# SPDX-License-Identifier: Apache-2.0
"""Breaker levels that end by themselves.

0 normal; 1 no new risk; 2 nothing adverse to an account either; 3 halted. Each level has a time up
to which it holds, and the breaker's level is the highest that holds.
"""

from __future__ import annotations

from typing import Final

from zkmargin.units import BPS

CAUTION, FREEZE, HALT = 1, 2, 3
FOR_EVER: Final = (1 << 40) - 1  # only a reset ends it [s]


class CircuitBreaker:
    """Levels 1 to 3 and when they end [s]."""

    def __init__(self) -> None:
        self.until = {CAUTION: 0, FREEZE: 0, HALT: 0}

    def hold_until(self, level: int, until: int) -> int:
        """Holds a level up to a time, or longer if it does so already; gives the end [s]."""
        self.until[level] = max(self.until[level], until)
        return self.until[level]

    def reset(self, present: int) -> None:
        """Ends all levels now; those that ended before did so when they did."""
        self.until = {level: min(until, present) for level, until in self.until.items()}

    def level_at(self, present: int) -> int:
        """The highest level that holds at a time [s]."""
        return max((level for level, until in self.until.items() if present < until), default=0)


def is_far(price: int, anchor: int, share: int) -> bool:
    """Two prices are further apart than a share [bps] of the second."""
    return abs(price - anchor) * BPS > anchor * share
