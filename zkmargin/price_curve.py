# SPDX-License-Identifier: Apache-2.0
"""The price of a Dutch auction as a pure function of the time that has passed.

    TWO_PHASE_LINEAR  start -> cutoff in `fast` seconds, then cutoff -> 0 until `duration`
    STAIR_STEP        start * cut^floor(elapsed / step)
    EXPONENTIAL       start * cut^elapsed

After `duration` every price is 0. The integers of verifier/src/PriceCurve.sol.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from zkmargin.errors import InputError

ONE: Final = 10**6  # price factor 1                     (= 1,000,000)
RAY: Final = 10**27  # cut 1
CUT_MAX: Final = RAY - 10**18  # one step then outweighs all rounding of `power`


class Shape(IntEnum):
    """How a price falls; the numbers are the contract's."""

    TWO_PHASE_LINEAR = 0
    STAIR_STEP = 1
    EXPONENTIAL = 2


@dataclass(frozen=True)
class Curve:
    """A falling price factor; fields of other shapes are 0.

    Raises InputError for a curve that could rise, never moves, or has a zero length.
    """

    shape: Shape
    start: int  # factor at 0                                [1e-6]
    duration: int  # last second with a price                [s]
    cutoff: int = 0  # factor after `fast`                   [1e-6]
    fast: int = 0  # length of the first phase               [s]
    step: int = 0  # length of a stair                       [s]
    cut: int = 0  # factor of one step, or of one second     [1e-27]

    def __post_init__(self) -> None:
        _require("start", self.start, 0 < self.start <= ONE, "must be above 0 and at most 1e6")
        _require("duration", self.duration, self.duration > 0, "must be at least one second")
        if self.shape is Shape.TWO_PHASE_LINEAR:
            _require("cutoff", self.cutoff, 0 <= self.cutoff <= self.start, "must be at most start")
            _require("fast", self.fast, 0 < self.fast <= self.duration, "must be within duration")
            return
        _require("cut", self.cut, 0 < self.cut <= CUT_MAX, f"must be above 0 and at most {CUT_MAX}")
        if self.shape is Shape.STAIR_STEP:
            _require("step", self.step, self.step > 0, "must be at least one second")

    def price(self, top: int, elapsed: int) -> int:
        """floor(top * factor) after `elapsed` seconds, in the unit of top."""
        if elapsed > self.duration:
            return 0
        if self.shape is Shape.TWO_PHASE_LINEAR:
            return self._linear(top, elapsed)
        steps = elapsed // self.step if self.shape is Shape.STAIR_STEP else elapsed
        return top * self.start * power(self.cut, steps) // (ONE * RAY)

    def _linear(self, top: int, elapsed: int) -> int:
        if elapsed <= self.fast:
            fallen = (self.start - self.cutoff) * elapsed
            return top * (self.start * self.fast - fallen) // (ONE * self.fast)
        slow = self.duration - self.fast
        return top * self.cutoff * (self.duration - elapsed) // (ONE * slow)


def power(base: int, exponent: int) -> int:
    """base^exponent by squaring, every product rounded to the nearest [1e-27]."""
    result = RAY
    while exponent > 0:
        if exponent & 1:
            result = (result * base + RAY // 2) // RAY
        base = (base * base + RAY // 2) // RAY
        exponent >>= 1
    return result


def payout(low: int, high: int, elapsed: int, length: int) -> int:
    """What taking an insolvent account pays: from low to high in `length` seconds, rounded down."""
    if elapsed >= length:
        return high
    return low + (high - low) * elapsed // length


def _require(field: str, value: int, met: bool, rule: str) -> None:
    if not met:
        raise InputError(f"curve.{field}", value, rule)
