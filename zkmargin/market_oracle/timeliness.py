# SPDX-License-Identifier: Apache-2.0
"""Whether a publication is the next one, and no part of it too old."""

from __future__ import annotations

from zkmargin.errors import OracleRefusal
from zkmargin.market_oracle.publication import Publication
from zkmargin.market_oracle.rules import FeedRules


def check_timely(
    rules: FeedRules, publication: Publication, latest: int, previous_time: int, present: int
) -> None:
    """Raises OracleRefusal where the contract would revert, in its order.

    latest          latest epoch, 0 before the first
    previous_time   its time [s]
    present         the block's time [s]
    """
    epoch, time = publication.epoch, publication.timestamp
    _require(epoch == latest + 1, "EpochNotNext", "epoch", epoch, f"must be {latest + 1}")
    _require(time <= present, "TimeInFuture", "timestamp", time, f"must be at most {present}")
    oldest = max(present - rules.max_delay, 0)
    _require(time >= oldest, "PublicationTooOld", "timestamp", time, f"must be at least {oldest}")
    earliest = previous_time + rules.min_interval if latest else 1
    _require(time >= earliest, "TimeNotMonotone", "timestamp", time, f"must be at least {earliest}")
    for field in ("index", "perp", "surface"):
        observed = getattr(publication, f"{field}_time")
        earliest = max(time - getattr(rules, f"{field}_heartbeat"), 0)
        rule = f"must be {earliest} to {time}"
        _require(earliest <= observed <= time, "FieldStale", f"{field}_time", observed, rule)


def _require(holds: bool, error: str, field: str, value: int, rule: str) -> None:
    if not holds:
        raise OracleRefusal(error, field, value, rule)
