# SPDX-License-Identifier: Apache-2.0
"""The clock that deadlines are kept by: time less every second in which it stood (MarginClock.sol).

A stop can only add to the time that an owner has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from zkmargin.registry.refusal import Refusal, require

GUARDIAN: Final = 1
SEQUENCER: Final = 2
ALARM: Final = 4


@dataclass(frozen=True)
class Clock:
    """State of the clock.

    floor       what it shows at least, and all that it shows while it stands [clock, s]
    offset      time less clock while it runs, the grace after a stop included [s]
    seen        when the sequencer's feed was last read [unix, s]
    paused_at   start of the guardian's present or last pause [unix, s]
    pause_from  earliest start of the next pause [unix, s]
    reasons     bits of what holds the clock; 0 = it runs
    """

    floor: int = 0
    offset: int = 0
    seen: int = 0
    paused_at: int = 0
    pause_from: int = 0
    reasons: int = 0

    def at(self, time: int) -> int:
        """What the clock shows at a time [clock, s]."""
        if self.reasons or time <= self.floor + self.offset:
            return self.floor
        return time - self.offset

    def stop(self, reason: int, time: int) -> Clock:
        """The clock, stopped for a reason from a time on."""
        floor = self.floor if self.reasons else self.at(time)
        return replace(self, floor=floor, reasons=self.reasons | reason)

    def resume(self, reason: int, time: int, grace: int) -> Clock:
        """The clock with one reason ended; it goes on `grace` seconds after the last one ended."""
        if not self.reasons & reason:
            return self
        reasons = self.reasons & ~reason
        runs = reasons == 0 and time + grace > self.floor + self.offset
        offset = time + grace - self.floor if runs else self.offset
        return replace(self, reasons=reasons, offset=offset)

    def observe(self, down: bool, since: int, time: int, grace: int) -> Clock:
        """The clock after reading the sequencer's feed at a time.

        A restart that nobody saw going down: it stood since the feed was last read.
        """
        start = min(since, time)
        restarted = start > self.seen
        start = max(start, self.seen)
        clock = self
        if down:
            clock = clock.stop(SEQUENCER, start)
        elif clock.reasons & SEQUENCER:
            clock = clock.resume(SEQUENCER, start, grace)
        elif restarted:
            clock = clock.stop(SEQUENCER, self.seen).resume(SEQUENCER, start, grace)
        return replace(clock, seen=time)


def pause(clock: Clock, time: int) -> Clock:
    """The clock paused by the guardian; raises `RefusedError` if it may not be now."""
    free = not clock.reasons & GUARDIAN and time >= clock.pause_from
    require(free, Refusal.PAUSE_REFUSED)
    return replace(clock.stop(GUARDIAN, time), paused_at=time)


def unpause(clock: Clock, time: int, max_pause: int, by_guardian: bool) -> Clock:
    """The clock after the pause; anyone but the guardian waits for the longest pause."""
    allowed = 0 if by_guardian else clock.paused_at + max_pause
    require(bool(clock.reasons & GUARDIAN) and time >= allowed, Refusal.PAUSE_REFUSED)
    return replace(clock.resume(GUARDIAN, time, 0), pause_from=time + max_pause)
