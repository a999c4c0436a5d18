# SPDX-License-Identifier: Apache-2.0
"""The state machine of `verifier/src/MarketOracle.sol`, without signatures and roles."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zkmargin.errors import OracleRefusal
from zkmargin.field import MODULUS
from zkmargin.market_oracle import realised_variance, rung_ladder
from zkmargin.market_oracle.circuit_breaker import (
    CAUTION,
    FOR_EVER,
    FREEZE,
    HALT,
    CircuitBreaker,
    is_far,
)
from zkmargin.market_oracle.publication import Publication
from zkmargin.market_oracle.rules import FeedRules, VarianceRules
from zkmargin.market_oracle.rung_ladder import Ladder
from zkmargin.market_oracle.timeliness import check_timely
from zkmargin.market_oracle.twap_buffer import TwapBuffer

_RUNG_BITS = 8


@dataclass(frozen=True, slots=True)
class EpochSnapshot:
    """What is kept of an epoch.

    rung      ladder version * 2^8 + place
    suspect   its own values raised the level to 2 or above: never used against an account
    """

    hash: int
    timestamp: int
    index: int
    perp_mark: int
    rung: int
    suspect: bool = False


class MarketOracle:
    """One feed. `present` is the block's time in every call [s]."""

    def __init__(self, feed: FeedRules, variance: VarianceRules, ladder: Ladder) -> None:
        """Raises InputError if the ladder is not one."""
        rung_ladder.check_ladder(ladder)
        self.feed, self.rules = feed, variance
        self.breaker = CircuitBreaker()
        self.latest = 0
        self.variance = variance.initial_variance
        self.twap = 0
        self.version = 1
        self.place = rung_ladder.wanted(ladder, self._effective())
        self._ladders = [ladder]
        self._epochs: dict[int, EpochSnapshot] = {}
        self._twap = TwapBuffer()
        self._moved_at = 0

    def publish(self, publication: Publication, present: int) -> int:
        """Accepts the next epoch and gives its hash; raises OracleRefusal as the contract would."""
        previous = self._epochs.get(self.latest)
        check_timely(
            self.feed, publication, self.latest, previous.timestamp if previous else 0, present
        )
        self._check_whole(publication)
        accepted = EpochSnapshot(
            hash=publication.hash,
            timestamp=publication.timestamp,
            index=publication.index,
            perp_mark=publication.perp_mark,
            rung=self.rung,
        )
        self._measure(accepted, previous, present)
        suspect = self._judge(accepted, previous, present)
        self.latest = publication.epoch
        self._epochs[self.latest] = replace(accepted, suspect=suspect)
        self._epochs.pop(self.latest - self.feed.history, None)
        return accepted.hash

    def trip_equivocation(self, publication: Publication) -> None:
        """Halts on a second snapshot of an accepted instant; raises OracleRefusal without one."""
        accepted = self._epochs.get(publication.epoch)
        if accepted is None:
            raise OracleRefusal("EpochUnknown", "epoch", publication.epoch, "must be kept")
        same_time = publication.timestamp == accepted.timestamp
        if publication.hash == accepted.hash or not same_time:
            rule = f"must be another snapshot of {accepted.timestamp}"
            raise OracleRefusal("EvidenceInsufficient", "publication", publication.timestamp, rule)
        self._epochs[publication.epoch] = replace(accepted, suspect=True)
        self.breaker.hold_until(HALT, FOR_EVER)

    def trip_silence(self, present: int) -> None:
        """Level 2 while the feed is silent; raises OracleRefusal while it is not."""
        if not self.latest or not self._is_silent(present):
            rule = "must be silent"
            raise OracleRefusal("EvidenceInsufficient", "latest epoch", self.latest, rule)
        self._trip(FREEZE, present)

    def trip_contradiction(self) -> None:
        """Halts until `resume`."""
        self.breaker.hold_until(HALT, FOR_EVER)

    def trip_by_guardian(self, level: int, present: int) -> None:
        """Raises the level by hand."""
        self._trip(level, present)

    def resume(self, present: int) -> None:
        """Ends all levels."""
        self.breaker.reset(present)

    def change_ladder(self, ladder: Ladder) -> None:
        """A ladder for the epoch after the next; raises InputError if it is not one."""
        rung_ladder.check_ladder(ladder)
        self._ladders.append(ladder)

    def level(self, present: int) -> int:
        """Breaker level."""
        held = self.breaker.level_at(present)
        return max(held, FREEZE) if self._is_silent(present) else held

    def snapshot(self, epoch: int) -> EpochSnapshot | None:
        """What is kept of an epoch, or None."""
        return self._epochs.get(epoch)

    def is_usable_against(self, epoch: int, present: int) -> bool:
        """The epoch may be used against accounts: kept, not latest, not suspect, level < 2."""
        kept = self._epochs.get(epoch)
        fit = kept is not None and not kept.suspect and epoch != self.latest
        return fit and self.level(present) < FREEZE

    @property
    def rung(self) -> int:
        """The rung that the next epoch must use: ladder version * 2^8 + place."""
        return (self.version << _RUNG_BITS) | self.place

    @property
    def selected_params(self) -> int:
        """Hash of the risk parameters that the next epoch must use."""
        return self._ladders[self.version - 1][self.place].params_hash

    def _check_whole(self, publication: Publication) -> None:
        if not (publication.index > 0 and publication.perp_mark > 0):
            prices = f"{publication.index}, {publication.perp_mark}"
            raise OracleRefusal("PriceZero", "prices", prices, "must be above 0")
        given, selected = publication.params_hash, self.selected_params
        if given != selected:
            raise OracleRefusal("ParamsNotSelected", "params_hash", given, f"must be {selected}")
        if not publication.rest < MODULUS:
            raise OracleRefusal("HashInputNotCanonical", "rest", publication.rest, "must be < r")

    def _measure(
        self, accepted: EpochSnapshot, previous: EpochSnapshot | None, present: int
    ) -> None:
        average = self._twap.average(accepted.timestamp, self.feed.twap_window)
        self._twap.record(accepted.timestamp, accepted.index)
        self.twap = average or accepted.index
        if previous:
            move = realised_variance.log_return(previous.index, accepted.index)
            interval = accepted.timestamp - previous.timestamp
            self.variance = realised_variance.updated(self.rules, self.variance, move, interval)
        self._select_rung(accepted.timestamp, present)

    def _select_rung(self, time: int, present: int) -> None:
        """A new ladder is entered at the rung that it wants; on the same one steps are limited."""
        if self.version != len(self._ladders):
            self.version = len(self._ladders)
            ladder = self._ladders[-1]
            self.place, self._moved_at = rung_ladder.wanted(ladder, self._effective()), time
            return
        may_descend = time >= self._moved_at + self.rules.hold_down
        ladder, before = self._ladders[-1], self.place
        self.place, behind = rung_ladder.step(
            ladder, before, self._effective(), self.rules.max_step_up, may_descend
        )
        if self.place != before:
            self._moved_at = time
        if behind:
            self._trip(CAUTION, present)

    def _judge(self, accepted: EpochSnapshot, previous: EpochSnapshot | None, present: int) -> bool:
        """Raises the breaker where the values ask for it; True if they are suspect."""
        feed, suspect = self.feed, False
        if previous and present > previous.timestamp + feed.silence:
            self._trip(FREEZE, present)
        if is_far(accepted.index, self.twap, feed.freeze_deviation):
            suspect = True
            self._trip(FREEZE, present)
        elif is_far(accepted.index, self.twap, feed.caution_deviation):
            self._trip(CAUTION, present)
        if is_far(accepted.perp_mark, accepted.index, feed.freeze_basis):
            suspect = True
            self._trip(FREEZE, present)
        if previous and is_far(accepted.index, previous.index, feed.halt_jump):
            suspect = True
            self._trip(HALT, present)
        return suspect

    def _trip(self, level: int, present: int) -> None:
        feed = self.feed
        times = {CAUTION: feed.caution_time, FREEZE: feed.freeze_time, HALT: feed.halt_time}
        self.breaker.hold_until(level, present + times[level])

    def _is_silent(self, present: int) -> bool:
        latest = self._epochs.get(self.latest)
        return present > (latest.timestamp if latest else 0) + self.feed.silence

    def _effective(self) -> int:
        return realised_variance.effective(self.rules, self.variance)
