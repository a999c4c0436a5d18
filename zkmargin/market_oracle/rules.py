# SPDX-License-Identifier: Apache-2.0
"""The fixed rules of a feed, field by field those of `IMarketOracle.sol`."""

from __future__ import annotations

from dataclasses import dataclass

from zkmargin.errors import InputError
from zkmargin.units import BPS


@dataclass(frozen=True, slots=True)
class FeedRules:
    """Times [s], distances [bps]; raises InputError if one is out of its range.

    min_interval       least time between two snapshots
    max_delay          greatest age of a snapshot when it is published
    *_heartbeat        greatest age of a field within its snapshot
    silence            age of the latest snapshot above which nothing adverse may happen
    twap_window        length of the average that guards the index
    caution_deviation  distance of the index from it above which the level is 1
    freeze_deviation   the same for level 2
    freeze_basis       distance of the perp mark from the index above which the level is 2
    halt_jump          change of the index between snapshots above which the level is 3
    *_time             how long a level outlasts its condition
    timelock           notice that a change of ladder or signers needs
    history            epochs that are kept
    """

    min_interval: int
    max_delay: int
    index_heartbeat: int
    perp_heartbeat: int
    surface_heartbeat: int
    silence: int
    twap_window: int
    caution_deviation: int
    freeze_deviation: int
    freeze_basis: int
    halt_jump: int
    caution_time: int
    freeze_time: int
    halt_time: int
    timelock: int
    history: int

    def __post_init__(self) -> None:
        for name in ("min_interval", "max_delay", "twap_window", "halt_jump", "timelock"):
            _require(getattr(self, name) > 0, name, getattr(self, name), "must be above 0")
        at_least = self.min_interval
        _require(self.silence >= at_least, "silence", self.silence, f"must be at least {at_least}")
        at_most = self.freeze_deviation
        caution = self.caution_deviation
        _require(caution <= at_most, "caution_deviation", caution, f"must be at most {at_most}")
        _require(self.history > 1, "history", self.history, "must be at least 2")


@dataclass(frozen=True, slots=True)
class VarianceRules:
    """Variances [2^-48 per year]; raises InputError if a rule is out of its range.

    recall            time constant: an interval d weighs d / (d + recall) [s]
    initial_variance  variance before the first return
    floor             least variance that selects a rung
    stress            variance of the stressed period
    stress_weight     its weight in the blend [bps]
    return_cap        greatest return that counts, in log [bps]
    max_step_up       rungs that one epoch may climb
    hold_down         time since the last move before a rung is given up [s]
    """

    recall: int
    initial_variance: int
    floor: int
    stress: int
    stress_weight: int
    return_cap: int
    max_step_up: int
    hold_down: int

    def __post_init__(self) -> None:
        for name in ("recall", "return_cap", "max_step_up"):
            _require(getattr(self, name) > 0, name, getattr(self, name), "must be above 0")
        weight = self.stress_weight
        _require(0 <= weight <= BPS, "stress_weight", weight, f"must be 0 to {BPS}")


def _require(holds: bool, field: str, value: object, rule: str) -> None:
    if not holds:
        raise InputError(field, value, rule)
